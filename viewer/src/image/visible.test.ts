import { expect, test } from "vitest";

import { levelFor, overview, tilesIn } from "./visible";

const LEVELS = [
  { shape: [2100, 3000], tile: [512, 512] },
  { shape: [1050, 1500], tile: [512, 512] },
  { shape: [525, 750], tile: [525, 750] },
] as const;

test("a level has about as many pixels as the screen", () => {
  expect([0.1, 1, 1.9, 2, 3.9, 4, 100].map((n) => levelFor(n, LEVELS))).toEqual([
    0, 0, 0, 1, 1, 2, 2,
  ]);
});

test("tiles of a level lie beside each other and cover the frame", () => {
  const all = { columns: [0, 3000], rows: [0, 2100] } as const;
  const tiles = tilesIn(all, LEVELS, 0);
  expect(tiles).toHaveLength(5 * 6);
  const area = tiles.reduce((sum, { width, height }) => sum + width * height, 0);
  expect(area).toBe(2100 * 3000);
});

test("only tiles that can be seen are wanted, those in the middle first", () => {
  const part = { columns: [600, 1400], rows: [100, 300] } as const;
  const tiles = tilesIn(part, LEVELS, 0);
  expect(tiles.map(({ row, column }) => [row, column])).toEqual([
    [0, 1],
    [0, 2],
  ]);
});

test("beyond the frame there are no tiles", () => {
  const beyond = { columns: [-900, -10], rows: [-50, 4000] } as const;
  expect(tilesIn(beyond, LEVELS, 0)).toEqual([]);
});

test("the last level is one tile over all of the frame", () => {
  expect(overview(LEVELS)).toMatchObject({ level: 2, top: 0, left: 0, width: 3000 });
});
