import { expect, test } from "vitest";

import type { Described } from "../api/answers";
import { seenBy, VIEWS, viewsOf } from "./views";

const DATA = {
  name: "data",
  path: "/entry/data",
  kind: "group",
  nx_class: "NXdata",
  attribute_values: {},
} satisfies Described;
const PLOTS = { path: "/entry/data/frames", dtype: "<u2", is_scan: false };

function shownFirst(item: Described) {
  const { best } = viewsOf(item);
  return best && { id: best.id, path: seenBy(best, item).path };
}

test("a group that plots images shows them", () => {
  const plots = { ...PLOTS, shape: [97, 256, 320], is_curve: false };
  expect(shownFirst({ ...DATA, plots })).toEqual({ id: "image", path: PLOTS.path });
});

test("a group that plots a curve shows that, and knows the group for its axes", () => {
  const plots = { ...PLOTS, shape: [97], is_curve: true };
  expect(shownFirst({ ...DATA, plots })).toEqual({ id: "curves", path: DATA.path });
});

test("a group that plots nothing is told about", () => {
  const suited = viewsOf({ ...DATA, nx_class: "NXcollection" }).suited;
  expect(suited.map(({ id }) => id)).not.toContain("image");
  expect(VIEWS.at(-1)?.id).toBe("about");
});
