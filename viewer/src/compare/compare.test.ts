import { expect, test } from "vitest";

import { aroundZero, boxOf, frameIn, split, textOf, wholeOf, zoomed } from "./pair";

const SIZE = { width: 400, height: 200 };

test("the address names a frame, and nothing else is taken for one", () => {
  const frame = { file: "a/b.h5", path: "/c", slice: "3,:,:" };
  expect(frameIn(textOf(frame))).toEqual(frame);
  for (const text of ["", "image:{", "image:[1]", 'curves:[["a","/b"]]']) {
    expect(frameIn(text)).toBeUndefined();
  }
});

test("all of an image fits into the canvas, as square pixels", () => {
  expect(wholeOf([100, 100], SIZE)).toEqual({ column: 50, row: 50, step: 0.5 });
});

test("what is under the cursor stays there when zooming", () => {
  const look = wholeOf([100, 100], SIZE);
  const at = { x: 300, y: 150 };
  const near = zoomed(look, 0.5, at, SIZE);
  const column = (l: typeof look) => l.column + (at.x - SIZE.width / 2) * l.step;
  const row = (l: typeof look) => l.row + (at.y - SIZE.height / 2) * l.step;
  expect(column(near)).toBeCloseTo(column(look));
  expect(row(near)).toBeCloseTo(row(look));
});

test("what is asked for lies in the image, wherever one looks", () => {
  for (const column of [-1e6, 3, 99, 1e6]) {
    const box = boxOf({ column, row: 50, step: 0.01 }, SIZE, [100, 100]);
    expect(box.left).toBeGreaterThanOrEqual(0);
    expect(box.right).toBeGreaterThan(box.left);
    expect(box.right).toBeLessThanOrEqual(100);
  }
});

test("two images meet at a column", () => {
  const mixed = split(Float32Array.of(1, 1, 1, 1), Float32Array.of(2, 2, 2, 2), 2, 1);
  expect([...mixed]).toEqual([1, 2, 1, 2]);
});

test("zero has the same colour on either side", () => {
  expect(aroundZero([-3, 1])).toEqual([-3, 3]);
  expect(aroundZero(null)).toEqual([-1, 1]);
});
