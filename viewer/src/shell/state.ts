import { create } from "zustand";

import type { TabId } from "./tabs";

interface Shell {
  readonly tab: TabId;
  readonly showTab: (tab: TabId) => void;
}

/** Which page the workbench shows. */
export const useShell = create<Shell>()((set) => ({
  tab: "view",
  showTab: (tab) => {
    set({ tab });
  },
}));
