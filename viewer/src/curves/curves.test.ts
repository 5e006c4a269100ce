import { expect, test } from "vitest";

import { type Points, pointsOf } from "./answers";
import { refsOf, textOf } from "./chosen";
import { partsOf } from "./line-picker";
import { nearest, placesWithin, widened } from "./ranges";
import { along, extent, part, valueAt, zoomed } from "./scales";
import { svgOf, ticksOf } from "./svg";
import { exactText, valueText } from "./values";

function points(x: number[], changes: Partial<Points> = {}): Points {
  const place = Float64Array.from(x.keys());
  return {
    place,
    x: Float64Array.from(x),
    y: Float64Array.from(x, (v) => v * v),
    errors: undefined,
    start: 0,
    stop: x.length,
    length: x.length,
    size: 1,
    of: "<f8",
    texts: null,
    ...changes,
  };
}

test.each(["linear", "log", "symlog"] as const)(
  "a value comes back from where it lies on a %s axis",
  (scale) => {
    for (const value of [0.5, 3, 700]) {
      const share = along(value, [0.1, 1000], scale);
      expect(valueAt(share, [0.1, 1000], scale)).toBeCloseTo(value, 9);
    }
  },
);

test("zooming keeps the value under the cursor, and ends where numbers do", () => {
  const [low, high] = zoomed([0, 10], 0.5, 0.2, "linear");
  expect(low).toBeCloseTo(1);
  expect(high).toBeCloseTo(6);
  expect(along(2, [low, high], "linear")).toBeCloseTo(0.2);
  expect(part([1, 1 + 1e-13], 0.2, 0.4, "linear")).toEqual([1, 1 + 1e-13]);
});

test("an axis leaves out what it can't show", () => {
  const values = [Float64Array.of(-1, NaN, 0, 10, Infinity, 1000)];
  expect(extent(values, "log", 0)).toEqual([10, 1000]);
  expect(extent(values, "linear", 0)).toEqual([-1, 1000]);
  expect(extent([Float64Array.of(NaN)], "linear", 0)).toBeUndefined();
});

test("every point that shows lies between the places that are asked for", () => {
  // Back and forth: x is no order.
  const zigzag = points([0, 4, 1, 5, 2, 6, 3]);
  expect(placesWithin(zigzag, [5.5, 7])).toEqual([4, 7]);
  expect(placesWithin(zigzag, [4.5, 5.5])).toEqual([2, 7]);
  expect(placesWithin(zigzag, [8, 9])).toBeUndefined();
});

test("between two points of an overview, the points in between are asked for", () => {
  const place = Float64Array.of(0, 400, 900, 1300);
  const overview = points([], { place, x: place, length: 2000, size: 500 });
  expect(placesWithin(overview, [500, 600])).toEqual([499, 602]);
  const measured = { ...overview, x: Float64Array.of(0, 4, 9, 13) };
  expect(placesWithin(measured, [5, 6])).toEqual([0, 1901]);
  expect(widened([500, 600], 2000)).toEqual([450, 650]);
});

test("the nearest point is read", () => {
  const found = nearest(points([0, 1, 2]), (x, y) => Math.hypot(x - 1.2, y - 1));
  expect(found?.at).toBe(1);
});

test("numbers have the digits of their type", () => {
  expect(exactText(Math.fround(0.1), "<f4")).toBe("0.1");
  expect(exactText(0.1 + 0.2, "<f8")).toBe("0.30000000000000004");
  expect(exactText(12345678, "<i4")).toBe("12345678");
  const large = points([1], { texts: ["9223372036854775809"] });
  expect(valueText(large, 0)).toBe("9223372036854775809");
});

test("the address names curves, and nothing else is taken for one", () => {
  const refs = [{ file: "a/b.h5", path: "/c", slice: "0,:", x: "#" }];
  expect(refsOf(textOf(refs))).toEqual(refs);
  for (const text of ["", "curves:{", "curves:[1]", 'image:[["a","/b"]]']) {
    expect(refsOf(text)).toEqual([]);
  }
});

test("a line of a dataset is named by its slice", () => {
  expect(partsOf("3,:,2", 3)).toEqual(["3", ":", "2"]);
  expect(partsOf("", 2)).toEqual(["0", ":"]);
  expect(partsOf("-1", 3)).toEqual(["0", "0", ":"]);
});

test("columns of an answer are found by their names", () => {
  const facts = {
    dtype: "<f8",
    shape: [3, 2],
    columns: ["place", "value", "x"],
    start: 0,
    stop: 2,
    length: 2,
    size: 1,
    of: "<u2",
    texts: null,
  };
  const text = JSON.stringify(facts);
  const header = text.padEnd(text.length + ((8 - ((text.length + 4) % 8)) % 8));
  const answer = new ArrayBuffer(4 + header.length + 48);
  new DataView(answer).setUint32(0, header.length, true);
  new Uint8Array(answer).set(new TextEncoder().encode(header), 4);
  new Float64Array(answer, 4 + header.length).set([0, 1, 7, 8, 0.5, 0.6]);
  const found = pointsOf(answer);
  expect([...found.y]).toEqual([7, 8]);
  expect([...found.x]).toEqual([0.5, 0.6]);
  expect(found.errors).toBeUndefined();
});

test("a drawing is broken where there is no number, and says names as text", () => {
  const drawn = points([0, 1, NaN, 3, 4]);
  const axis = { domain: [0, 5], scale: "linear", label: "x < y & z" } as const;
  const svg = svgOf({
    drawn: [{ key: "a", colour: "#123456", points: drawn, label: "a" }],
    x: axis,
    y: { ...axis, domain: [0, 20] },
    title: "<b>",
    style: "both",
    hasGrid: true,
    hasErrors: false,
  });
  const document = new DOMParser().parseFromString(svg, "image/svg+xml");
  expect(document.querySelector("parsererror")).toBeNull();
  expect(document.querySelector("b")).toBeNull();
  const path = document.querySelector('path[stroke="#123456"]')?.getAttribute("d");
  expect(path?.match(/M/g)).toHaveLength(2);
});

test("ticks are round and lie on the axis", () => {
  expect(ticksOf([0, 10], "linear")).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticksOf([1, 1000], "log")).toEqual([1, 10, 100, 1000]);
});
