import "./tree.css";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";

import { useClient } from "../api/context";
import { useOpen } from "../place/open";
import { usePlace } from "../place/place";
import { actOf, ahead, opens, TypeAhead } from "./keys";
import { itemKey, nameOf } from "./node";
import { RowView, toldOf } from "./row-view";
import { type Row, Rows } from "./rows";
import { useTree } from "./store";

const ROW_HEIGHT = 24;
const OVERSCAN = 12;
const INDENT = 14;

/** Folders, files and what is in them, as one tree of any length. */
export function TreeView() {
  const client = useClient();
  const { levels, open, cursor, jumps, put, show, hide, load, narrow } = useTree();
  const { file, path } = usePlace();
  const chooser = useOpen();
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [typed] = useState(() => new TypeAhead());
  const rows = useMemo(() => new Rows(levels, open), [levels, open]);
  // eslint-disable-next-line react-hooks/incompatible-library -- it is not memoised
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  const found = rows.placeOf(cursor);
  const at = found < 0 ? 0 : found;

  useEffect(() => {
    for (const { level, page } of rows.missing(from, to))
      void load(client, level, page);
  }, [client, load, rows, from, to]);

  useEffect(() => {
    if (jumps > 0 && at > 0) virtual.scrollToIndex(at, { align: "auto" });
    // Only when the cursor was put somewhere, not when rows come.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [jumps]);

  function toggle(row: Row) {
    if (row.kind !== "node" || !row.node) return;
    if (open.has(row.key)) hide(row.key);
    else show(row.node);
  }

  function choose(row: Row | undefined) {
    if (!row) return;
    put(row.key);
    if (row.kind === "stack") chooser.openFile(row.stack.file);
    if (row.kind !== "node" || !row.node) return;
    const { node } = row;
    if (node.kind === "item") {
      if (opens(row) && !open.has(row.key)) show(node);
      chooser.openItem(node);
    } else if (node.entry.is_folder) {
      toggle(row);
    } else if (!node.entry.problem) {
      if (!open.has(row.key)) show(node);
      chooser.openFile(node.entry.file);
    }
  }

  function move(index: number) {
    const row = rows.at(index);
    if (row) put(row.key);
    virtual.scrollToIndex(index, { align: "auto" });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actOf(event.key, rows, at, open);
    const row = act && rows.at(act.index);
    if (act?.kind === "go") move(act.index);
    else if (act?.kind === "choose") choose(row);
    else if (act && row) toggle(row);
    else if (event.key.length === 1) {
      const text = typed.type(event.key, event.timeStamp);
      const next = ahead(rows, at, text, nameOfRow);
      if (next >= 0) move(next);
    } else return;
    event.preventDefault();
  }

  return (
    <div
      ref={scroller}
      className="tree"
      role="tree"
      aria-label="Files and what is in them"
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className="tree-rows" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows.at(index);
          const level = row && levels.get(row.level);
          if (!row || !level) return null;
          const chosen = row.key === itemKey(file, path) || isStackOf(row, file);
          return (
            <div
              key={row.key}
              id={`${id}-${index}`}
              className={index === at ? "row row-cursor" : "row"}
              role="treeitem"
              aria-level={row.depth + 1}
              aria-expanded={opens(row) ? open.has(row.key) : undefined}
              aria-selected={chosen}
              aria-setsize={row.kind === "node" ? row.siblings : undefined}
              aria-posinset={row.kind === "node" ? row.place + 1 : undefined}
              title={toldOf(row)}
              style={{
                transform: `translateY(${start}px)`,
                paddingLeft: 4 + row.depth * INDENT,
              }}
              onClick={() => {
                choose(row);
              }}
            >
              <RowView
                row={row}
                level={level}
                below={levels.get(row.key)}
                isOpen={open.has(row.key)}
                onToggle={() => {
                  put(row.key);
                  toggle(row);
                }}
                onClear={() => {
                  narrow(client, row.level, "");
                }}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function nameOfRow(row: Row): string {
  return row.kind === "node" && row.node ? nameOf(row.node) : "";
}

function isStackOf(row: Row, file: string): boolean {
  return row.kind === "stack" && row.stack.file === file;
}
