import { lazy, Suspense } from "react";

import type { Described } from "../../api/answers";
import { Notice } from "../../shell/notice";
import type { ViewProps } from "../views";

// It is most of the page's code, and needed for some objects only.
const H5WebApp = lazy(() => import("./h5web-app"));

/** Every way in which H5Web shows an object. */
export function H5WebView(props: ViewProps) {
  return (
    <Suspense fallback={<Notice>Reading …</Notice>}>
      <H5WebApp {...props} />
    </Suspense>
  );
}

const PLOTTED = ["NXdata", "NXentry", "NXroot", "NXprocess"];

/** How well H5Web shows an object: datasets with values, and groups with a plot. */
export function suitsH5Web(item: Described): number {
  if (item.kind === "dataset") return item.shape === null ? 0 : 2;
  if (item.kind !== "group") return 0;
  const isPlotted = item.nx_class !== undefined && PLOTTED.includes(item.nx_class);
  const names = Object.keys(item.attribute_values);
  if (!isPlotted && !names.includes("default") && !names.includes("signal")) return 0;
  // Where nothing is plotted, its attributes say more.
  return item.plots ? 2 : 0.5;
}
