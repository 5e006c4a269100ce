/** Jobs as the server tells of them; see `/api/openapi.json` for what may be posted. */

import { create } from "zustand";

export type JobStatus = "waiting" | "running" | "done" | "failed" | "cancelled";

export interface Finding {
  readonly severity: "error" | "warning" | "note";
  readonly kind: string;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** The shell command that does the same. */
  readonly command: string;
  readonly output: string | null;
  readonly state: JobStatus;
  /** What is being done, such as "correcting". */
  readonly stage: string;
  readonly done: number;
  /** 0 where nobody knows. */
  readonly total: number;
  readonly nbytes: number;
  /** Bytes in a second. */
  readonly rate: number | null;
  readonly seconds_left: number | null;
  /** Why it failed. */
  readonly message: string;
  /** Seconds since 1970, as the two that follow. */
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly log_lines: number;
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Where the result is. */
  readonly opens: { readonly file: string; readonly path: string } | null;
}

/** What the server tells of jobs: all of them at first, and then what is new. */
export interface JobsEvent {
  readonly jobs?: readonly Job[];
  readonly changed?: readonly Job[];
  readonly gone?: readonly string[];
}

export const isOver = (job: Job) => job.state !== "waiting" && job.state !== "running";

/** The jobs after an event, the newest first. */
export function after(jobs: readonly Job[], event: JobsEvent): readonly Job[] {
  if (event.jobs) return event.jobs;
  const changed = new Map(event.changed?.map((job) => [job.id, job]));
  const gone = new Set(event.gone);
  const known = new Set(jobs.map(({ id }) => id));
  const added = [...changed.values()].filter(({ id }) => !known.has(id)).reverse();
  return [...added, ...jobs]
    .filter(({ id }) => !gone.has(id))
    .map((job) => changed.get(job.id) ?? job);
}

interface JobsState {
  readonly jobs: readonly Job[];
  /** Why nothing is heard of jobs; empty where all is well. */
  readonly problem: string;
  readonly hear: (event: JobsEvent) => void;
  readonly fail: (problem: string) => void;
}

/** The jobs of the server, as they are now. */
export const useJobs = create<JobsState>()((set, get) => ({
  jobs: [],
  problem: "",
  hear: (event) => {
    set({ jobs: after(get().jobs, event), problem: "" });
  },
  fail: (problem) => {
    set({ problem });
  },
}));
