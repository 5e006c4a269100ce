import { useEffect, useState } from "react";

import { useClient } from "../api/context";
import { isAbort, messageOf } from "../api/errors";
import type { Params } from "../api/transport";

/** What came of a stream until now. */
export interface Stream<Event> {
  readonly events: readonly Event[];
  readonly isDone: boolean;
  readonly problem: string;
}

const NOTHING = { events: [], isDone: false, problem: "" };

/** The events of a question, as they come; it is given up when it is not asked more. */
export function useEvents<Event>(
  question: string,
  params: Params | undefined,
): Stream<Event> {
  const client = useClient();
  const key = params && JSON.stringify(params);
  const [state, setState] = useState<{ key: string; stream: Stream<Event> }>();
  useEffect(() => {
    if (key === undefined) return undefined;
    const abort = new AbortController();
    const events: Event[] = [];
    const show = (rest: Partial<Stream<Event>>) => {
      if (abort.signal.aborted) return;
      setState({ key, stream: { ...NOTHING, events: [...events], ...rest } });
    };
    client
      .events(
        question,
        JSON.parse(key) as Params,
        ({ event, data }) => {
          if (event === "failed") throw new Error(failureIn(data));
          if (event === "end") return;
          events.push(JSON.parse(data) as Event);
          show({});
        },
        { signal: abort.signal },
      )
      .then(() => {
        show({ isDone: true });
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) show({ isDone: true, problem: messageOf(error) });
      });
    return () => {
      abort.abort();
    };
  }, [client, question, key]);
  return state && state.key === key ? state.stream : NOTHING;
}

function failureIn(data: string): string {
  const { message } = JSON.parse(data) as { message?: string };
  return message ?? "The server gave up";
}
