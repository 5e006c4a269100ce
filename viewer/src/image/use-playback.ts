import { useEffect, useRef } from "react";

import { frameDue, framesAhead, type Playback } from "./clock";

const AHEAD = 2;

interface Played {
  readonly playback: Playback;
  readonly index: number;
  readonly length: number;
  /** Whether a frame could be shown at once. */
  readonly isThere: (index: number) => boolean;
  /** Loads a frame that is due soon. */
  readonly prefetch: (index: number) => void;
  readonly onFrame: (index: number) => void;
  readonly onEnd: () => void;
}

/**
 * Plays frames while it is on: the last one that is due and there.
 *
 * What has not come in time is left out; only frames that are due are asked for.
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
    let asked = -1;
    let handle = requestAnimationFrame(function tick(time) {
      const { length, isThere, prefetch, onFrame, onEnd } = now.current;
      const due = frameDue(playback, start, length, (time - begin) / 1000);
      if (due === undefined) {
        onEnd();
        return;
      }
      handle = requestAnimationFrame(tick);
      if (due !== asked) {
        asked = due;
        for (const next of [due, ...framesAhead(playback, due, length, AHEAD)]) {
          prefetch(next);
        }
      }
      if (isThere(due)) onFrame(due);
    });
    return () => {
      cancelAnimationFrame(handle);
    };
  }, [isOn, rate, direction, loop]);
}
