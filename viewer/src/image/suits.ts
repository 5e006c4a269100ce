import type { Described } from "../api/answers";

const NUMBERS = /^[<>=|]?(u?int|float|bool|[iuf]\d|b1)/;
const [BEST, SMALL, COLOURS] = [10, 3, 2];

/** How well an object suits to be shown as images. */
export function suitsImage({ dtype, shape, attribute_values }: Described): number {
  if (!dtype || !shape || shape.length < 2 || !NUMBERS.test(dtype)) return 0;
  if (shape.includes(0)) return 0;
  const interpretation = attribute_values["interpretation"];
  if (interpretation === "spectrum" || interpretation === "scalar") return SMALL;
  const [rows, columns] = shape.slice(-2) as [number, number];
  const isColour = shape.length > 2 && (columns === 3 || columns === 4);
  if (isColour && /u1$|uint8/.test(dtype)) return COLOURS;
  // Some columns of numbers are a table.
  return rows < 4 || columns < 4 ? SMALL : BEST;
}
