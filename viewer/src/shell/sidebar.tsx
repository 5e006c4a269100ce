import "./sidebar.css";

import { type CSSProperties, useEffect, useState } from "react";

import { useClient } from "../api/context";
import { usePlace } from "../place/place";
import { FilterBox } from "../search/filter-box";
import { SearchPanel } from "../search/search-panel";
import { useTree } from "../tree/store";
import { TreeView } from "../tree/tree-view";
import { kept, keep } from "./kept";
import { Splitter } from "./splitter";

const NARROWEST = 180;
const WIDEST = 900;

/** The files that are served and what is in them, to look through and to search. */
export function Sidebar() {
  const client = useClient();
  const { file, path } = usePlace();
  const { refresh, reveal } = useTree();
  const [width, setWidth] = useState(() => Number(kept("sidebar-width") ?? 320));
  const [isOpen, setOpen] = useState(() => kept("sidebar") !== "closed");
  const [searches, setSearches] = useState(false);
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    if (file !== "") void reveal(client, file, path);
  }, [client, file, path, reveal]);

  function turn(open: boolean) {
    keep("sidebar", open ? "open" : "closed");
    setOpen(open);
  }

  if (!isOpen)
    return (
      <aside className="sidebar sidebar-closed" aria-label="Files">
        <button
          type="button"
          className="sidebar-button"
          aria-label="Show files"
          aria-expanded={false}
          title="Show files"
          onClick={() => {
            turn(true);
          }}
        >
          »
        </button>
      </aside>
    );
  return (
    <aside
      className="sidebar"
      aria-label="Files"
      style={{ "--sidebar-width": `${width}px` } as CSSProperties}
    >
      <div className="sidebar-head">
        <div className="sidebar-modes" role="group" aria-label="What to show">
          {(["Files", "Search"] as const).map((label) => (
            <button
              key={label}
              type="button"
              aria-pressed={searches === (label === "Search")}
              onClick={() => {
                setSearches(label === "Search");
              }}
            >
              {label}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="sidebar-button"
          aria-label="Read files anew"
          title="Read files anew"
          disabled={isBusy}
          onClick={() => {
            setBusy(true);
            void refresh(client).finally(() => {
              setBusy(false);
            });
          }}
        >
          ⟳
        </button>
        <button
          type="button"
          className="sidebar-button"
          aria-label="Hide files"
          aria-expanded
          title="Hide files"
          onClick={() => {
            turn(false);
          }}
        >
          «
        </button>
      </div>
      {searches ? (
        <SearchPanel />
      ) : (
        <>
          <FilterBox />
          <TreeView />
        </>
      )}
      <Splitter
        label="Width of the files"
        value={width}
        min={NARROWEST}
        max={WIDEST}
        onChange={(next) => {
          keep("sidebar-width", String(next));
          setWidth(next);
        }}
      />
    </aside>
  );
}
