import type { Points } from "./answers";

/** A number with all digits that its type has, and none that it has not. */
export function exactText(value: number, dtype: string): string {
  if (Number.isNaN(value)) return "NaN";
  if (!dtype.endsWith("f4") && !dtype.endsWith("c8")) return String(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** The value of a point in words, exact. */
export function valueText(points: Points, at: number): string {
  return points.texts?.[at] ?? exactText(points.y[at] ?? NaN, points.of);
}
