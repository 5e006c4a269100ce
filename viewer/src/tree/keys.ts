import { mayOpen } from "./node";
import type { Row, Rows } from "./rows";

/** What a key does in a tree, as the ARIA pattern for trees asks. */
export type Act =
  | { readonly kind: "go"; readonly index: number }
  | { readonly kind: "open" | "close" | "choose"; readonly index: number };

const PAGE_ROWS = 20;

/** What a key does where the cursor is at `index`; undefined for nothing. */
export function actOf(
  key: string,
  rows: Rows,
  index: number,
  open: ReadonlySet<string>,
): Act | undefined {
  const row = rows.at(index);
  const go = (to: number): Act | undefined =>
    rows.length === 0
      ? undefined
      : { kind: "go", index: Math.max(0, Math.min(rows.length - 1, to)) };
  switch (key) {
    case "ArrowDown":
      return go(index + 1);
    case "ArrowUp":
      return go(index - 1);
    case "PageDown":
      return go(index + PAGE_ROWS);
    case "PageUp":
      return go(index - PAGE_ROWS);
    case "Home":
      return go(0);
    case "End":
      return go(rows.length - 1);
    case "Enter":
    case " ":
      return { kind: "choose", index };
    case "ArrowRight":
      if (!row || !opens(row)) return undefined;
      return open.has(row.key) ? go(index + 1) : { kind: "open", index };
    case "ArrowLeft": {
      if (row && opens(row) && open.has(row.key)) return { kind: "close", index };
      const parent = rows.placeAbove(index);
      return parent < 0 ? undefined : go(parent);
    }
    default:
      return undefined;
  }
}

/** Whether there may be rows below a row. */
export function opens(row: Row): boolean {
  return row.kind === "node" && row.node !== undefined && mayOpen(row.node);
}

/** Collects letters that are typed in a row, as type-ahead does. */
export class TypeAhead {
  #text = "";
  #last = 0;
  readonly #pause: number;

  constructor(pause = 700) {
    this.#pause = pause;
  }

  /** The letters so far, with this one, typed at a time in ms. */
  type(letter: string, time: number): string {
    this.#text = time - this.#last > this.#pause ? letter : this.#text + letter;
    this.#last = time;
    return this.#text;
  }
}

const LOOKED_AT = 20_000;

/** The place of the next row whose name begins with a text; -1 for none. */
export function ahead(
  rows: Rows,
  from: number,
  text: string,
  nameAt: (row: Row) => string,
): number {
  const wanted = text.toLowerCase();
  // A single letter goes on to the next such name; more letters may stay.
  const start = text.length > 1 ? from : from + 1;
  for (let step = 0; step < Math.min(rows.length, LOOKED_AT); step++) {
    const index = (start + step) % rows.length;
    const row = rows.at(index);
    if (row && nameAt(row).toLowerCase().startsWith(wanted)) return index;
  }
  return -1;
}
