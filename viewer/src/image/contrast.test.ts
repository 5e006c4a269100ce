import { expect, test } from "vitest";

import {
  coarser,
  drawable,
  limitsOf,
  percentile,
  scaled,
  SCALES,
  shareOf,
  unscaled,
} from "./contrast";
import type { Contrast } from "./facts";

const CONTRAST: Contrast = {
  statistics: {
    count: 101,
    finite: 101,
    min: 0,
    max: 100,
    mean: 50,
    std: 10,
    nan: 0,
    infinite: 0,
    saturated: 0,
  },
  percentiles: [
    [0, 0],
    [1, 1],
    [99, 99],
    [100, 100],
  ],
  histogram: { start: 0, width: 1, counts: [1, 2, 3, 4, 5] },
  share: 1,
};

test("limits are at percentages, and between those that are known on a line", () => {
  const rule = { kind: "percent", low: 1, high: 50 } as const;
  expect(limitsOf(rule, CONTRAST, "linear")).toEqual([1, 50]);
  expect(percentile(CONTRAST, 99.5)).toBeCloseTo(99.5);
});

test("three deviations end at the data", () => {
  expect(limitsOf({ kind: "sigma" }, CONTRAST, "linear")).toEqual([20, 80]);
  const wide = { ...CONTRAST, statistics: { ...CONTRAST.statistics, std: 40 } };
  expect(limitsOf({ kind: "sigma" }, wide, "linear")).toEqual([0, 100]);
});

test("there is something between limits, and a logarithm of them", () => {
  expect(drawable([5, 5], "linear")).toEqual([5, 6]);
  expect(drawable([-3, 100], "log")).toEqual([0.01, 100]);
  expect(drawable([-4, -2], "sqrt")).toEqual([0, 1]);
});

test.each(SCALES)("places on the scale %s lead back to values", (scale) => {
  for (const value of [0.5, 3, 1000]) {
    expect(unscaled(scaled(value, scale), scale)).toBeCloseTo(value, 9);
  }
});

test("values beyond the limits have the colours of the ends", () => {
  expect(shareOf(200, [0, 100], "linear")).toBe(1);
  expect(shareOf(25, [0, 100], "sqrt")).toBe(0.5);
  expect(shareOf(0, [1, 100], "log")).toBeUndefined();
});

test("a histogram of fewer bins counts as many", () => {
  const joined = coarser(CONTRAST.histogram, 2);
  expect(joined).toEqual({ start: 0, width: 3, counts: [6, 9] });
});
