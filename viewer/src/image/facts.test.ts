import { expect, test } from "vitest";

import { aspectOf, coordinate, type ImageFacts, kindOf } from "./facts";

const FACTS: ImageFacts = {
  shape: [3, 40, 50],
  dtype: "uint16",
  axes: [1, 2],
  at: [0, 0, 0],
  levels: [],
  invalid: 65535,
  title: "",
  units: "",
  dimensions: [
    null,
    { name: "y", units: "mm", start: 0, step: -2 },
    { name: "x", units: "mm", start: 5, step: 0.5 },
  ],
  log: false,
  keys: [2, 1, 0],
};

test("pixels are as high as the axes say, in one unit", () => {
  expect(aspectOf(FACTS)).toBe(4);
  const other = [null, FACTS.dimensions[1] ?? null, { name: "x", units: "s", step: 1 }];
  expect(aspectOf({ ...FACTS, dimensions: other })).toBe(1);
  expect(aspectOf({ ...FACTS, dimensions: [null, null, null] })).toBe(1);
});

test("coordinates are even, or each of its own", () => {
  expect(coordinate(FACTS.dimensions[2], 4)).toBe(7);
  expect(coordinate({ name: "a", units: "", values: [1, 5, 6] }, 1)).toBe(5);
  expect(coordinate(null, 1)).toBeUndefined();
});

test("frames of a scan are told by their keys", () => {
  expect([0, 1, 2].map((n) => kindOf(FACTS, [n, 0, 0]))).toEqual([
    "dark",
    "flat",
    "projection",
  ]);
  expect(kindOf({ ...FACTS, keys: null }, [0, 0, 0])).toBe("");
});
