import { useEffect, useRef } from "react";

import { frameDue, framesAhead, type Playback } from "./clock";

const AHEAD = 2;
const AT_ONCE = 3;

interface Played {
  readonly playback: Playback;
  readonly index: number;
  readonly length: number;
  /** Whether a frame could be shown at once. */
  readonly isThere: (index: number) => boolean;
  /** Frames that are on their way. */
  readonly pending: () => number;
  /** Loads a frame. */
  readonly prefetch: (index: number) => void;
  readonly onFrame: (index: number) => void;
  readonly onEnd: () => void;
}

/**
 * Plays frames while it is on: the last one that was due and has come.
 *
 * Where frames come too slowly, those between are left out, and never wait in a row.
 */
export function usePlayback(isOn: boolean, played: Played): void {
  const now = useRef(played);
  useEffect(() => {
    now.current = played;
  });
  const { rate, direction, loop } = played.playback;
  useEffect(() => {
    if (!isOn) return undefined;
    const begin = performance.now();
    const start = now.current.index;
    const playback = { rate, direction, loop };
    let asked: number[] = [];
    let handle = requestAnimationFrame(function tick(time) {
      const { length, isThere, pending, prefetch, onFrame, onEnd } = now.current;
      const due = frameDue(playback, start, length, (time - begin) / 1000);
      if (due === undefined) {
        onEnd();
        return;
      }
      handle = requestAnimationFrame(tick);
      if (asked.at(-1) !== due && (isThere(due) || pending() < AT_ONCE)) {
        asked.push(due);
        for (const next of [due, ...framesAhead(playback, due, length, AHEAD)]) {
          if (pending() < AT_ONCE) prefetch(next);
        }
      }
      const last = asked.findLast(isThere);
      if (last === undefined) return;
      asked = asked.slice(asked.lastIndexOf(last));
      onFrame(last);
    });
    return () => {
      cancelAnimationFrame(handle);
    };
  }, [isOn, rate, direction, loop]);
}
