import { create } from "zustand";

import { ADDRESS_BAR, type Bar } from "./bar";

/** What the page shows: all of it stands in the address, which is a permanent link. */
export interface Place {
  /** `root/folder/name`, as the server calls it; empty for none. */
  readonly file: string;
  /** Of the object in the file. */
  readonly path: string;
  /** The part that is shown, as NumPy writes it, such as `12` or `0:10,3`. */
  readonly slice: string;
  /** The view that was chosen for it; empty for the one that suits it best. */
  readonly view: string;
  /** What is shown with it, as its view writes it: other curves, another image. */
  readonly also: string;
}

export const NOWHERE: Place = { file: "", path: "/", slice: "", view: "", also: "" };

/** The place that an address names. */
export function placeOf(search: string): Place {
  const params = new URLSearchParams(search);
  return {
    file: params.get("file") ?? "",
    path: params.get("path") ?? "/",
    slice: params.get("slice") ?? "",
    view: params.get("view") ?? "",
    also: params.get("also") ?? "",
  };
}

/** Whether an address names an object, be it the root, and not only a file. */
export function hasPath(search: string): boolean {
  return new URLSearchParams(search).has("path");
}

/** The address of a place, `?` and what follows it. */
export function searchOf(place: Place): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(place)) {
    // A file without a path is shown by its default plot; its root is "/".
    const isTold = name === "path" && place.file !== "";
    if (isTold || value !== NOWHERE[name as keyof Place])
      params.set(name, String(value));
  }
  return `?${params.toString()}`;
}

interface PlaceState extends Place {
  /** Where the place is kept. */
  readonly bar: Bar;
  /** Shows another object; slice and view are those given, or none. */
  readonly go: (place: Partial<Place> & Pick<Place, "file">) => void;
  /** Shows another part of it, or another view: no step back in the history. */
  readonly turn: (part: Partial<Pick<Place, "slice" | "view" | "also">>) => void;
  /** Goes on to an object in the same file: no step back in the history. */
  readonly arrive: (path: string) => void;
  /** Takes a place from the address. */
  readonly follow: (place: Place) => void;
}

/** The place, in the hand of every component. */
export const usePlace = create<PlaceState>()((set, get) => ({
  ...NOWHERE,
  bar: ADDRESS_BAR,
  go: (place) => {
    const next = { ...NOWHERE, ...place };
    set(next);
    get().bar.push(searchOf(next));
  },
  turn: (part) => {
    set(part);
    const { bar, file, path, slice, view, also } = get();
    bar.replace(searchOf({ file, path, slice, view, also }));
  },
  arrive: (path) => {
    const { bar, file } = get();
    const next = { ...NOWHERE, file, path };
    set(next);
    bar.replace(searchOf(next));
  },
  follow: (place) => {
    set(place);
  },
}));
