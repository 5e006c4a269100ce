import { type ColorMap, INTERPOLATORS } from "@h5web/lib";
import { Color } from "three";

const SIZE = 256;

/** Names of colour maps, the usual ones first. */
export const COLOUR_MAPS = [
  "Grey",
  "Viridis",
  "Inferno",
  "Magma",
  "Plasma",
  "Cividis",
  "Turbo",
  "Blues",
  "Reds",
  "RdBu",
  "Spectral",
  "YlOrRd",
  "Rainbow",
] as const;
export type ColourMap = (typeof COLOUR_MAPS)[number];

/** The colour of a map at a share of its length, as CSS writes it. */
export function colourAt(name: ColourMap, invert: boolean, share: number): string {
  const map: ColorMap = name === "Grey" ? "Greys" : name; // from black, as H5Web has it
  return INTERPOLATORS[map](invert ? 1 - share : share);
}

/** A map as a gradient of CSS. */
export function gradientOf(
  name: ColourMap,
  invert: boolean,
  to: "right" | "top",
): string {
  const stops = Array.from({ length: 33 }, (_, n) => colourAt(name, invert, n / 32));
  return `linear-gradient(to ${to}, ${stops.join(", ")})`;
}

/** The 256 colours of a map: red, green, blue and 255 of each. */
export function coloursOf(name: ColourMap, invert: boolean): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(SIZE * 4);
  const colour = new Color();
  for (let n = 0; n < SIZE; n += 1) {
    const hex = colour.set(colourAt(name, invert, n / (SIZE - 1))).getHex();
    table.set([hex >> 16, (hex >> 8) & 255, hex & 255, 255], 4 * n);
  }
  return table;
}

/** The same as text, six digits a colour, as the server takes it. */
export function colourText(name: ColourMap, invert: boolean): string {
  const table = coloursOf(name, invert);
  return Array.from(table)
    .flatMap((part, n) => (n % 4 === 3 ? [] : [part.toString(16).padStart(2, "0")]))
    .join("");
}
