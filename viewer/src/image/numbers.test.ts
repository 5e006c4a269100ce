import { expect, test } from "vitest";

import { numberText, ticksBetween } from "./numbers";
import { thinned } from "./plot";
import { csvOf } from "./saving";

test.each([
  [3, "3"],
  [65535, "65535"],
  [0.1 + 0.2, "0.3"],
  [1234.5678, "1234.57"],
  [4294967295, "4.2950e+9"],
  [null, "–"],
])("%j is written as %j", (value, text) => {
  expect(numberText(value)).toBe(text);
});

test("ticks are round numbers inside", () => {
  expect(ticksBetween(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100]);
  expect(ticksBetween(-0.13, 0.32, 5)).toEqual([-0.1, 0, 0.1, 0.2, 0.3]);
  expect(ticksBetween(5, 5, 5)).toEqual([]);
});

test("a long curve keeps its peaks and its gaps", () => {
  const x = Array.from({ length: 10_000 }, (_, n) => n);
  const y: (number | null)[] = x.map(() => 1);
  y[4321] = 99;
  for (let n = 6000; n < 7000; n += 1) y[n] = null;
  const found = thinned({ label: "", x, y }, 500);
  expect(found.length).toBeLessThan(600);
  expect(found).toContainEqual([4321, 99]);
  expect(found.some(([, value]) => value === null)).toBe(true);
});

test("the numbers of a curve are saved with a head", () => {
  const text = csvOf("row", "counts, corrected", { x: [0, 1], y: [5, null] });
  expect(text).toBe('row,"counts, corrected"\n0,5\n1,nan\n');
});
