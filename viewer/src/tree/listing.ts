import type { Children, Folder, StackOffer } from "../api/answers";
import type { Client } from "../api/client";
import { type Node, ofEntry, ofItem, type Source } from "./node";
import { PAGE } from "./rows";

/** A page of what a folder or a group holds. */
export interface Listed {
  readonly total: number;
  readonly page: number;
  readonly nodes: readonly Node[];
  readonly stacks: readonly StackOffer[];
}

/** Asks for a page: by its number, or for the one with a name. */
export async function listed(
  client: Client,
  { name, path }: Source,
  which: { readonly page: number } | { readonly at: string },
  filter: string,
): Promise<Listed> {
  const part = "at" in which ? { at: which.at } : { offset: which.page * PAGE };
  const query = { ...part, limit: PAGE, filter: filter || undefined };
  if (path === undefined) {
    const found = await client.get<Folder>("folder", { folder: name, ...query });
    return {
      total: found.total,
      page: pageOf(found.offset),
      nodes: found.entries.map(ofEntry),
      stacks: found.stacks,
    };
  }
  const found = await client.get<Children>("children", { file: name, path, ...query });
  return {
    total: found.total,
    page: pageOf(found.offset),
    nodes: found.items.map((item) => ofItem(name, item)),
    stacks: [],
  };
}

function pageOf(offset: number): number {
  return Math.floor(offset / PAGE);
}
