import type { TypedArray } from "../api/array";

/** An image on its own, of rows x columns values. */
export interface Image {
  readonly values: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
}

export type Limits = readonly [low: number, high: number];

/** The two images of an array of shape (2, rows, columns). */
export function twoImages(
  data: TypedArray,
  shape: readonly number[],
): readonly [Image, Image] {
  const [, rows = 0, columns = 0] = shape;
  const values = data as Float32Array | Float64Array;
  const size = rows * columns;
  return [
    { values: values.subarray(0, size), rows, columns },
    { values: values.subarray(size, 2 * size), rows, columns },
  ];
}

/**
 * One image of two, the first on the left of column `cut`, each with its limits at 0
 * and 1. What is no number stays none.
 */
export function mixed(
  [left, right]: readonly [Image, Image],
  [ofLeft, ofRight]: readonly [Limits, Limits],
  cut: number,
): Float32Array {
  const { rows, columns } = left;
  const result = new Float32Array(rows * columns);
  const border = Math.min(columns, Math.max(0, Math.round(cut)));
  fill(result, left, ofLeft, 0, border);
  fill(result, right, ofRight, border, columns);
  return result;
}

function fill(
  result: Float32Array,
  { values, rows, columns }: Image,
  [low, high]: Limits,
  from: number,
  to: number,
) {
  const scale = 1 / (high - low);
  for (let row = 0; row < rows; row += 1) {
    for (let at = row * columns + from; at < row * columns + to; at += 1) {
      result[at] = ((values[at] ?? NaN) - low) * scale;
    }
  }
}

const SAMPLES = 20_000;
const OUTLIERS = 0.005;

/** Limits that leave out the rare extremes of an image, such as hot pixels. */
export function limitsOf({ values }: Image): Limits {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const found: number[] = [];
  for (let at = 0; at < values.length; at += step) {
    const value = values[at];
    if (value !== undefined && Number.isFinite(value)) found.push(value);
  }
  found.sort((a, b) => a - b);
  const last = found.length - 1;
  const low = found[Math.floor(OUTLIERS * last)] ?? 0;
  const high = found[Math.ceil((1 - OUTLIERS) * last)] ?? 1;
  return high > low ? [low, high] : [low, low + 1];
}

/** The values of a row, or of a column, of an image. */
export function profileOf(image: Image, along: "row" | "column", at: number) {
  const { values, rows, columns } = image;
  if (along === "row") return values.subarray(at * columns, (at + 1) * columns);
  return Float64Array.from({ length: rows }, (_, row) => {
    return values[row * columns + at] ?? NaN;
  });
}

/** A value with as many digits as say something. */
export function shown(value: number | undefined): string {
  if (value === undefined) return "…";
  if (Number.isNaN(value)) return "invalid";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toString();
  return value.toPrecision(5);
}
