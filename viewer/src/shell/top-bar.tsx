import type { KeyboardEvent } from "react";

import { JobsBadge } from "../jobs/badge";
import { useShell } from "./state";
import { panelId, tabAfterKey, tabId, TABS } from "./tabs";

/** The name and the tabs; arrow keys move between tabs, as the ARIA pattern asks. */
export function TopBar() {
  const { tab, showTab } = useShell();

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const next = tabAfterKey(tab, event.key);
    if (!next) return;
    event.preventDefault();
    showTab(next);
    const tree = event.currentTarget.getRootNode() as Document | ShadowRoot;
    tree.getElementById(tabId(next))?.focus();
  }

  return (
    <header className="top-bar">
      <h1 className="top-bar-name">beamio</h1>
      <div role="tablist" aria-label="Pages" className="tabs">
        {TABS.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={tabId(id)}
            aria-selected={id === tab}
            aria-controls={id === tab ? panelId(id) : undefined}
            tabIndex={id === tab ? 0 : -1}
            onClick={() => {
              showTab(id);
            }}
            onKeyDown={onKeyDown}
          >
            {label}
            {id === "jobs" && <JobsBadge />}
          </button>
        ))}
      </div>
    </header>
  );
}
