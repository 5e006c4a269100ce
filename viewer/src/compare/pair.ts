/** A frame of a dataset, by where it lies. */
export interface FrameRef {
  readonly file: string;
  readonly path: string;
  readonly slice: string;
}

const MARK = "image:";

/** A frame as the address of the page keeps it. */
export function textOf({ file, path, slice }: FrameRef): string {
  return MARK + JSON.stringify([file, path, slice]);
}

/** The frame that an address names; undefined where it names none. */
export function frameIn(text: string): FrameRef | undefined {
  if (!text.startsWith(MARK)) return undefined;
  let found: unknown;
  try {
    found = JSON.parse(text.slice(MARK.length));
  } catch {
    return undefined;
  }
  if (!Array.isArray(found)) return undefined;
  const texts = found.filter((part) => typeof part === "string");
  const [file = "", path = "", slice = ""] = texts;
  return file && path ? { file, path, slice } : undefined;
}

/** Where an image is looked at: the pixel in the middle, and pixels of it per screen's. */
export interface Look {
  readonly column: number;
  readonly row: number;
  readonly step: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** All of an image, in a canvas of a size. */
export function wholeOf([rows, columns]: readonly [number, number], size: Size): Look {
  const step = Math.max(
    columns / Math.max(size.width, 1),
    rows / Math.max(size.height, 1),
  );
  return { column: columns / 2, row: rows / 2, step };
}

/** Nearer or farther, with what is at a place of the canvas staying there. */
export function zoomed(
  look: Look,
  factor: number,
  at: { readonly x: number; readonly y: number },
  size: Size,
): Look {
  const [right, down] = [at.x - size.width / 2, at.y - size.height / 2];
  const step = look.step * factor;
  return {
    column: look.column + right * (look.step - step),
    row: look.row + down * (look.step - step),
    step,
  };
}

/** What shows of an image: edges of pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** The part of an image that is asked for: what shows, with some air, in whole pixels. */
export function boxOf(
  look: Look,
  size: Size,
  [rows, columns]: readonly [number, number],
): Box {
  const [w, h] = [size.width * look.step * 0.6, size.height * look.step * 0.6];
  const low = (value: number, most: number) =>
    Math.min(Math.max(Math.floor(value), 0), most - 1);
  const high = (value: number, most: number) =>
    Math.min(Math.max(Math.ceil(value), 1), most);
  return {
    top: low(look.row - h, rows),
    left: low(look.column - w, columns),
    bottom: high(look.row + h, rows),
    right: high(look.column + w, columns),
  };
}

/** First left of a column, second from there on; both of one shape. */
export function split(
  first: Float32Array,
  second: Float32Array,
  columns: number,
  at: number,
): Float32Array {
  const mixed = second.slice();
  const cut = Math.min(Math.max(Math.round(at), 0), columns);
  for (let start = 0; start < mixed.length; start += columns) {
    mixed.set(first.subarray(start, start + cut), start);
  }
  return mixed;
}

/** Limits of colours around zero, as far on either side. */
export function aroundZero(limits: readonly [number, number] | null) {
  const most = Math.max(Math.abs(limits?.[0] ?? 1), Math.abs(limits?.[1] ?? 1)) || 1;
  return [-most, most] as const;
}
