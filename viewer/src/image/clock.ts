/** How a stack is played. */
export interface Playback {
  /** Frames a second. */
  readonly rate: number;
  /** 1 forwards, -1 backwards. */
  readonly direction: 1 | -1;
  readonly loop: boolean;
}

/**
 * The frame that is due some time after the start; undefined after the last one.
 *
 * What is due depends on the time alone, so a page that is late leaves frames out.
 */
export function frameDue(
  { rate, direction, loop }: Playback,
  start: number,
  length: number,
  seconds: number,
): number | undefined {
  const place = start + direction * Math.floor(Math.max(seconds, 0) * rate + 1e-6);
  if (loop) return ((place % length) + length) % length;
  return place < 0 || place >= length ? undefined : place;
}

/** The frames that are due next, to be loaded before. */
export function framesAhead(
  playback: Playback,
  due: number,
  length: number,
  number: number,
): number[] {
  const found: number[] = [];
  for (let step = 1; step <= number; step += 1) {
    const next = frameDue(playback, due, length, step / playback.rate);
    if (next !== undefined && next !== due) found.push(next);
  }
  return found;
}
