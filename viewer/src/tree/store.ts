import { create } from "zustand";

import type { Client } from "../api/client";
import { ApiError, messageOf } from "../api/errors";
import { listed } from "./listing";
import {
  above,
  entryKey,
  itemKey,
  levelKey,
  type Node,
  type Source,
  sourceOf,
  TOP,
} from "./node";
import { type Level, type Levels } from "./rows";

interface Tree {
  readonly levels: Levels;
  /** Keys of the nodes whose rows are shown. */
  readonly open: ReadonlySet<string>;
  /** The key of the row that keys act on. */
  readonly cursor: string;
  /** Counts how often the cursor was put where it may be off the screen. */
  readonly jumps: number;
  readonly put: (cursor: string) => void;
  readonly show: (node: Node) => void;
  readonly hide: (key: string) => void;
  readonly load: (client: Client, level: string, page: number) => Promise<void>;
  readonly narrow: (client: Client, level: string, filter: string) => void;
  readonly refresh: (client: Client) => Promise<void>;
  /** Opens all that is above an object, and puts the cursor on it. */
  readonly reveal: (client: Client, file: string, path: string) => Promise<void>;
}

function unknown(source: Source): Level {
  return {
    source,
    total: undefined,
    pages: new Map(),
    problem: "",
    problemKind: "",
    filter: "",
    listed: "",
    stacks: [],
  };
}

const EMPTY: Levels = new Map([[TOP, unknown({ name: "", path: undefined })]]);
/** Requests on their way: a page is asked for once. */
const underway = new Map<string, Promise<void>>();

/** The tree of files and of what is in them. */
export const useTree = create<Tree>()((set, get) => {
  const put = (key: string, change: (level: Level) => Level) => {
    const level = get().levels.get(key);
    if (level) set({ levels: new Map(get().levels).set(key, change(level)) });
  };
  const know = (source: Source) => {
    const key = levelKey(source);
    if (!get().levels.has(key))
      set({ levels: new Map(get().levels).set(key, unknown(source)) });
    return key;
  };
  const ask = async (
    client: Client,
    key: string,
    which: { page: number } | { at: string },
  ) => {
    const level = get().levels.get(key);
    if (!level) return;
    const { source, filter } = level;
    // What was asked for with another filter comes too late.
    const late = () => get().levels.get(key)?.filter !== filter;
    try {
      const found = await listed(client, source, which, filter);
      if (late()) return;
      put(key, (now) => {
        const isSame = now.total === found.total && now.listed === filter;
        const kept = isSame ? now.pages : [];
        const pages = new Map(kept).set(found.page, found.nodes);
        const { total, stacks } = found;
        const listed = filter;
        return { ...now, total, stacks, pages, listed, problem: "", problemKind: "" };
      });
      const [only] = found.nodes;
      if (key === TOP && level.total === undefined && only && found.total === 1)
        get().show(only);
    } catch (error) {
      if (late()) return;
      const problemKind = error instanceof ApiError ? error.kind : "";
      put(key, (now) => ({ ...now, problem: messageOf(error), problemKind }));
    }
  };

  return {
    levels: EMPTY,
    open: new Set(),
    cursor: "",
    jumps: 0,
    put: (cursor) => {
      set({ cursor });
    },
    show: (node) => {
      const isFolder = node.kind === "entry" && node.entry.is_folder;
      const key = know(sourceOf(node, isFolder));
      set({ open: new Set(get().open).add(key) });
      const level = get().levels.get(key);
      if (level?.problem) put(key, ({ source }) => unknown(source)); // try again
    },
    hide: (key) => {
      const open = new Set(get().open);
      open.delete(key);
      set({ open });
    },
    load: (client, key, page) => {
      const level = get().levels.get(key);
      const name = `${key}#${page}#${level?.filter ?? ""}`;
      const asked = underway.get(name) ?? ask(client, key, { page });
      underway.set(name, asked);
      return asked.finally(() => underway.delete(name));
    },
    narrow: (client, key, filter) => {
      // What is there stays until the answer comes: it does not flicker.
      put(key, (level) => ({ ...level, filter }));
      void get().load(client, key, 0);
    },
    refresh: async (client) => {
      const shown = [...get().levels].filter(
        ([key]) => key === TOP || get().open.has(key),
      );
      // What is closed is read anew when it is opened.
      set({ levels: new Map(shown) });
      await Promise.all(
        shown.flatMap(([key, { pages }]) =>
          [0, ...pages.keys()]
            .filter((page, index) => page !== 0 || index === 0)
            .map((page) => ask(client, key, { page })),
        ),
      );
    },
    reveal: async (client, file, path) => {
      const steps = above(file, path);
      for (const { source, at } of steps) {
        const key = know(source);
        if (key !== TOP) set({ open: new Set(get().open).add(key) });
        const level = get().levels.get(key);
        if (level && isListed(level, source, at)) continue;
        if (level?.filter) put(key, () => unknown(source));
        await ask(client, key, { at });
        if (get().levels.get(key)?.problem) break;
      }
      set({ cursor: itemKey(file, path), jumps: get().jumps + 1 });
    },
  };
});

function isListed(level: Level, { name, path }: Source, at: string): boolean {
  const below = (folder: string) =>
    folder === "" || folder === "/" ? `${folder}${at}` : `${folder}/${at}`;
  const key = path === undefined ? entryKey(below(name)) : itemKey(name, below(path));
  return [...level.pages.values()].some((nodes) =>
    nodes.some((node) => node.key === key),
  );
}
