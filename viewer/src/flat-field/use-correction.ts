import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { arrayOf } from "../api/array";
import type { Client } from "../api/client";
import { useClient } from "../api/context";
import type { FrameFacts, ScanFound } from "./answers";
import { type Image, type Limits, limitsOf, twoImages } from "./mix";

const noop = () => undefined;

/** Milliseconds that a frame stays when it is no longer shown: it is large. */
const KEPT = 20_000;

/** Raw and corrected, or flat and dark. */
export interface Frame extends FrameFacts {
  readonly images: readonly [Image, Image];
  readonly number: number;
}

/** What there is to correct. */
export function useFound(source: string, choices: string | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ["flatfield-found", source, choices],
    queryFn: async ({ signal }) => {
      const params = { file: source, choices };
      const found = await client.get<ScanFound>("flatfield-found", params, { signal });
      return { found, source, choices: choices ?? "{}" };
    },
    enabled: source !== "" && choices !== undefined,
    placeholderData: (before) => before,
  });
}

export type Parts = "images" | "references";

function frameQuery(
  client: Client,
  source: string,
  choices: string | undefined,
  frame: number,
  parts: Parts,
) {
  return {
    queryKey: ["flatfield-frame", source, choices, frame, parts],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Frame> => {
      const params = { file: source, choices, frame, parts };
      const bytes = await client.bytes("flatfield-frame", params, { signal });
      const { data, shape, facts } = arrayOf<FrameFacts>(bytes);
      return { ...facts, images: twoImages(data, shape), number: frame };
    },
    gcTime: KEPT,
  };
}

/** A frame before and after; the one before it while it is on its way. */
export function useFrame(
  source: string,
  choices: string | undefined,
  frame: number,
  count: number,
) {
  const client = useClient();
  const queries = useQueryClient();
  const found = useQuery({
    ...frameQuery(client, source, choices, frame, "images"),
    enabled: count > 0 && choices !== undefined,
    placeholderData: (before) => before,
  });
  const isThere = found.data?.number === frame && !found.isPlaceholderData;
  const next = frame + 1;
  useEffect(() => {
    if (isThere && next < count) {
      queries.query(frameQuery(client, source, choices, next, "images")).catch(noop);
    }
  }, [client, queries, source, choices, next, count, isThere]);
  const references = useQuery({
    ...frameQuery(client, source, choices, frame, "references"),
    enabled: isThere,
  });
  return { ...found, references: references.data };
}

/**
 * Limits of raw and corrected frames: those of the frame that is seen first, so that
 * frames can be compared; `reset` takes those of the frame that is seen now.
 */
export function useLimits(
  source: string,
  choices: string | undefined,
  frame: Frame | undefined,
) {
  const queries = useQueryClient();
  const queryKey = ["flatfield-limits", source, choices];
  const { data } = useQuery({
    queryKey,
    queryFn: (): readonly [Limits, Limits] | null =>
      frame ? [limitsOf(frame.images[0]), limitsOf(frame.images[1])] : null,
    enabled: frame !== undefined,
    staleTime: Infinity,
  });
  const reset = () => {
    void queries.invalidateQueries({ queryKey });
  };
  return { limits: data ?? undefined, reset };
}
