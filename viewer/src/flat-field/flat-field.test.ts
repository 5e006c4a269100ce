import { expect, test } from "vitest";

import { choicesOf, EMPTY, scanOf, useFlatField } from "./form";
import { limitsOf, mixed, profileOf, shown, twoImages } from "./mix";

const VALUES = Float32Array.from([0, 1, 2, 10, 11, 12, 0.5, 0.6, 0.7, 1, NaN, 0.1]);
const IMAGES = twoImages(VALUES, [2, 2, 3]);

test("left of the cut is the first image, right of it the second", () => {
  const found = mixed(
    IMAGES,
    [
      [0, 10],
      [0, 1],
    ],
    1,
  );
  const expected = [0, 0.6, 0.7, 1, NaN, 0.1];
  expect([...found]).toEqual(expected.map((value) => Math.fround(value)));
});

test("a cut beyond the image shows only one of the two", () => {
  const both = [
    [0, 1],
    [0, 1],
  ] as const;
  expect([...mixed(IMAGES, both, 99)]).toEqual([0, 1, 2, 10, 11, 12]);
  expect(mixed(IMAGES, both, -5)[0]).toBe(0.5);
});

test("a hot pixel does not decide the limits", () => {
  const values = Float32Array.from({ length: 10_000 }, (_, at) => at % 100);
  values[7] = 1e9;
  values[8] = NaN;
  const [low, high] = limitsOf({ values, rows: 100, columns: 100 });
  expect(low).toBe(0);
  expect(high).toBe(99);
});

test("an image of one value has limits that can be divided by", () => {
  const values = new Float32Array(4).fill(3);
  expect(limitsOf({ values, rows: 2, columns: 2 })).toEqual([3, 4]);
});

test("a profile runs along a row or a column", () => {
  const [raw] = IMAGES;
  expect([...profileOf(raw, "row", 1)]).toEqual([10, 11, 12]);
  expect([...profileOf(raw, "column", 2)]).toEqual([2, 12]);
});

test("what is no number is told as invalid", () => {
  expect([shown(NaN), shown(1234), shown(0.123456), shown(undefined)]).toEqual([
    "invalid",
    "1234",
    "0.12346",
    "…",
  ]);
});

test("choices at their default are left out", () => {
  expect(choicesOf(EMPTY)).toEqual({ choices: "{}" });
});

test("what is typed becomes what the server takes", () => {
  const form = {
    ...EMPTY,
    flats: " a/f.edf \n\n ::/x ",
    clipLow: "0",
    clipHigh: "1.5",
    log: true,
    reduce: "sigma-clip" as const,
  };
  expect(JSON.parse((choicesOf(form) as { choices: string }).choices)).toEqual({
    flats: ["a/f.edf", "::/x"],
    clip: [0, 1.5],
    log: true,
    floor: 1e-6,
    reduce: "sigma-clip",
    sigma: 3,
  });
});

test("what is no number is said, with the name of the field", () => {
  expect(choicesOf({ ...EMPTY, invalid: "x" })).toEqual({
    problem: 'Invalid value: "x" is no number',
  });
  expect(choicesOf({ ...EMPTY, clipLow: "1" })).toEqual({
    problem: "Clip needs both limits",
  });
});

test("an image file stands for its folder, an HDF5 file for itself", () => {
  expect(scanOf("visit/run/scan_0001.edf")).toBe("visit/run");
  expect(scanOf("visit/scan.nx")).toBe("visit/scan.nx");
  expect(scanOf("scan.edf")).toBe("scan.edf");
});

test("another file has other flats, but is corrected in the same way", () => {
  const { choose, change } = useFlatField.getState();
  choose("a.h5");
  change({ flats: "f.edf", log: true });
  choose("b.h5");
  const { form } = useFlatField.getState();
  expect(form).toMatchObject({ source: "b.h5", flats: "", log: true });
});
