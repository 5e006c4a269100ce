import type { FolderEntry, Item, StackOffer } from "../api/answers";

/** A folder, a file, or what lies in a file: a row of the tree with a name. */
export type Node =
  | { readonly kind: "entry"; readonly key: string; readonly entry: FolderEntry }
  | {
      readonly kind: "item";
      readonly key: string;
      readonly file: string;
      readonly item: Item;
    };

/** What the rows below a node are asked for with. */
export interface Source {
  /** Of the folder, or of the file. */
  readonly name: string;
  /** In the file; undefined for a folder. */
  readonly path: string | undefined;
}

/** The key of what is above all files. */
export const TOP = "";

/** The key of a file or a folder. */
export function entryKey(file: string): string {
  return `f:${file}`;
}

/** The key of an object in a file; the root is the file itself. */
export function itemKey(file: string, path: string): string {
  return path === "/" || path === "" ? entryKey(file) : `i:${file}\u0000${path}`;
}

/** The key of a row that offers a stack. */
export function stackKey({ file, kind }: StackOffer): string {
  return `s:${file}\u0000${kind}`;
}

export function ofEntry(entry: FolderEntry): Node {
  return { kind: "entry", key: entryKey(entry.file), entry };
}

export function ofItem(file: string, item: Item): Node {
  return { kind: "item", key: itemKey(file, item.path), file, item };
}

export function nameOf(node: Node): string {
  return node.kind === "entry" ? node.entry.name : node.item.name;
}

/** Where the rows below a node come from. */
export function sourceOf(node: Node, isFolder: boolean): Source {
  if (node.kind === "item") return { name: node.file, path: node.item.path };
  return { name: node.entry.file, path: isFolder ? undefined : "/" };
}

/** What is at the end of a link, or is the object itself. */
export function kindAtEnd(item: Item): Item["kind"] | undefined {
  return item.link ? item.link.kind : item.kind;
}

/** Whether there may be rows below a node. A way back to where one is has none. */
export function mayOpen(node: Node): boolean {
  if (node.kind === "entry") return node.entry.problem === "";
  const { item } = node;
  return kindAtEnd(item) === "group" && !item.is_cycle && item.members !== 0;
}

/** Why a node leads nowhere or can't be read; empty if it can. */
export function problemOf(node: Node): string {
  if (node.kind === "entry") return node.entry.problem;
  const { problem, link } = node.item;
  if (problem) return problem;
  if (!link?.cause) return "";
  return link.reason ? `${link.cause}: ${link.reason}` : link.cause;
}

/** The keys of what is above an object, from the outermost, and how each is listed. */
export function above(file: string, path: string): { source: Source; at: string }[] {
  const steps: { source: Source; at: string }[] = [];
  const folders = file.split("/");
  let folder = "";
  for (const name of folders) {
    steps.push({ source: { name: folder, path: undefined }, at: name });
    folder = folder === "" ? name : `${folder}/${name}`;
  }
  let group = "/";
  for (const name of path.split("/").filter(Boolean)) {
    steps.push({ source: { name: file, path: group }, at: name });
    group = group === "/" ? `/${name}` : `${group}/${name}`;
  }
  return steps;
}

/** The key of the level that a source lists. */
export function levelKey({ name, path }: Source): string {
  if (path !== undefined) return itemKey(name, path);
  return name === "" ? TOP : entryKey(name);
}
