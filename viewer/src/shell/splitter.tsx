import type { KeyboardEvent, PointerEvent } from "react";

interface SplitterProps {
  readonly label: string;
  /** Pixels. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

const STEP = 16;

/** The border on the right of a pane, which pointer and arrow keys move. */
export function Splitter({ label, value, min, max, onChange }: SplitterProps) {
  const set = (next: number) => {
    onChange(Math.round(Math.max(min, Math.min(max, next))));
  };

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    const start = event.clientX - value;
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const move = (to: globalThis.PointerEvent) => {
      set(to.clientX - start);
    };
    target.addEventListener("pointermove", move);
    target.addEventListener(
      "lostpointercapture",
      () => {
        target.removeEventListener("pointermove", move);
      },
      { once: true },
    );
    event.preventDefault();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowLeft") set(value - STEP);
    else if (event.key === "ArrowRight") set(value + STEP);
    else return;
    event.preventDefault();
  }

  return (
    <div
      className="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
