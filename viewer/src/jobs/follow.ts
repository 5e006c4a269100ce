import { useEffect } from "react";

import type { Client } from "../api/client";
import { useClient } from "../api/context";
import { ApiError, isAbort, messageOf } from "../api/errors";
import { type JobsEvent, useJobs } from "./jobs";

const AGAIN_AFTER = 3000;

/** Keeps `useJobs` up to date, as long as the component lives. */
export function useFollowJobs(): void {
  const client = useClient();
  useEffect(() => {
    const abort = new AbortController();
    void follow(client, abort.signal);
    return () => {
      abort.abort();
    };
  }, [client]);
}

async function follow(client: Client, signal: AbortSignal): Promise<void> {
  const { hear, fail } = useJobs.getState();
  while (!signal.aborted) {
    try {
      const heard = ({ event, data }: { event: string; data: string }) => {
        if (event === "message") hear(JSON.parse(data) as JobsEvent);
      };
      await client.events("jobs/events", {}, heard, { signal });
    } catch (error) {
      if (isAbort(error)) return;
      fail(messageOf(error));
      // A refusal stays one: there are no jobs here, or not for this page.
      if (error instanceof ApiError && error.status !== 0) return;
    }
    await pause(AGAIN_AFTER, signal);
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
