import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { arrayOf } from "../api/array";
import { useClient } from "../api/context";
import type { Box, FrameRef } from "./pair";

export type How = "first" | "second" | "difference" | "ratio";

/** An image of what two frames are, or differ in. */
export interface Compared {
  readonly pixels: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
  readonly box: Box;
  /** Rows and columns of the frame that a pixel is the mean of. */
  readonly size: number;
  readonly shapes: readonly [
    first: readonly [number, number],
    second: readonly [number, number],
  ];
  readonly limits: readonly [number, number] | null;
  readonly number: number;
  readonly invalid: number;
  readonly differing: number;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  readonly rms: number | null;
}

const MOST = 1024;

/** What two frames are, or differ in, in a part of them; all of them without one. */
export function useCompared(
  first: FrameRef,
  second: FrameRef,
  how: How,
  box: Box | undefined,
  isWanted = true,
) {
  const client = useClient();
  const params = {
    file: first.file,
    path: first.path,
    slice: first.slice,
    other_file: second.file,
    other_path: second.path,
    other_slice: second.slice,
    how,
    most: MOST,
    ...box,
  };
  return useQuery({
    queryKey: ["difference", params],
    queryFn: async ({ signal }) =>
      comparedOf(await client.bytes("difference", params, { signal })),
    placeholderData: keepPreviousData,
    enabled: isWanted,
    staleTime: 60_000,
  });
}

function comparedOf(answer: ArrayBuffer): Compared {
  const { data, shape, facts } = arrayOf<Compared & Box>(answer);
  const { top, left, bottom, right } = facts;
  return {
    ...facts,
    pixels: Float32Array.from(data as Float64Array),
    shape: [shape[0] ?? 0, shape[1] ?? 0],
    box: { top, left, bottom, right },
  };
}
