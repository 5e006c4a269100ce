import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { useClient } from "../api/context";
import { type Limits, limitsOf, type Rule } from "./contrast";
import type { Contrast } from "./facts";
import { queryOf } from "./frame";
import { useSettings } from "./settings";
import type { Shown } from "./use-frame";

const NO_LIMITS: Limits = [0, 1];

/**
 * The brightness of the frame that is shown, and the limits of its colours.
 *
 * Limits that are kept are those of the frame that was shown when they were chosen.
 */
export function useContrast(
  shown: Shown | undefined,
  isPlaying: boolean,
  { file, path }: { readonly file: string; readonly path: string },
): {
  contrast: Contrast | undefined;
  limits: Limits;
  setRule: (rule: Rule) => void;
} {
  const client = useClient();
  const { rule, scale, perFrame, change } = useSettings();
  const [kept, setKept] = useState<Contrast>();
  const query = { file, path, ...(shown ? queryOf(shown.frame) : {}) };
  const withTile = shown?.tile.facts.contrast ?? undefined;
  // Stepped to without: the histogram follows, and does not hold the picture up.
  const { data } = useQuery({
    queryKey: ["contrast", query],
    queryFn: ({ signal }) => client.get<Contrast>("contrast", query, { signal }),
    enabled: shown !== undefined && !withTile && !isPlaying,
    placeholderData: (before) => before,
  });
  const contrast = withTile ?? data ?? kept;
  const first = kept ?? contrast;
  if (!kept && contrast) setKept(contrast);
  const base = perFrame ? contrast : first;
  const limits = useMemo(
    () => (base ? limitsOf(rule, base, scale) : NO_LIMITS),
    [base, rule, scale],
  );
  const setRule = (next: Rule) => {
    if (contrast) setKept(contrast);
    change({ rule: next });
  };
  return { contrast, limits, setRule };
}
