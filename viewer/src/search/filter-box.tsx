import { useClient } from "../api/context";
import type { Source } from "../tree/node";
import { Rows } from "../tree/rows";
import { useTree } from "../tree/store";

/** Narrows the group or folder that the cursor is in to names with a text. */
export function FilterBox() {
  const client = useClient();
  const { levels, open, cursor, narrow } = useTree();
  const level = levelAt(new Rows(levels, open), open, cursor);
  // What is narrowed stays so while one goes about in it.
  const target = [...levels].find(([, { filter }]) => filter !== "")?.[0] ?? level;
  const { source, filter = "" } = levels.get(target) ?? {};
  return (
    <input
      type="search"
      className="sidebar-input"
      aria-label="Filter names"
      placeholder={`Filter ${placeName(source)}`}
      value={filter}
      onChange={(event) => {
        narrow(client, target, event.target.value);
      }}
    />
  );
}

/** The key of the level that the cursor is on, if it is open, or else in. */
function levelAt(rows: Rows, open: ReadonlySet<string>, cursor: string): string {
  if (open.has(cursor)) return cursor;
  return rows.at(rows.placeOf(cursor))?.level ?? "";
}

function placeName(source: Source | undefined) {
  if (!source || source.name === "") return "files";
  const { name, path } = source;
  const end = path && path !== "/" ? path : name;
  return end.slice(end.lastIndexOf("/") + 1);
}
