import { expect, test } from "vitest";

import {
  frameOf,
  isTransposed,
  leadingAxes,
  moved,
  queryOf,
  sliceOf,
  turned,
} from "./frame";

const SHAPE = [7, 5, 40, 50];

test.each([
  ["", [0, 0, 0, 0], [2, 3]],
  ["3", [3, 0, 0, 0], [2, 3]],
  ["-1,2", [6, 2, 0, 0], [2, 3]],
  ["2,:,4,:", [2, 0, 4, 0], [1, 3]],
  ["...,4,:", [0, 0, 4, 0], [1, 3]],
  ["99,1,:,:", [6, 1, 0, 0], [2, 3]],
])("the slice %j names a frame as NumPy does", (slice, at, axes) => {
  expect(frameOf(slice, SHAPE)).toEqual({ at, axes });
});

test("a slice of more axes than there are names none", () => {
  expect(frameOf("1,2,3", [4, 4])).toBeUndefined();
});

test("a frame is named by the slice that leads back to it", () => {
  const frame = { at: [2, 0, 4, 0], axes: [1, 3] as const };
  expect(sliceOf({ ...frame, axes: [1, 3] })).toBe("2,:,4,:");
  expect(frameOf("2,:,4,:", SHAPE)).toEqual(frame);
});

test("a chosen axis is shown, and the one that it replaces gets its place", () => {
  const frame = { at: [1, 2, 0, 0], axes: [2, 3] as [number, number] };
  expect(turned(frame, 0, 1).axes).toEqual([1, 3]);
  const swapped = turned(frame, 0, 3);
  expect(swapped.axes).toEqual([3, 2]);
  expect(isTransposed(swapped)).toBe(true);
  expect(queryOf(swapped)).toEqual({ slice: "1,2,:,:", transposed: true });
});

test("frames end at the ends", () => {
  const frame = { at: [1, 2, 0, 0], axes: [2, 3] as [number, number] };
  expect(moved(frame, 0, 9, 7).at).toEqual([6, 2, 0, 0]);
  expect(moved(frame, 1, -1, 5).at).toEqual([1, 0, 0, 0]);
  expect(leadingAxes(frame)).toEqual([0, 1]);
});
