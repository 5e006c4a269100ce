import { create } from "zustand";

import type { FrameRef } from "./pair";

/** The frame that others are compared with; it stays when another object is chosen. */
export const useFirst = create<{
  readonly frame: FrameRef | undefined;
  readonly keep: (frame: FrameRef | undefined) => void;
}>()((set) => ({
  frame: undefined,
  keep: (frame) => {
    set({ frame });
  },
}));
