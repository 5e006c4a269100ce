import { useEffect } from "react";

import type { Session } from "../api/answers";
import { useClient } from "../api/context";
import { toDefaultPlot } from "./open";
import { hasPath, placeOf, usePlace } from "./place";

/** Keeps the place and the address of the page the same, from the start on. */
export function useAddress(): void {
  const client = useClient();
  const { bar, follow, go } = usePlace();
  useEffect(() => {
    const named = placeOf(bar.search());
    follow(named);
    if (named.file === "") {
      void client.get<Session>("session").then(
        ({ start }) => {
          if (!start || usePlace.getState().file !== "") return;
          go(start);
          if (start.path === undefined) void toDefaultPlot(client, start.file);
        },
        () => undefined, // no place to start from; the sidebar tells of the server
      );
    } else if (!hasPath(bar.search())) void toDefaultPlot(client, named.file);
    return bar.onBack(() => {
      follow(placeOf(bar.search()));
    });
  }, [bar, client, follow, go]);
}
