import { expect, test } from "vitest";

import { boxBetween, HANDLES, insideOf, pulled, shifted } from "./shapes";

const SHAPE = [100, 200] as const;
const BOX = { top: 10, left: 20, bottom: 30, right: 50 };

test("a drag takes every pixel that it touches, in any direction", () => {
  const box = { top: 3, left: 2, bottom: 9, right: 8 };
  expect(boxBetween([2.4, 3.9], [7.1, 8.2], SHAPE)).toEqual(box);
  expect(boxBetween([7.1, 8.2], [2.4, 3.9], SHAPE)).toEqual(box);
});

test("a region stays inside and has at least a pixel", () => {
  expect(boxBetween([-5, -5], [500, 500], SHAPE)).toEqual({
    top: 0,
    left: 0,
    bottom: 100,
    right: 200,
  });
  expect(boxBetween([500, 500], [500, 500], SHAPE)).toMatchObject({ left: 199 });
});

test("a region that is moved keeps its size at the border", () => {
  expect(shifted(BOX, [5.2, -3.1], SHAPE)).toEqual({
    top: 15,
    left: 17,
    bottom: 35,
    right: 47,
  });
  expect(shifted(BOX, [500, -500], SHAPE)).toEqual({
    top: 80,
    left: 0,
    bottom: 100,
    right: 30,
  });
});

test("a handle moves only the sides that it is at", () => {
  const top = HANDLES.find(({ name }) => name === "top") ?? HANDLES[0];
  expect(pulled(BOX, top, [-4, 7], SHAPE)).toEqual({ ...BOX, top: 6 });
  const corner = HANDLES.find(({ name }) => name === "bottom right") ?? HANDLES[0];
  expect(pulled(BOX, corner, [4, 7], SHAPE)).toEqual({ ...BOX, bottom: 34, right: 57 });
});

test("a side that is pulled over the other changes places with it", () => {
  const left = HANDLES.find(({ name }) => name === "left") ?? HANDLES[0];
  expect(pulled(BOX, left, [0, 40], SHAPE)).toMatchObject({ left: 50, right: 60 });
});

test("numbers that are typed are brought inside", () => {
  expect(insideOf({ ...BOX, right: 9999 }, SHAPE)).toMatchObject({ right: 200 });
});
