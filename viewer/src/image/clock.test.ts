import { expect, test } from "vitest";

import { frameDue, framesAhead } from "./clock";

const forwards = { rate: 10, direction: 1, loop: true } as const;

test("a frame is due when its time has come, however late the page is", () => {
  expect(frameDue(forwards, 3, 40, 0)).toBe(3);
  expect(frameDue(forwards, 3, 40, 0.09)).toBe(3);
  expect(frameDue(forwards, 3, 40, 0.1)).toBe(4);
  expect(frameDue(forwards, 3, 40, 2.55)).toBe(28);
});

test("a loop goes on at the other end, in both directions", () => {
  expect(frameDue(forwards, 39, 40, 0.1)).toBe(0);
  expect(frameDue({ ...forwards, direction: -1 }, 0, 40, 0.1)).toBe(39);
});

test("without a loop there is an end", () => {
  const once = { ...forwards, loop: false };
  expect(frameDue(once, 38, 40, 0.1)).toBe(39);
  expect(frameDue(once, 38, 40, 0.2)).toBeUndefined();
});

test("frames are loaded ahead in the direction of play", () => {
  expect(framesAhead(forwards, 38, 40, 3)).toEqual([39, 0, 1]);
  const back = { ...forwards, direction: -1, loop: false } as const;
  expect(framesAhead(back, 1, 40, 3)).toEqual([0]);
});
