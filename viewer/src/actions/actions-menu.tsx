import "./actions.css";

import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import { usePlace } from "../place/place";
import { CheckDialog, ConvertDialog, RepackDialog } from "./dialogs";

const ACTIONS = [
  { id: "convert", label: "Convert …", Dialog: ConvertDialog },
  { id: "repack", label: "Repack …", Dialog: RepackDialog },
  { id: "check", label: "Check …", Dialog: CheckDialog },
] as const;

type ActionId = (typeof ACTIONS)[number]["id"];

/** What can be done with the chosen file. */
export function ActionsMenu() {
  const file = usePlace((place) => place.file);
  const path = usePlace((place) => place.path);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<ActionId>();
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) menu.current?.querySelector("button")?.focus();
  }, [isOpen]);
  const action = ACTIONS.find(({ id }) => id === chosen);
  return (
    <div
      className="actions"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        type="button"
        className="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        Actions ▾
      </button>
      {isOpen && (
        <div
          ref={menu}
          role="menu"
          aria-label="Actions"
          className="actions-menu"
          onKeyDown={(event) => {
            if (event.key === "Escape") setOpen(false);
            else moveFocus(event);
          }}
        >
          {ACTIONS.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                setChosen(id);
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      {action && (
        <action.Dialog
          file={file}
          path={path}
          onClose={() => {
            setChosen(undefined);
          }}
        />
      )}
    </div>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>) {
  const items = [...event.currentTarget.querySelectorAll("button")];
  const at = items.findIndex((item) => item === document.activeElement);
  const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  items[(at + move + items.length) % items.length]?.focus();
}
