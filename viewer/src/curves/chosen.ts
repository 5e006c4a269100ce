import { create } from "zustand";

/** A curve by where it lies, and what it is drawn over. */
export interface CurveRef {
  readonly file: string;
  readonly path: string;
  /** The part, as NumPy writes it, that leaves one axis; empty where it has but one. */
  readonly slice: string;
  /** A dataset of the same file; empty for the axis that the file names, `#` to count. */
  readonly x: string;
}

export const COUNTED = "#";

/** Colours of curves, told apart also by who sees few, on light and on dark. */
export const COLOURS = [
  "#1f77b4",
  "#e8710a",
  "#2a9d4e",
  "#d43d51",
  "#8e63ce",
  "#a0705f",
  "#d65fb5",
  "#7a7f87",
  "#a8a11c",
  "#17a2b8",
] as const;

/** What tells a curve from others. */
export function keyOf({ file, path, slice }: CurveRef): string {
  return `${file}::${path}[${slice}]`;
}

const MARK = "curves:";

/** Curves as the address of the page keeps them. */
export function textOf(refs: readonly CurveRef[]): string {
  if (refs.length === 0) return "";
  const parts = refs.map(({ file, path, slice, x }) => [file, path, slice, x]);
  return MARK + JSON.stringify(parts);
}

/** The curves that an address names; those that are none are left out. */
export function refsOf(text: string): CurveRef[] {
  if (!text.startsWith(MARK)) return [];
  let found: unknown;
  try {
    found = JSON.parse(text.slice(MARK.length));
  } catch {
    return [];
  }
  return Array.isArray(found) ? found.flatMap(refOf) : [];
}

function refOf(parts: unknown): CurveRef[] {
  if (!Array.isArray(parts)) return [];
  const texts = parts.filter((part) => typeof part === "string");
  const [file = "", path = "", slice = "", x = ""] = texts;
  return file && path ? [{ file, path, slice, x }] : [];
}

interface Chosen {
  /** Curves that stay when another object is chosen. */
  readonly kept: readonly CurveRef[];
  readonly hidden: ReadonlySet<string>;
  readonly keep: (ref: CurveRef) => void;
  readonly change: (ref: CurveRef, x: string) => void;
  readonly remove: (ref: CurveRef) => void;
  readonly toggle: (ref: CurveRef) => void;
  readonly take: (refs: readonly CurveRef[]) => void;
}

/** The curves that are drawn together, whatever file they lie in. */
export const useChosen = create<Chosen>()((set) => ({
  kept: [],
  hidden: new Set(),
  keep: (ref) => {
    set(({ kept }) =>
      kept.some((each) => keyOf(each) === keyOf(ref)) ? {} : { kept: [...kept, ref] },
    );
  },
  change: (ref, x) => {
    set(({ kept }) => ({
      kept: kept.map((each) => (keyOf(each) === keyOf(ref) ? { ...each, x } : each)),
    }));
  },
  remove: (ref) => {
    set(({ kept }) => ({ kept: kept.filter((each) => keyOf(each) !== keyOf(ref)) }));
  },
  toggle: (ref) => {
    set(({ hidden }) => {
      const next = new Set(hidden);
      if (!next.delete(keyOf(ref))) next.add(keyOf(ref));
      return { hidden: next };
    });
  },
  take: (kept) => {
    set({ kept });
  },
}));
