import { create } from "zustand";

import type { Client } from "../api/client";
import { isAbort, messageOf } from "../api/errors";

/** How much of an object was written by now, as the server tells it. */
export interface Growth {
  readonly shape?: readonly number[] | null;
  /** So many can be read, from the first on, along the first axis. */
  readonly frames?: number;
  /** One past the last that can be read. */
  readonly newest?: number;
  /** Of a group. */
  readonly members?: number;
  /** When the file was changed, in seconds since 1970. */
  readonly modified?: number | null;
  /** Whether another file lies there now. */
  readonly replaced?: boolean;
}

interface Told extends Growth {
  readonly problem?: string;
}

/** What is known of an object that is followed. */
export interface Followed {
  /** The last that was told; it stays while there is a problem. */
  readonly growth: Growth | undefined;
  /** Why nothing can be read right now, in words. */
  readonly problem: string | undefined;
  /** How often something has changed since it is followed. */
  readonly age: number;
}

export const NOTHING: Followed = { growth: undefined, problem: undefined, age: 0 };

/** What follows from an event of the server. */
export function after(followed: Followed, told: Told): Followed {
  if (told.problem !== undefined) return { ...followed, problem: told.problem };
  // The first tells what is shown already.
  const age = followed.growth === undefined ? followed.age : followed.age + 1;
  return { growth: told, problem: undefined, age };
}

/** Whether files are followed at all: one switch for the page. */
export const useLiveSwitch = create<{
  readonly isOn: boolean;
  readonly turn: (isOn: boolean) => void;
}>()((set) => ({
  isOn: false,
  turn: (isOn) => {
    set({ isOn });
  },
}));

const PAUSE = 1000;

/** Follows an object until the signal ends it, over whatever the client has. */
export async function follow(
  client: Client,
  params: { readonly file: string; readonly path: string },
  onTold: (told: Told) => void,
  signal: AbortSignal,
): Promise<void> {
  let hasEvents = true;
  while (!signal.aborted) {
    try {
      if (hasEvents) {
        let count = 0;
        await client.events(
          "live",
          params,
          ({ event, data }) => {
            count += 1;
            if (event === "message") onTold(JSON.parse(data) as Told);
          },
          { signal },
        );
        // A way without lasting streams, as in a notebook: ask again and again.
        hasEvents = count > 1;
        if (!hasEvents) continue;
      } else {
        onTold(await client.get<Growth>("growth", params, { signal }));
      }
    } catch (error) {
      if (isAbort(error)) return;
      onTold({ problem: messageOf(error) });
    }
    await pause(PAUSE, signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
