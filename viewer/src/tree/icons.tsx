import type { Item } from "../api/answers";
import { kindAtEnd, type Node } from "./node";

/** What a row is, as a small picture. */
export type Sign =
  | "folder"
  | "file"
  | "group"
  | "scalar"
  | "curve"
  | "image"
  | "stack"
  | "text"
  | "type"
  | "broken";

const PATHS: Readonly<Record<Sign, string>> = {
  folder: "M1.5 3.5h4.6l1.4 1.6h7v7.9h-13z",
  file: "M3.5 1.5h6l3 3v10h-9z M9.5 1.5v3h3",
  group: "M2 4.2l6-2.7 6 2.7v7.6l-6 2.7-6-2.7z M2 4.2l6 2.7 6-2.7 M8 6.9v7.6",
  scalar: "M8 5.5a2.5 2.5 0 1 0 .01 0z",
  curve: "M2 2v12h12 M3.5 11c2-1 2.5-6 4.5-6s2.5 4 5.5 2",
  image: "M2 3h12v10H2z M2 11l3.5-4 3 3 2-2 3.5 3.5 M10.7 5.6h.01",
  stack: "M2 6h9v8H2z M4.5 6V4h9v8H11 M7 4V2h7.5v7.5h-1",
  text: "M3 3h10 M8 3v10.5 M3 3v2 M13 3v2",
  type: "M2.5 8.5l6-6h5v5l-6 6z M11 5h.01",
  broken: "M3 3l10 10 M13 3L3 13",
};

export function Icon({ sign }: { readonly sign: Sign }) {
  return (
    <svg className={`icon icon-${sign}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[sign]} />
    </svg>
  );
}

/** What the picture of a row shows. */
export function signOf(node: Node): Sign {
  if (node.kind === "entry") {
    if (node.entry.problem) return "broken";
    return node.entry.is_folder ? "folder" : "file";
  }
  return signOfItem(node.item);
}

function signOfItem(item: Item): Sign {
  const kind = kindAtEnd(item);
  if (kind === "group") return "group";
  if (kind === "named type") return "type";
  if (kind !== "dataset") return "broken";
  return item.link ? "image" : signOfShape(item);
}

const WORDS = /^(text|string|str|bytes)/;

function signOfShape({ shape, type }: Item): Sign {
  if (type && WORDS.test(words(type))) return "text";
  const axes = shape?.filter((length) => length > 1).length ?? 0;
  return axes === 0 ? "scalar" : axes === 1 ? "curve" : axes === 2 ? "image" : "stack";
}

/** The type of elements in words: some answers have more than the words. */
export function words(type: unknown): string {
  return typeof type === "string" ? type : "";
}
