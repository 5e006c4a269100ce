import type { Points } from "./answers";
import type { Domain } from "./scales";

/** Two points stand for a block; this many blocks more are asked for on either side. */
const BEYOND = 2;

/**
 * The places of a curve between which all points lie that show in part of an axis,
 * stop exclusive; undefined where none do.
 */
export function placesWithin(
  overview: Points,
  [low, high]: Domain,
): readonly [start: number, stop: number] | undefined {
  const { place, x, length, size } = overview;
  let first = Infinity;
  let last = -Infinity;
  for (let i = 0; i + 1 < x.length; i += 1) {
    const a = x[i] ?? NaN;
    const b = x[i + 1] ?? NaN;
    if (Math.max(a, b) < low || Math.min(a, b) > high) continue;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    first = Math.min(first, place[i] ?? Infinity);
    last = Math.max(last, place[i + 1] ?? -Infinity);
  }
  if (first > last) return undefined;
  if (x === place) {
    // Counted: x is the place itself.
    first = Math.max(first, Math.floor(low) - 1);
    last = Math.min(last, Math.ceil(high) + 1);
    return [Math.max(0, first), Math.min(length, last + 1)];
  }
  const more = size > 1 ? BEYOND * size : 0;
  return [Math.max(0, first - more), Math.min(length, last + 1 + more)];
}

/** The same with as much again on either side, for moving about without waiting. */
export function widened(
  [start, stop]: readonly [number, number],
  length: number,
): readonly [number, number] {
  const more = Math.ceil((stop - start) / 2);
  return [Math.max(0, start - more), Math.min(length, stop + more)];
}

/** The place nearest to a point of the canvas, by the distance that is given. */
export function nearest(
  points: Points,
  distance: (x: number, y: number) => number,
): { readonly at: number; readonly distance: number } | undefined {
  let at = -1;
  let least = Infinity;
  for (let i = 0; i < points.y.length; i += 1) {
    const d = distance(points.x[i] ?? NaN, points.y[i] ?? NaN);
    if (d < least) {
      least = d;
      at = i;
    }
  }
  return at < 0 ? undefined : { at, distance: least };
}
