import { expect, test } from "vitest";

import type { Item } from "../api/answers";
import { actOf, ahead, TypeAhead } from "./keys";
import { above, entryKey, itemKey, nameOf, ofEntry, ofItem, TOP } from "./node";
import { type Level, type Levels, PAGE, type Row, Rows } from "./rows";

const FILE = "a/scan.h5";

function level(path: string | undefined, change: Partial<Level>): Level {
  const source = { name: path === undefined ? "" : FILE, path };
  const empty = { problem: "", problemKind: "", filter: "", listed: "", stacks: [] };
  return { source, total: undefined, pages: new Map(), ...empty, ...change };
}

function group(path: string): Item {
  return { name: path.slice(path.lastIndexOf("/") + 1), path, kind: "group" };
}

function file(name: string) {
  return ofEntry({
    name,
    file: name,
    is_folder: false,
    size: 1,
    modified: 1,
    problem: "",
  });
}

/** A file with 1,000 groups, of which one page is known; there, /g205 is open. */
function many(): { levels: Levels; open: Set<string> } {
  const page = Array.from({ length: PAGE }, (_, i) =>
    ofItem(FILE, group(`/g${PAGE + i}`)),
  );
  const levels = new Map([
    [TOP, level(undefined, { total: 1, pages: new Map([[0, [file(FILE)]]]) })],
    [entryKey(FILE), level("/", { total: 1000, pages: new Map([[1, page]]) })],
    [itemKey(FILE, "/g205"), level("/g205", { total: 3 })],
  ]);
  return { levels, open: new Set([entryKey(FILE), itemKey(FILE, "/g205")]) };
}

const nameAt = (row: Row) => (row.kind === "node" && row.node ? nameOf(row.node) : "");

test("an open child pushes its later siblings down", () => {
  const { levels, open } = many();
  const rows = new Rows(levels, open);
  expect(rows.length).toBe(1 + 1000 + 3);
  expect(rows.placeOf(itemKey(FILE, "/g205"))).toBe(206);
  expect(rows.at(206)).toMatchObject({ depth: 1, place: 205, siblings: 1000 });
  expect(rows.at(207)).toMatchObject({ depth: 2, place: 0, node: undefined });
  expect(rows.at(210)).toMatchObject({ depth: 1, place: 206 });
  expect(rows.at(1004)).toBeUndefined();
  expect(rows.placeAbove(209)).toBe(206);
  // A cursor on a row that has not come stays where it is.
  expect(rows.placeOf(rows.at(1003)?.key ?? "")).toBe(1003);
});

test("only the pages that are looked at and lacking are asked for", () => {
  const { levels, open } = many();
  const rows = new Rows(levels, open);
  const root = entryKey(FILE);
  expect(rows.missing(0, 10)).toEqual([{ level: root, page: 0 }]);
  expect(rows.missing(202, 220)).toEqual([{ level: itemKey(FILE, "/g205"), page: 0 }]);
  expect(rows.missing(395, 410)).toEqual([{ level: root, page: 2 }]);
});

test("a level that is not read, empty, narrowed or unreadable has a row that says so", () => {
  const kinds = (change: Partial<Level>) => {
    const rows = new Rows(new Map([[TOP, level(undefined, change)]]), new Set());
    return Array.from({ length: rows.length }, (_, i) => rows.at(i)?.kind);
  };
  expect(kinds({})).toEqual(["reading"]);
  expect(kinds({ total: 0 })).toEqual(["empty"]);
  expect(kinds({ problem: "is damaged" })).toEqual(["problem"]);
  expect(kinds({ total: 0, filter: "x" })).toEqual(["filter", "empty"]);
  const stacks = [{ file: "a", kind: "edf", images: 2 }];
  expect(kinds({ total: 1, stacks })).toEqual(["stack", "node"]);
});

test("arrows open, go in, go out and close", () => {
  const { levels, open } = many();
  const rows = new Rows(levels, open);
  const at = (key: string, index: number) => actOf(key, rows, index, open);
  expect(at("ArrowRight", 206)).toEqual({ kind: "go", index: 207 });
  expect(at("ArrowRight", 205)).toEqual({ kind: "open", index: 205 });
  expect(at("ArrowLeft", 207)).toEqual({ kind: "go", index: 206 });
  expect(at("ArrowLeft", 206)).toEqual({ kind: "close", index: 206 });
  expect(at("ArrowLeft", 0)).toEqual({ kind: "close", index: 0 });
  expect(at("End", 0)).toEqual({ kind: "go", index: 1003 });
  expect(at("ArrowUp", 0)).toEqual({ kind: "go", index: 0 });
  expect(at("Enter", 3)).toEqual({ kind: "choose", index: 3 });
  expect(at("x", 3)).toBeUndefined();
});

test("a link back to a group above is not opened", () => {
  const loop: Item = {
    ...group("/g/loop"),
    kind: "soft link",
    link: { path: "/g", kind: "group" },
    is_cycle: true,
    same_as: "/g",
  };
  const pages = new Map([[0, [ofItem(FILE, loop)]]]);
  const rows = new Rows(new Map([[TOP, level("/", { total: 1, pages })]]), new Set());
  expect(actOf("ArrowRight", rows, 0, new Set())).toBeUndefined();
});

test("letters that are typed in a row lead to the next such name", () => {
  const { levels, open } = many();
  const rows = new Rows(levels, open);
  const typed = new TypeAhead(700);
  expect(typed.type("g", 0)).toBe("g");
  expect(typed.type("3", 100)).toBe("g3");
  expect(typed.type("g", 2000)).toBe("g");
  expect(ahead(rows, 0, "g3", nameAt)).toBe(rows.placeOf(itemKey(FILE, "/g300")));
  expect(ahead(rows, 206, "g", nameAt)).toBe(210);
  expect(ahead(rows, 206, "zzz", nameAt)).toBe(-1);
});

test("an object lies in the folders of its file and in groups", () => {
  const steps = above("root/day/scan.h5", "/entry/data");
  expect(steps.map(({ at }) => at)).toEqual([
    "root",
    "day",
    "scan.h5",
    "entry",
    "data",
  ]);
  expect(steps.map(({ source }) => source.name)).toEqual([
    "",
    "root",
    "root/day",
    "root/day/scan.h5",
    "root/day/scan.h5",
  ]);
  expect(steps.at(-1)?.source.path).toBe("/entry");
});
