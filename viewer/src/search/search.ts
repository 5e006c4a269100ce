import type { Hit } from "../api/answers";
import type { Client } from "../api/client";
import { ApiError } from "../api/errors";

/** What a search has found so far. */
export interface Findings {
  readonly hits: readonly Hit[];
  readonly problems: readonly string[];
  /** Whether there are more hits than are told. */
  readonly hasMore: boolean;
}

export const NOTHING: Findings = { hits: [], problems: [], hasMore: false };

interface SearchEvent {
  readonly hit?: Hit;
  readonly problem?: string;
  readonly more?: boolean;
  readonly message?: string;
}

/** Looks for a text in files; `onFound` is called with all that was found so far. */
export async function search(
  client: Client,
  text: string,
  files: readonly string[],
  onFound: (findings: Findings) => void,
  signal: AbortSignal,
): Promise<void> {
  let found = NOTHING;
  await client.events(
    "search",
    { text, files },
    ({ event, data }) => {
      if (event === "end") return;
      const said = JSON.parse(data) as SearchEvent;
      if (event === "failed") throw new ApiError(said.message ?? "failed", 0);
      if (said.hit) found = { ...found, hits: [...found.hits, said.hit] };
      if (said.problem !== undefined)
        found = { ...found, problems: [...found.problems, said.problem] };
      if (said.more) found = { ...found, hasMore: true };
      onFound(found);
    },
    { signal },
  );
}

/** The files that a search looks in: those that are open, else all that there are. */
export function searchedFiles(
  open: Iterable<string>,
  current: string,
  roots: readonly string[],
  everywhere: boolean,
  isFile: (key: string) => string | undefined,
): readonly string[] {
  if (everywhere) return roots;
  const files = new Set<string>(current === "" ? [] : [current]);
  for (const key of open) {
    const file = isFile(key);
    if (file !== undefined) files.add(file);
  }
  return files.size > 0 ? [...files] : roots;
}
