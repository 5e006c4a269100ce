/** A rectangle of pixels; bottom and right are exclusive. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A line from the centre of a pixel to that of another: row and column. */
export interface LineEnds {
  readonly start: readonly [number, number];
  readonly end: readonly [number, number];
  /** Pixels that the mean is taken over, across. */
  readonly width: number;
}

type Point = readonly [number, number];

/** Where a rectangle is pulled: 0 at its left or top, 1 at the other side. */
export const HANDLES = [
  { name: "top left", x: 0, y: 0, cursor: "nwse-resize" },
  { name: "top", x: 0.5, y: 0, cursor: "ns-resize" },
  { name: "top right", x: 1, y: 0, cursor: "nesw-resize" },
  { name: "right", x: 1, y: 0.5, cursor: "ew-resize" },
  { name: "bottom right", x: 1, y: 1, cursor: "nwse-resize" },
  { name: "bottom", x: 0.5, y: 1, cursor: "ns-resize" },
  { name: "bottom left", x: 0, y: 1, cursor: "nesw-resize" },
  { name: "left", x: 0, y: 0.5, cursor: "ew-resize" },
] as const;

/** Two corners as column and row. */
export function cornersOf({ top, left, bottom, right }: Box): [Point, Point] {
  return [
    [left, top],
    [right, bottom],
  ];
}

/** The pixels between two points, column and row, inside of a frame; at least one. */
export function boxBetween(one: Point, other: Point, [rows, columns]: Point): Box {
  const [left, right] = ends(one[0], other[0], columns);
  const [top, bottom] = ends(one[1], other[1], rows);
  return { top, left, bottom, right };
}

/** A rectangle that was moved by rows and columns, and stays inside. */
export function shifted(box: Box, [down, across]: Point, [rows, columns]: Point): Box {
  const y = clamp(Math.round(down), -box.top, rows - box.bottom);
  const x = clamp(Math.round(across), -box.left, columns - box.right);
  return {
    top: box.top + y,
    bottom: box.bottom + y,
    left: box.left + x,
    right: box.right + x,
  };
}

/** A rectangle that was pulled at a handle by rows and columns. */
export function pulled(
  box: Box,
  { x, y }: { readonly x: number; readonly y: number },
  [down, across]: Point,
  shape: Point,
): Box {
  const left = x === 0 ? box.left + across : box.left;
  const right = x === 1 ? box.right + across : box.right;
  const top = y === 0 ? box.top + down : box.top;
  const bottom = y === 1 ? box.bottom + down : box.bottom;
  const rounded = [left, top, right, bottom].map(Math.round);
  const [l = 0, t = 0, r = 0, b = 0] = rounded;
  return boxBetween([l, t], [r, b], shape);
}

/** A rectangle by its numbers, made one that lies inside. */
export function insideOf(box: Box, shape: Point): Box {
  return boxBetween([box.left, box.top], [box.right, box.bottom], shape);
}

function ends(one: number, other: number, length: number): [number, number] {
  const first = clamp(Math.floor(Math.min(one, other)), 0, length - 1);
  return [first, clamp(Math.ceil(Math.max(one, other)), first + 1, length)];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
