import { create } from "zustand";

import type { Playback } from "./clock";
import type { ColourMap } from "./colours";
import type { Rule, ScaleName } from "./contrast";

/** What a drag on the image does. */
export const TOOLS = [
  { id: "pan", label: "Pan", hint: "Drag to move, wheel to zoom, Ctrl + drag a box" },
  { id: "zoom", label: "Zoom box", hint: "Drag a box to zoom into it" },
  { id: "region", label: "Region", hint: "Drag a rectangle to get its statistics" },
  { id: "line", label: "Line", hint: "Drag a line to get the values along it" },
] as const;
export type Tool = (typeof TOOLS)[number]["id"];

interface Settings {
  readonly tool: Tool;
  readonly colours: ColourMap;
  readonly invert: boolean;
  readonly scale: ScaleName;
  readonly rule: Rule;
  /** Whether limits are found anew for each frame; else those of the first are kept. */
  readonly perFrame: boolean;
  readonly markInvalid: boolean;
  /** Whether row 0 is at the top. */
  readonly fromTop: boolean;
  readonly playback: Playback;
  readonly change: (settings: Partial<Omit<Settings, "change">>) => void;
}

/** How images are shown, from one to the next. */
export const useSettings = create<Settings>()((set) => ({
  tool: "pan",
  colours: "Grey",
  invert: false,
  scale: "linear",
  rule: { kind: "percent", low: 0.1, high: 99.9 },
  perFrame: false,
  markInvalid: true,
  fromTop: true,
  playback: { rate: 10, direction: 1, loop: true },
  change: (settings) => {
    set(settings);
  },
}));
