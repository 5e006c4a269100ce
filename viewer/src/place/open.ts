import { useMemo } from "react";

import type { Plot } from "../api/answers";
import type { Client } from "../api/client";
import { useClient } from "../api/context";
import type { Node } from "../tree/node";
import { usePlace } from "./place";

/** Ways to a place that more than one component has. */
export function useOpen() {
  const client = useClient();
  return useMemo(
    () => ({
      /** Shows a file: its default plot, or its root if it has none. */
      openFile: (file: string) => {
        usePlace.getState().go({ file });
        void toDefaultPlot(client, file);
      },
      /** Shows an object; of a link back to where one is, what it leads to. */
      openItem: ({ file, item }: Extract<Node, { kind: "item" }>) => {
        const path = item.is_cycle && item.same_as ? item.same_as : item.path;
        usePlace.getState().go({ file, path });
      },
    }),
    [client],
  );
}

/** Goes on from the root of a file to its default plot, unless one is elsewhere by then. */
export async function toDefaultPlot(client: Client, file: string): Promise<void> {
  let plot: Plot;
  try {
    plot = await client.get<Plot>("plot", { file });
  } catch {
    return; // the page of the file itself says why it can't be opened
  }
  // Images are shown of a dataset; a curve is the group with its axes.
  const isImage = plot.shape !== null && plot.shape.length > 1;
  const path = isImage ? plot.signal : (plot.group ?? plot.signal);
  const { file: now, path: at, arrive } = usePlace.getState();
  if (path !== null && now === file && at === "/") arrive(path);
}
