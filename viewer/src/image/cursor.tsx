import { useCanvasEvent } from "@h5web/lib";
import { useQuery } from "@tanstack/react-query";
import { create } from "zustand";

import { arrayOf } from "../api/array";
import { useClient } from "../api/context";
import { coordinate, type Dimension, type ImageFacts } from "./facts";
import { numberText } from "./numbers";
import { queryOf } from "./frame";
import type { TileStore } from "./tile-store";
import type { Shown } from "./use-frame";

interface Cursor {
  /** Row and column of the pixel; undefined where there is none. */
  readonly at: readonly [number, number] | undefined;
  readonly move: (at: readonly [number, number] | undefined) => void;
}

/** The pixel that the pointer is over. */
export const useCursor = create<Cursor>()((set) => ({
  at: undefined,
  move: (at) => {
    set({ at });
  },
}));

/** Notes which pixel the pointer is over; a part of the canvas. */
export function CursorTracker({
  shape,
}: {
  readonly shape: readonly [number, number];
}) {
  const move = useCursor((cursor) => cursor.move);
  useCanvasEvent("pointermove", ({ dataPt }) => {
    const [row, column] = [Math.floor(dataPt.y), Math.floor(dataPt.x)];
    const isInside = row >= 0 && column >= 0 && row < shape[0] && column < shape[1];
    move(isInside ? [row, column] : undefined);
  });
  useCanvasEvent("pointerleave", () => {
    move(undefined);
  });
  return null;
}

interface CursorLineProps {
  readonly file: string;
  readonly path: string;
  readonly facts: ImageFacts;
  readonly shown: Shown;
  readonly store: TileStore;
}

/** The value under the pointer, of the data as they are, and where it is. */
export function CursorLine({ file, path, facts, shown, store }: CursorLineProps) {
  const at = useCursor((cursor) => cursor.at);
  const value = usePixel({ file, path, facts, shown, store }, at);
  if (!at) return <output className="image-cursor">Point at a pixel</output>;
  const [down, right] = facts.axes;
  const places = [
    placeText("row", at[0], facts.dimensions[down]),
    placeText("column", at[1], facts.dimensions[right]),
  ];
  return (
    <output className="image-cursor" aria-label="Pixel under the pointer">
      {places.join("   ")}
      {"   "}
      <strong>{value}</strong> {value !== "…" && facts.units}
    </output>
  );
}

const BOX = 64;

/** A pixel in words: from a tile of the data that is there, or asked for. */
function usePixel(
  { file, path, facts, shown, store }: CursorLineProps,
  at: readonly [number, number] | undefined,
): string {
  const client = useClient();
  const query = queryOf(shown.frame);
  const here = at && localPixel(facts, shown, store, at);
  const [top, left] = [0, 1].map((n) => Math.floor((at?.[n] ?? 0) / BOX) * BOX) as [
    number,
    number,
  ];
  const { data } = useQuery({
    queryKey: ["pixels", file, path, query, top, left],
    queryFn: async ({ signal }) => {
      const box = { top, left, bottom: top + BOX, right: left + BOX };
      const params = { file, path, ...query, ...box };
      return arrayOf(await client.bytes("pixels", params, { signal }));
    },
    enabled: at !== undefined && here === undefined,
  });
  if (!at) return "";
  const found = here ?? data?.data[(at[0] - top) * (data.shape[1] ?? 1) + at[1] - left];
  return found === undefined ? "…" : valueText(found, facts);
}

/** The value of a pixel where the tile of the data that holds it is there. */
function localPixel(
  { levels }: ImageFacts,
  { frame, tile }: Shown,
  store: TileStore,
  [row, column]: readonly [number, number],
): number | bigint | undefined {
  const size = levels[0]?.tile ?? [1, 1];
  const [tileRow, tileColumn] = [
    Math.floor(row / size[0]),
    Math.floor(column / size[1]),
  ];
  const found =
    levels.length === 1
      ? tile
      : store.peek({ ...queryOf(frame), level: 0, row: tileRow, column: tileColumn });
  const columns = found?.shape[1] ?? 1;
  const index = (row - tileRow * size[0]) * columns + column - tileColumn * size[1];
  return found?.data[index];
}

function valueText(value: number | bigint, { invalid, dtype }: ImageFacts): string {
  const text =
    typeof value === "bigint" ? value.toLocaleString("en") : exactText(value, dtype);
  return Number(value) === invalid ? `${text} (no value)` : text;
}

/** A value with all of its digits: those of a float of 32 bits are fewer. */
function exactText(value: number, dtype: string): string {
  if (Number.isInteger(value)) return String(value);
  if (dtype !== "float32") return String(value);
  for (let digits = 6; digits < 10; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

function placeText(
  name: string,
  place: number,
  dimension: Dimension | null | undefined,
): string {
  const found = coordinate(dimension, place);
  if (found === undefined || !dimension) return `${name} ${place}`;
  return `${name} ${place} (${dimension.name} ${numberText(found)} ${dimension.units})`;
}
