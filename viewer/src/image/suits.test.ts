import { expect, test } from "vitest";

import type { Described } from "../api/answers";
import { suitsImage } from "./suits";

function described(dtype: string | null, shape: number[], attributes = {}): Described {
  const item = { name: "x", path: "/x", kind: "dataset", attribute_values: attributes };
  return { ...item, dtype, shape } as Described;
}

test.each([
  ["<u2", [540, 640], 10],
  [">f4", [10, 540, 640], 10],
  ["|b1", [20, 20], 10],
  ["|u1", [540, 640, 3], 2],
  ["<f8", [1000, 2], 3],
  ["<f8", [1000], 0],
  ["<c16", [10, 10], 0],
  ["|O", [10, 10], 0],
  ["<u2", [0, 640], 0],
])("%s of shape %j suits images by %i", (dtype, shape, score) => {
  expect(suitsImage(described(dtype, shape))).toBe(score);
});

test("spectra are no images", () => {
  const attributes = { interpretation: "spectrum" };
  expect(suitsImage(described("<f4", [50, 1000], attributes))).toBeLessThan(5);
});
