import type { Job } from "../jobs/jobs";

/** A job for tests. */
export function aJob(facts: Partial<Job> = {}): Job {
  return {
    id: "1",
    kind: "flatfield",
    title: "Flat field of scan.nx",
    command: "beamio flatfield scan.nx -o out.nx",
    output: "/data/out.nx",
    state: "running",
    stage: "correcting",
    done: 0,
    total: 0,
    nbytes: 0,
    rate: null,
    seconds_left: null,
    message: "",
    created: 0,
    started: 0,
    ended: null,
    log_lines: 0,
    result: null,
    opens: null,
    ...facts,
  };
}
