import type { Level } from "./facts";

/** A rectangle of pixels: columns and rows from the first to the last, exclusive. */
export interface Visible {
  readonly columns: readonly [number, number];
  readonly rows: readonly [number, number];
}

/** A tile, and the part of the frame that it covers, in pixels of the frame. */
export interface Placed {
  readonly level: number;
  readonly row: number;
  readonly column: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The level to look at, so that a pixel of the screen is not less than one of it. */
export function levelFor(pixelsPerPoint: number, levels: readonly Level[]): number {
  const level = Math.floor(Math.log2(Math.max(pixelsPerPoint, 1)) + 1e-6);
  return Math.min(level, levels.length - 1);
}

/** The one tile of the last level, which is seen first. */
export function overview(levels: readonly Level[]): Placed {
  const level = levels.length - 1;
  return placed(levels, level, 0, 0);
}

/** The tiles of a level that can be seen, those in the middle first. */
export function tilesIn(
  { columns, rows }: Visible,
  levels: readonly Level[],
  level: number,
): Placed[] {
  const known = levels[level];
  if (!known) return [];
  const scale = 2 ** level;
  const [down, across] = [known.tile[0] * scale, known.tile[1] * scale];
  const found: Placed[] = [];
  const [firstRow, lastRow] = span(
    rows,
    down,
    Math.ceil(known.shape[0] / known.tile[0]),
  );
  const [first, last] = span(
    columns,
    across,
    Math.ceil(known.shape[1] / known.tile[1]),
  );
  for (let row = firstRow; row < lastRow; row += 1) {
    for (let column = first; column < last; column += 1) {
      found.push(placed(levels, level, row, column));
    }
  }
  const middle = [(rows[0] + rows[1]) / 2, (columns[0] + columns[1]) / 2] as const;
  const away = (tile: Placed) =>
    Math.hypot(
      tile.top + tile.height / 2 - middle[0],
      tile.left + tile.width / 2 - middle[1],
    );
  return found.sort((a, b) => away(a) - away(b));
}

function placed(
  levels: readonly Level[],
  level: number,
  row: number,
  column: number,
): Placed {
  const { shape, tile } = levels[level] ?? { shape: [0, 0], tile: [1, 1] };
  const scale = 2 ** level;
  const [top, left] = [row * tile[0], column * tile[1]];
  return {
    level,
    row,
    column,
    top: top * scale,
    left: left * scale,
    // The blocks at the end reach beyond the frame, where it is no multiple of them.
    height: Math.min(tile[0], shape[0] - top) * scale,
    width: Math.min(tile[1], shape[1] - left) * scale,
  };
}

function span([start, stop]: readonly [number, number], size: number, number: number) {
  const first = Math.max(Math.floor(start / size), 0);
  return [first, Math.min(Math.ceil(stop / size), number)] as const;
}
