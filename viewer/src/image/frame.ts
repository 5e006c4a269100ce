/** Which frame of a dataset is shown: a place on its other axes. */
export interface Frame {
  /** The index along each axis; that of the shown ones tells nothing. */
  readonly at: readonly number[];
  /** The axes that are shown, the first one running down. */
  readonly axes: readonly [number, number];
}

/** The frame that a slice names as NumPy writes it, as the server reads it. */
export function frameOf(slice: string, shape: readonly number[]): Frame | undefined {
  const items = slice.trim() === "" ? [] : slice.split(",").map((part) => part.trim());
  const dots = items.indexOf("...");
  const missing = shape.length - items.length + (dots < 0 ? 0 : 1);
  if (missing < 0) return undefined;
  const filled = Array<string>(missing).fill(":");
  if (dots < 0) items.push(...filled);
  else items.splice(dots, 1, ...filled);
  let open = items.flatMap((item, axis) => (item.includes(":") ? [axis] : []));
  if (open.length < 2) open = [shape.length - 2, shape.length - 1];
  const axes = open.slice(-2) as [number, number];
  const at = items.map((item, axis) =>
    axes.includes(axis) ? 0 : within(parseInt(item, 10) || 0, shape[axis] ?? 1),
  );
  return { at, axes };
}

/** A slice that names a frame, and whether it is turned; for the address, for questions. */
export function sliceOf({ at, axes }: Frame): string {
  return at.map((index, axis) => (axes.includes(axis) ? ":" : index)).join(",");
}

/** Whether the first of the shown axes runs to the right. */
export function isTransposed({ axes }: Frame): boolean {
  return axes[0] > axes[1];
}

/** The parameters by which the server knows a frame. */
export function queryOf(frame: Frame): { slice: string; transposed?: boolean } {
  const slice = sliceOf(frame);
  return isTransposed(frame) ? { slice, transposed: true } : { slice };
}

/** The frame at another index along an axis, the first or last one beyond the ends. */
export function moved(
  frame: Frame,
  axis: number,
  index: number,
  length: number,
): Frame {
  const place = Math.min(Math.max(Math.round(index), 0), length - 1);
  return { ...frame, at: frame.at.map((old, each) => (each === axis ? place : old)) };
}

/** The same with another axis running down or to the right; they change places. */
export function turned(frame: Frame, side: 0 | 1, axis: number): Frame {
  const [down, right] = frame.axes;
  const other = side === 0 ? right : down;
  const left = axis === other ? (side === 0 ? down : right) : other;
  return { ...frame, axes: side === 0 ? [axis, left] : [left, axis] };
}

/** The axes that are not shown. */
export function leadingAxes(frame: Frame): number[] {
  return frame.at.flatMap((_, axis) => (frame.axes.includes(axis) ? [] : [axis]));
}

function within(index: number, length: number): number {
  return Math.min(Math.max(index < 0 ? index + length : index, 0), length - 1);
}
