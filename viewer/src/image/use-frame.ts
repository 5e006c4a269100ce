import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { useClient } from "../api/context";
import type { ImageFacts, Tile } from "./facts";
import { type Frame, queryOf, sliceOf } from "./frame";
import { problemOf, type TileRequest, TileStore } from "./tile-store";
import { overview } from "./visible";

/** A frame that has come: what is drawn until the next one has. */
export interface Shown {
  readonly frame: Frame;
  /** The one tile of its last level. */
  readonly tile: Tile;
}

/** The store of the tiles of a dataset, as long as the component is there. */
export function useTiles(file: string, path: string): TileStore {
  const client = useClient();
  const [store] = useState(() => new TileStore(client, file, path));
  useEffect(
    () => () => {
      store.close();
    },
    [store],
  );
  return store;
}

/**
 * Facts of a dataset whose shown axes are those of a frame.
 *
 * `age` counts the changes of a file that is followed; the facts are asked for again.
 */
export function useFacts(
  file: string,
  path: string,
  frame: Frame | undefined,
  age = 0,
) {
  const client = useClient();
  const asked = frame ? queryOf(frame) : {};
  return useQuery({
    // Of all frames they are the same.
    queryKey: ["image", file, path, frame ? frame.axes.join() : "", age],
    queryFn: ({ signal }) =>
      client.get<ImageFacts>("image", { file, path, ...asked }, { signal }),
    placeholderData: (before) => before,
  });
}

/** The question for the first tile of a frame. */
export function firstTile(
  facts: ImageFacts,
  frame: Frame,
  contrast: boolean,
): TileRequest {
  const { level, row, column } = overview(facts.levels);
  return { ...queryOf(frame), level, row, column, contrast };
}

/** The frame that is wanted, once it has come; before, the one that was shown. */
export function useFrame(
  store: TileStore,
  facts: ImageFacts,
  frame: Frame,
  { contrast, isPlaying }: { readonly contrast: boolean; readonly isPlaying: boolean },
): { shown: Shown | undefined; problem: unknown } {
  const [shown, setShown] = useState<Shown>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    let isWanted = true;
    // While frames are played, others are on their way that will be wanted.
    if (!isPlaying) store.focus(new Set([sliceOf(frame)]));
    store.load(firstTile(facts, frame, contrast)).then(
      (tile) => {
        if (!isWanted) return;
        setShown({ frame, tile });
        setProblem(undefined);
      },
      (error: unknown) => {
        if (isWanted) setProblem(problemOf(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [store, facts, frame, contrast, isPlaying]);
  const isOfAxes = shown?.frame.axes.join() === frame.axes.join();
  return { shown: isOfAxes ? shown : undefined, problem };
}
