import type { ComponentType } from "react";

import type { Described } from "../api/answers";
import { ImageView } from "../image/image-view";
import { suitsImage } from "../image/suits";
import CompareView from "../compare/compare-view";
import { suitsCompare } from "../compare/suits";
import CurvesView from "../curves/curves-view";
import { suitsCurves } from "../curves/suits";
import { AboutView } from "./about-view";
import { H5WebView, suitsH5Web } from "./h5web/h5web-view";

export interface ViewProps {
  readonly file: string;
  readonly item: Described;
}

/** A way to look at an object. */
export interface View {
  readonly id: string;
  readonly label: string;
  /** How well it suits an object: 0 for not at all; the highest is shown first. */
  readonly suits: (item: Described) => number;
  /** Whether it looks at what a group plots, and not at the group. */
  readonly ofSignal?: boolean;
  readonly Component: ComponentType<ViewProps>;
}

/** Every view, in the order of their tabs. */
export const VIEWS: readonly View[] = [
  {
    id: "image",
    label: "Image",
    suits: suitsImage,
    ofSignal: true,
    Component: ImageView,
  },
  { id: "curves", label: "Curves", suits: suitsCurves, Component: CurvesView },
  {
    id: "compare",
    label: "Compare",
    suits: suitsCompare,
    ofSignal: true,
    Component: CompareView,
  },
  { id: "h5web", label: "H5Web", suits: suitsH5Web, Component: H5WebView },
  { id: "about", label: "About", suits: () => 1, Component: AboutView },
];

/** The views that suit an object, and the one that is shown unless another is chosen. */
export function viewsOf(item: Described): { suited: View[]; best: View | undefined } {
  const score = (view: View) => view.suits(seenBy(view, item));
  const suited = VIEWS.filter((view) => score(view) > 0);
  const best = [...suited].sort((a, b) => score(b) - score(a))[0];
  return { suited, best };
}

/** What a view shows of an object: of a group, for some, the images that it plots. */
export function seenBy(view: View, item: Described): Described {
  const { plots } = item;
  if (!view.ofSignal || !plots || plots.is_curve || plots.is_scan) return item;
  return { ...item, path: plots.path, shape: plots.shape, dtype: plots.dtype };
}
