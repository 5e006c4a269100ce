import { create } from "zustand";

/** What the user has typed and chosen; texts as they stand in the fields. */
export interface Form {
  readonly source: string;
  readonly entry: string;
  /** One place a line. */
  readonly flats: string;
  readonly darks: string;
  readonly withoutDarks: boolean;
  readonly position: string;
  readonly flatPosition: string;
  readonly darkPosition: string;
  readonly current: string;
  readonly flatCurrent: string;
  readonly withoutCurrent: boolean;
  readonly reduce: "median" | "mean" | "sigma-clip";
  readonly sigma: string;
  readonly mask: string;
  readonly invalid: string;
  readonly fill: "nan" | "zero" | "one";
  readonly clipLow: string;
  readonly clipHigh: string;
  readonly log: boolean;
  readonly floor: string;
}

/** What belongs to one scan, and not to the next. */
const OF_SCAN = {
  entry: "",
  flats: "",
  darks: "",
  position: "",
  flatPosition: "",
  darkPosition: "",
  current: "",
  flatCurrent: "",
  mask: "",
} as const;

export const EMPTY: Form = {
  source: "",
  ...OF_SCAN,
  withoutDarks: false,
  withoutCurrent: false,
  reduce: "median",
  sigma: "3",
  invalid: "",
  fill: "nan",
  clipLow: "",
  clipHigh: "",
  log: false,
  floor: "1e-6",
};

/** The choices of a correction, as the server takes them, or why there are none. */
export type Choices = { readonly choices: string } | { readonly problem: string };

/** The choices in a form; those at their default are left out. */
export function choicesOf(form: Form): Choices {
  const found: Record<string, unknown> = {};
  const texts = {
    entry: form.entry,
    position: form.position,
    flat_position: form.flatPosition,
    dark_position: form.darkPosition,
    current: form.current,
    flat_current: form.flatCurrent,
    mask: form.mask,
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text.trim() !== "") found[name] = text.trim();
  }
  for (const name of ["flats", "darks"] as const) {
    const places = form[name].split("\n").map((line) => line.trim());
    const named = places.filter((line) => line !== "");
    if (named.length > 0) found[name] = named;
  }
  if (form.withoutDarks) found["without_darks"] = true;
  if (form.withoutCurrent) found["without_current"] = true;
  if (form.log) found["log"] = true;
  if (form.reduce !== "median") found["reduce"] = form.reduce;
  if (form.fill !== "nan") found["fill"] = form.fill;
  try {
    if (form.reduce === "sigma-clip") found["sigma"] = numberIn(form.sigma, "Sigma");
    if (form.invalid.trim()) found["invalid"] = numberIn(form.invalid, "Invalid value");
    if (form.log) found["floor"] = numberIn(form.floor, "Least transmission");
    const [low, high] = [form.clipLow.trim(), form.clipHigh.trim()];
    if ((low === "") !== (high === "")) throw new Error("Clip needs both limits");
    if (low !== "") found["clip"] = [numberIn(low, "Clip"), numberIn(high, "Clip")];
  } catch (error) {
    return { problem: (error as Error).message };
  }
  return { choices: JSON.stringify(found) };
}

function numberIn(text: string, name: string): number {
  const value = Number(text.trim());
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new Error(`${name}: ${JSON.stringify(text)} is no number`);
  }
  return value;
}

const IMAGES = /\.(edf|cbf|tiff?|img|mccd)(\.gz|\.bz2)?$/i;

/** The scan that a file belongs to: of an image file, its folder. */
export function scanOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return IMAGES.test(file) && slash > 0 ? file.slice(0, slash) : file;
}

interface FlatFieldState {
  readonly form: Form;
  /** The file that the form was filled for. */
  readonly file: string;
  readonly frame: number;
  readonly change: (part: Partial<Form>) => void;
  readonly show: (frame: number) => void;
  /** Fills the form for another file; how corrections are made stays. */
  readonly choose: (file: string) => void;
  /** Keeps the form, though this file is looked at elsewhere: it is a result. */
  readonly stay: (file: string) => void;
}

/** The form, kept while other pages are shown. */
export const useFlatField = create<FlatFieldState>()((set, get) => ({
  form: EMPTY,
  file: "",
  frame: 0,
  change: (part) => {
    const isOther = part.source !== undefined;
    set({ form: { ...get().form, ...part }, frame: isOther ? 0 : get().frame });
  },
  show: (frame) => {
    set({ frame });
  },
  choose: (file) => {
    if (file === get().file) return;
    set({ form: { ...get().form, ...OF_SCAN, source: scanOf(file) }, file, frame: 0 });
  },
  stay: (file) => {
    set({ file });
  },
}));
