import { useQuery } from "@tanstack/react-query";

import { useClient } from "../api/context";
import { useDebounced } from "../controls/debounced";

/** What a job would do. */
export interface JobPlan {
  /** The shell command that does the same; empty where the job is refused. */
  readonly command: string;
  readonly output: string | null;
  /** Why the job would be refused. */
  readonly refusal: string;
}

const SETTLED = 250;

/** The command that a job stands for, or why it would be refused. */
export function useJobPlan(body: object | undefined) {
  const client = useClient();
  const asked = useDebounced(JSON.stringify(body), SETTLED);
  return useQuery({
    queryKey: ["job-plan", asked],
    queryFn: ({ signal }) =>
      client.post<JobPlan>("jobs/check", JSON.parse(asked), { signal }),
    enabled: body !== undefined,
    placeholderData: (before) => before,
    // A file that the output would replace may have come or gone.
    staleTime: 0,
    gcTime: 0,
  });
}
