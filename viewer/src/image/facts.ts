/** What the server says of images. */

import type { ServerArray } from "../api/array";

/** Coordinates along an axis of a dataset: even ones by start and step, else each. */
export interface Dimension {
  readonly name: string;
  readonly units: string;
  readonly start?: number;
  readonly step?: number;
  readonly values?: readonly number[];
}

/** A frame at some resolution, and the rows and columns of the tiles it comes in. */
export interface Level {
  readonly shape: readonly [number, number];
  readonly tile: readonly [number, number];
}

export interface ImageFacts {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The axes that run down and to the right. */
  readonly axes: readonly [number, number];
  readonly at: readonly number[];
  readonly levels: readonly Level[];
  /** The integer that stands for no value. */
  readonly invalid: number | null;
  readonly title: string;
  readonly units: string;
  readonly dimensions: readonly (Dimension | null)[];
  readonly log: boolean;
  /** What each frame of a scan is, as NXtomo counts it. */
  readonly keys: readonly number[] | null;
}

export interface Statistics {
  readonly count: number;
  readonly finite: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  readonly nan: number;
  readonly infinite: number;
  readonly saturated: number | null;
}

export interface Histogram {
  readonly start: number;
  readonly width: number;
  readonly counts: readonly number[];
}

export interface Contrast {
  readonly statistics: Statistics;
  /** Pairs of a percentage and the value there. */
  readonly percentiles: readonly (readonly [number, number | null])[];
  readonly histogram: Histogram;
  /** The part of the pixels that was looked at. */
  readonly share: number;
}

export interface TileFacts {
  readonly level: number;
  readonly contrast: Contrast | null;
}

export type Tile = ServerArray<TileFacts>;

const KEYS: Readonly<Record<number, string>> = {
  [-1]: "alignment",
  0: "projection",
  1: "flat",
  2: "dark",
  3: "invalid",
};

/** What a frame of a scan is, in a word; nothing where it isn't said. */
export function kindOf(facts: ImageFacts, at: readonly number[]): string {
  const key = facts.keys?.[at[0] ?? 0];
  return key === undefined || facts.axes.includes(0) ? "" : (KEYS[key] ?? "");
}

/** The coordinate of a place along an axis; fractions are between the elements. */
export function coordinate(
  dimension: Dimension | null | undefined,
  place: number,
): number | undefined {
  if (!dimension) return undefined;
  if (dimension.values) return dimension.values[Math.round(place)];
  return (dimension.start ?? 0) + (dimension.step ?? 1) * place;
}

/** How much higher than wide a pixel is drawn: by its sizes, where they tell. */
export function aspectOf({ axes: [down, right], dimensions }: ImageFacts): number {
  const [y, x] = [dimensions[down], dimensions[right]];
  if (!y?.step || !x?.step || !x.units || x.units !== y.units) return 1;
  return Math.abs(y.step / x.step);
}
