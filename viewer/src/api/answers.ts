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

export interface Folder {
  readonly total: number;
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
  readonly items: readonly Item[];
}

export interface Described extends Item {
  readonly storage?: {
    readonly layout: string;
    readonly nbytes: number;
    readonly stored?: number;
    readonly chunks?: readonly number[];
    readonly filters?: readonly string[];
    readonly ratio: number | null;
  };
  readonly attribute_values: Readonly<Record<string, unknown>>;
}
