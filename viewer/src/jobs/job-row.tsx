import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import { Command } from "../controls/command";
import { Findings, findingsOf } from "./findings";
import { isOver, type Job, useJobs } from "./jobs";
import { useOpenResult } from "./open-result";
import { Progress } from "./progress";
import { STATUS } from "./words";

/** A job: how far it is, what it said, what came of it. */
export function JobRow({ job }: { readonly job: Job }) {
  const [isOpen, setOpen] = useState(false);
  const findings = findingsOf(job);
  return (
    <li className="job" aria-label={job.title}>
      <div className="job-head">
        <span className={`job-state job-${job.state}`}>{STATUS[job.state]}</span>
        <h2 className="job-title">{job.title}</h2>
        <time
          className="job-time"
          dateTime={new Date(job.created * 1000).toISOString()}
        >
          {new Date(job.created * 1000).toLocaleTimeString()}
        </time>
        {job.opens && <OpenResultButton job={job} />}
        {!isOver(job) && <CancelButton job={job} />}
        <button
          type="button"
          className="button"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          Details
        </button>
      </div>
      <Progress job={job} />
      {job.output !== null && <p className="job-output">to {job.output}</p>}
      {job.message !== "" && (
        <p className="problem" role="alert">
          {job.message}
        </p>
      )}
      {findings && <Findings findings={findings} />}
      {isOpen && (
        <div className="job-details">
          <Command text={job.command} />
          <JobLog job={job} />
        </div>
      )}
    </li>
  );
}

/** Shows the file that a job has written. */
export function OpenResultButton({ job }: { readonly job: Job }) {
  const open = useOpenResult();
  return (
    <button
      type="button"
      className="button button-primary"
      onClick={() => {
        open(job);
      }}
    >
      Open result
    </button>
  );
}

/** Lets a job end, with nothing left of it. */
export function CancelButton({ job }: { readonly job: Job }) {
  const client = useClient();
  const [problem, setProblem] = useState("");
  const cancel = async () => {
    try {
      const state = await client.post<Job>(`jobs/${job.id}/cancel`, {});
      useJobs.getState().hear({ changed: [state] });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <>
      {problem !== "" && <span className="problem">{problem}</span>}
      <button
        type="button"
        className="button"
        title="End the job; nothing half-written is left"
        disabled={job.stage === "cancelling"}
        onClick={() => void cancel()}
      >
        Cancel
      </button>
    </>
  );
}

function JobLog({ job }: { readonly job: Job }) {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: ["job-log", job.id, job.log_lines],
    queryFn: ({ signal }) =>
      client.get<{ lines: readonly string[] }>(`jobs/${job.id}/log`, {}, { signal }),
    placeholderData: (before) => before,
  });
  if (error) return <p className="problem">{messageOf(error)}</p>;
  if (!data?.lines.length) return <p className="job-output">The log is empty.</p>;
  const left = job.log_lines - data.lines.length;
  return (
    <pre className="job-log" tabIndex={0} aria-label="Log">
      {left > 0 && `... ${left} lines before\n`}
      {data.lines.join("\n")}
    </pre>
  );
}
