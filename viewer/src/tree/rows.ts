import type { StackOffer } from "../api/answers";
import type { Node, Source } from "./node";
import { stackKey, TOP } from "./node";

/** The class of the error for a file of no format that is known. */
export const FOREIGN = "UnknownFormatError";

/** How many rows are asked for at once. */
export const PAGE = 200;

/** What is known of the rows below a node: any of the pages may be missing. */
export interface Level {
  readonly source: Source;
  /** Undefined until the first page has come. */
  readonly total: number | undefined;
  readonly pages: ReadonlyMap<number, readonly Node[]>;
  /** Why it can't be listed. */
  readonly problem: string;
  /** The class of that error. */
  readonly problemKind: string;
  /** What the names that are wanted hold. */
  readonly filter: string;
  /** The filter of the pages that are there. */
  readonly listed: string;
  readonly stacks: readonly StackOffer[];
}

export type Levels = ReadonlyMap<string, Level>;

/** A row that is on the screen. */
export type Row =
  | {
      readonly kind: "node";
      readonly key: string;
      readonly depth: number;
      readonly level: string;
      /** Of all its siblings. */
      readonly place: number;
      readonly siblings: number;
      /** Undefined until its page has come. */
      readonly node: Node | undefined;
    }
  | {
      readonly kind: "stack";
      readonly key: string;
      readonly depth: number;
      readonly level: string;
      readonly stack: StackOffer;
    }
  | {
      readonly kind: "filter" | "reading" | "empty" | "problem";
      readonly key: string;
      readonly depth: number;
      readonly level: string;
    };

/** Rows of one level that follow each other, or one row that tells of the level. */
interface Segment {
  readonly start: number;
  readonly length: number;
  readonly level: string;
  readonly depth: number;
  readonly kind: Row["kind"];
  /** Of the first row: its place among its siblings, or among the stacks. */
  readonly first: number;
}

/**
 * The rows of a tree from top to bottom, without an object for each: a level of 100,000
 * children with nothing open in it is one segment.
 */
export class Rows {
  readonly length: number;
  readonly #segments: readonly Segment[];
  readonly #levels: Levels;

  constructor(levels: Levels, open: ReadonlySet<string>) {
    this.#levels = levels;
    const segments: Segment[] = [];
    this.length = flatten(levels, open, TOP, 0, 0, segments);
    this.#segments = segments;
  }

  /** The row at a place. */
  at(index: number): Row | undefined {
    const segment = this.#segment(index);
    const level = segment && this.#levels.get(segment.level);
    if (!segment || !level) return undefined;
    const { kind, depth, first } = segment;
    const place = first + index - segment.start;
    const about = { depth, level: segment.level };
    if (kind === "node") {
      const node = nodeAt(level, place);
      const key = node?.key ?? placeholderKey(segment.level, place);
      return { ...about, kind, key, place, siblings: level.total ?? 0, node };
    }
    if (kind === "stack") {
      const stack = level.stacks[place];
      return stack && { ...about, kind, key: stackKey(stack), stack };
    }
    return { ...about, kind, key: `${kind}:${segment.level}` };
  }

  /** The place of the row with a key, among the rows that are known. */
  placeOf(key: string): number {
    const awaited = PLACEHOLDER.exec(key);
    const wanted = awaited && { level: awaited[2], place: Number(awaited[1]) };
    for (const segment of this.#segments) {
      const level = this.#levels.get(segment.level);
      if (!level) continue;
      if (segment.kind === "node") {
        const isIn = wanted?.level === segment.level;
        const place = isIn ? wanted.place : childPlace(level, key);
        const index = place - segment.first;
        if (place >= 0 && index >= 0 && index < segment.length)
          return segment.start + index;
      } else if (segment.kind === "stack") {
        const place = level.stacks.findIndex((stack) => stackKey(stack) === key);
        if (place >= 0) return segment.start + place;
      }
    }
    return -1;
  }

  /** The place of the row that a level belongs to; -1 for the top. */
  placeAbove(index: number): number {
    const row = this.at(index);
    return row && row.level !== TOP ? this.placeOf(row.level) : -1;
  }

  /** The pages that rows from one place to another need and lack. */
  missing(from: number, to: number): { level: string; page: number }[] {
    const found: { level: string; page: number }[] = [];
    for (const { kind, level, start, length, first } of this.#segments) {
      const begin = Math.max(from, start);
      const end = Math.min(to, start + length - 1);
      if (begin > end || (kind !== "node" && kind !== "reading")) continue;
      if (kind === "reading") {
        found.push({ level, page: 0 });
        continue;
      }
      const last = Math.floor((first + end - start) / PAGE);
      for (let page = Math.floor((first + begin - start) / PAGE); page <= last; page++)
        if (!this.#levels.get(level)?.pages.has(page)) found.push({ level, page });
    }
    return found;
  }

  #segment(index: number): Segment | undefined {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle];
      if (!segment) return undefined;
      if (index < segment.start) high = middle - 1;
      else if (index >= segment.start + segment.length) low = middle + 1;
      else return segment;
    }
    return undefined;
  }
}

/** Adds the segments of a level and of what is open in it; gives where they end. */
function flatten(
  levels: Levels,
  open: ReadonlySet<string>,
  key: string,
  depth: number,
  start: number,
  segments: Segment[],
): number {
  const level = levels.get(key);
  if (!level) return start;
  let end = start;
  const add = (kind: Row["kind"], length: number, first = 0) => {
    if (length > 0)
      segments.push({ start: end, length, level: key, depth, kind, first });
    end += length;
  };
  if (level.filter) add("filter", 1);
  // That a file is no data is told in its own row.
  if (level.problem) add("problem", level.problemKind === FOREIGN ? 0 : 1);
  else if (level.total === undefined) add("reading", 1);
  else {
    if (!level.filter) add("stack", level.stacks.length);
    if (level.total === 0) add("empty", 1);
    let next = 0;
    for (const { place, child } of openIn(level, open)) {
      add("node", place + 1 - next, next);
      next = place + 1;
      end = flatten(levels, open, child, depth + 1, end, segments);
    }
    add("node", level.total - next, next);
  }
  return end;
}

const PLACEHOLDER = /^#(\d+):([^]*)$/;

/** The key of a row whose page has not come: where it stands. */
function placeholderKey(level: string, place: number): string {
  return `#${place}:${level}`;
}

/** The children of a level that are open, in their order. */
function openIn(level: Level, open: ReadonlySet<string>) {
  const found: { place: number; child: string }[] = [];
  for (const [page, nodes] of level.pages)
    for (const [index, { key }] of nodes.entries())
      if (open.has(key)) found.push({ place: page * PAGE + index, child: key });
  return found.sort((a, b) => a.place - b.place);
}

function nodeAt(level: Level, place: number): Node | undefined {
  const page = Math.floor(place / PAGE);
  return level.pages.get(page)?.[place - page * PAGE];
}

function childPlace(level: Level, key: string): number {
  for (const [page, nodes] of level.pages) {
    const index = nodes.findIndex((node) => node.key === key);
    if (index >= 0) return page * PAGE + index;
  }
  return -1;
}
