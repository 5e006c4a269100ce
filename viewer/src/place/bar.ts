/** Where the place is kept so that it can be linked to, and gone back to. */
export interface Bar {
  /** What is kept now, `?` and what follows it; empty for nothing. */
  readonly search: () => string;
  /** Keeps a place as the next step. */
  readonly push: (search: string) => void;
  /** Keeps a place instead of the last one. */
  readonly replace: (search: string) => void;
  /** Calls when another place is gone back to; returns what ends that. */
  readonly onBack: (back: () => void) => () => void;
}

/** The address of the page, with the browser's history. */
export const ADDRESS_BAR: Bar = {
  search: () => location.search,
  push: (search) => {
    history.pushState(null, "", search);
  },
  replace: (search) => {
    history.replaceState(null, "", search);
  },
  onBack: (back) => {
    window.addEventListener("popstate", back);
    return () => {
      window.removeEventListener("popstate", back);
    };
  },
};

/** Keeps nothing: in a notebook, the address belongs to the notebook. */
export const NO_BAR: Bar = {
  search: () => "",
  push: () => undefined,
  replace: () => undefined,
  onBack: () => () => undefined,
};
