/** The answers of the server in JSON; see `/api/openapi.json` for what may be asked. */

export interface Session {
  readonly roots: readonly { readonly name: string; readonly is_folder: boolean }[];
  readonly start: { readonly file: string; path?: string; slice?: string } | null;
}

export interface FolderEntry {
  readonly name: string;
  readonly file: string;
  readonly is_folder: boolean;
  readonly size: number | null;
  readonly modified: number | null;
  readonly problem: string;
}

/** Images of a folder that are one array when they are opened together. */
export interface StackOffer {
  readonly file: string;
  /** Their suffix. */
  readonly kind: string;
  readonly images: number;
}

export interface Folder {
  readonly total: number;
  /** Of the first entry. */
  readonly offset: number;
  readonly stacks: readonly StackOffer[];
  readonly entries: readonly FolderEntry[];
}

export type ItemKind =
  | "group"
  | "dataset"
  | "named type"
  | "soft link"
  | "external link"
  | "user-defined link"
  | "unreadable";

export interface LinkTarget {
  readonly path: string;
  readonly file?: string;
  readonly kind?: ItemKind;
  /** Why it leads nowhere, in a word and in words. */
  readonly cause?: string;
  readonly reason?: string;
}

/** What lies under a name in a file, in short. What is not known is left out. */
export interface Item {
  readonly name: string;
  readonly path: string;
  readonly kind: ItemKind;
  readonly nx_class?: string;
  readonly units?: string;
  /** "default" or "signal": what viewers plot. */
  readonly mark?: string;
  readonly type?: string;
  readonly dtype?: string | null;
  readonly shape?: readonly number[] | null;
  readonly maxshape?: readonly (number | null)[] | null;
  readonly members?: number;
  readonly attributes?: number;
  readonly link?: LinkTarget;
  readonly outside?: readonly { kind: string; name: string; reason?: string }[];
  readonly same_as?: string;
  readonly is_cycle?: boolean;
  readonly problem?: string;
}

export interface Children {
  readonly group: Item;
  readonly total: number;
  /** Of the first item. */
  readonly offset: number;
  readonly items: readonly Item[];
}

/** The default plot of a file, and the way there. */
export interface Plot {
  readonly signal: string | null;
  /** Of the signal. */
  readonly shape: readonly number[] | null;
  readonly group: string | null;
  readonly steps: readonly { path: string; message: string; remedy: string }[];
}

/** What is found by a search, and where in it. */
export interface Hit extends Item {
  readonly file: string;
  readonly found_in: "name" | "class" | "text";
}

export interface Described extends Item {
  /** Where its file lies on the machine of the server. */
  readonly located?: string;
  /** The links that the path leads through. */
  readonly chain?: readonly Item[];
  /** What reads the values, and why if not the engine. */
  readonly way?: { readonly name: string; readonly why: string } | null;
  /** How many sources there are, where not all are named. */
  readonly outside_total?: number;
  readonly storage?: {
    readonly layout: string;
    readonly nbytes: number;
    readonly stored?: number;
    readonly chunks?: readonly number[];
    readonly filters?: readonly string[];
    readonly ratio: number | null;
  };
  /** What is plotted of a group. */
  readonly plots?: {
    readonly path: string;
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly is_curve: boolean;
    readonly is_scan: boolean;
  };
  readonly attribute_values: Readonly<Record<string, unknown>>;
}
