import { arrayOf } from "../api/array";

/** A dataset of one axis that something may be drawn over. */
export interface Column {
  readonly path: string;
  readonly name: string;
  readonly label: string;
  readonly units: string;
}

/** What the server knows of a dataset, or a group, as a curve. */
export interface CurveFacts extends Column {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly interpretation: string;
  readonly title: string;
  readonly axes: readonly (Column | null)[];
  readonly log_axes: readonly boolean[];
  readonly log: boolean;
  readonly errors: string | null;
  readonly auxiliary: readonly Column[];
  /** Datasets of the same group, each as long as one of the axes. */
  readonly beside: readonly (Column & { readonly length: number })[];
  readonly is_scan: boolean;
}

interface LineFacts {
  readonly columns: readonly string[];
  readonly start: number;
  readonly stop: number;
  readonly length: number;
  readonly size: number;
  readonly of: string;
  readonly texts: readonly string[] | null;
}

/** Points of a curve: all between two places, or the extremes of each block. */
export interface Points {
  readonly place: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly errors: Float64Array | undefined;
  readonly start: number;
  readonly stop: number;
  /** Points of the whole curve. */
  readonly length: number;
  /** Points that two stand for; 1 where all are here. */
  readonly size: number;
  /** The type of the values as stored, as NumPy writes it. */
  readonly of: string;
  /** The values in words, where the browser has no such numbers. */
  readonly texts: readonly string[] | null;
}

/** The points in an answer to `line`. */
export function pointsOf(answer: ArrayBuffer): Points {
  const { data, shape, facts } = arrayOf<LineFacts>(answer);
  const count = shape[1] ?? 0;
  const all = data as Float64Array;
  const column = (name: string) => {
    const at = facts.columns.indexOf(name);
    return at < 0 ? undefined : all.subarray(at * count, (at + 1) * count);
  };
  const place = column("place") ?? new Float64Array();
  const { start, stop, length, size, of, texts } = facts;
  return {
    place,
    x: column("x") ?? place,
    y: column("value") ?? new Float64Array(),
    errors: size === 1 ? column("errors") : undefined,
    start,
    stop,
    length,
    size,
    of,
    texts,
  };
}
