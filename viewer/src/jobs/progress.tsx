import "./jobs.css";

import type { Job } from "./jobs";
import { fraction, progressOf } from "./words";

/** How far a job is, as a bar and in words. */
export function Progress({ job }: { readonly job: Job }) {
  const part = fraction(job);
  const words = progressOf(job);
  return (
    <div className="job-progress">
      {job.state === "running" && (
        <div
          className={`job-bar${part === null ? " job-bar-unknown" : ""}`}
          role="progressbar"
          aria-label={job.title}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={part === null ? undefined : Math.round(100 * part)}
          aria-valuetext={words}
        >
          <div
            className="job-bar-done"
            style={part === null ? undefined : { width: `${100 * part}%` }}
          />
        </div>
      )}
      {words !== "" && <p className="job-words">{words}</p>}
    </div>
  );
}
