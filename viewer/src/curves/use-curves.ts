import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import { type Column, type CurveFacts, type Points, pointsOf } from "./answers";
import { COUNTED, type CurveRef, keyOf } from "./chosen";
import { placesWithin, widened } from "./ranges";
import type { Domain } from "./scales";

/** Blocks that a curve is sent in; each gives two points. */
const BLOCKS = 2000;
const EVER = Infinity;

/** A curve with what is known of it by now. */
export interface Curve {
  readonly ref: CurveRef;
  readonly key: string;
  readonly colour: string;
  readonly facts: CurveFacts | undefined;
  /** What it is drawn over; undefined where places are counted. */
  readonly x: Column | undefined;
  /** All of it, in extremes where it is long. */
  readonly whole: Points | undefined;
  /** What shows now, as exact as can be drawn. */
  readonly points: Points | undefined;
  readonly problem: string | undefined;
}

/**
 * A curve with its points.
 *
 * `age` counts the changes of a file that is followed: the points are asked for again,
 * and the old ones are shown until the new ones are there.
 */
export function useCurve(
  ref: CurveRef,
  shown: Domain | undefined,
  age: number,
): Omit<Curve, "colour"> {
  const client = useClient();
  const { file, path } = ref;
  const about = useQuery({
    queryKey: ["curve", file, path, age],
    queryFn: ({ signal }) =>
      client.get<CurveFacts>("curve", { file, path }, { signal }),
    staleTime: EVER,
    placeholderData: keepPreviousData,
  });
  const facts = about.data;
  const params = facts && paramsOf(ref, facts);
  const whole = useQuery({
    queryKey: ["line", params, "whole", age],
    queryFn: async ({ signal }) =>
      pointsOf(await client.bytes("line", params, { signal })),
    enabled: params !== undefined,
    staleTime: EVER,
    placeholderData: keepPreviousData,
  });
  const range = rangeOf(whole.data, shown);
  const part = useQuery({
    queryKey: ["line", params, range, age],
    queryFn: async ({ signal }) => {
      const asked = { ...params, start: range?.[0], stop: range?.[1] };
      return pointsOf(await client.bytes("line", asked, { signal }));
    },
    enabled: range !== undefined,
    staleTime: EVER,
    placeholderData: keepPreviousData,
  });
  const error = about.error ?? whole.error ?? part.error;
  const finer = range && part.data && covers(part.data, range) ? part.data : undefined;
  return {
    ref,
    key: keyOf(ref),
    facts,
    x: xOf(ref, facts),
    whole: whole.data,
    points: finer ?? whole.data,
    problem: error ? messageOf(error) : undefined,
  };
}

/** What a curve is drawn over. */
export function xOf(ref: CurveRef, facts?: CurveFacts): Column | undefined {
  if (!facts || ref.x === COUNTED) return undefined;
  if (ref.x === "") return facts.axes[axisOf(ref, facts)] ?? undefined;
  return (
    facts.beside.find(({ path }) => path === ref.x) ??
    facts.axes.find((axis) => axis?.path === ref.x) ??
    undefined
  );
}

/** The axis that a curve runs along: the one that its slice leaves. */
export function axisOf({ slice }: CurveRef, { shape }: CurveFacts): number {
  const at = slice.split(",").findIndex((part) => part.includes(":"));
  return at < 0 ? shape.length - 1 : at;
}

/** The slice of a dataset along one of its axes, at the beginning of all others. */
export function sliceAlong(axis: number, shape: readonly number[]): string {
  if (shape.length < 2) return "";
  return shape.map((_, i) => (i === axis ? ":" : "0")).join(",");
}

function rangeOf(whole: Points | undefined, shown: Domain | undefined) {
  if (!whole || !shown || whole.size === 1) return undefined;
  const found = placesWithin(whole, shown);
  if (!found) return undefined;
  const range = widened(found, whole.length);
  // Nearly all of it is what is there already.
  return range[1] - range[0] > 0.9 * whole.length ? undefined : range;
}

function paramsOf(ref: CurveRef, facts: CurveFacts) {
  const slice = ref.slice || sliceAlong(facts.shape.length - 1, facts.shape);
  return {
    file: ref.file,
    path: facts.path,
    selection: slice || undefined,
    x: xOf(ref, facts)?.path,
    errors: facts.errors ?? undefined,
    columns: BLOCKS,
  };
}

/** Whether points of before still tell of a part of the curve that is looked at now. */
function covers(points: Points, [start, stop]: readonly [number, number]): boolean {
  const middle = (start + stop) / 2;
  return points.start <= middle && points.stop >= middle && points.size > 0;
}
