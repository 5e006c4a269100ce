import "../jobs/jobs.css";

import { useState } from "react";

import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import { JobRow } from "../jobs/job-row";
import { isOver, type JobsEvent, useJobs } from "../jobs/jobs";
import { Notice } from "../shell/notice";

/** What runs, and what has run. */
export function JobsPage() {
  const { jobs, problem } = useJobs();
  if (problem !== "" && jobs.length === 0) {
    return <Notice kind="error">{problem}</Notice>;
  }
  if (jobs.length === 0) {
    return (
      <Notice>
        No jobs yet. Correct a scan under Flat field, or convert, repack and check a
        file with Actions under View.
      </Notice>
    );
  }
  return (
    <div className="jobs">
      <div className="jobs-head">
        {problem !== "" && <p className="problem">{problem}</p>}
        <ClearButton disabled={!jobs.some(isOver)} />
      </div>
      <ul className="jobs-list" aria-label="Jobs">
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </div>
  );
}

function ClearButton({ disabled }: { readonly disabled: boolean }) {
  const client = useClient();
  const [problem, setProblem] = useState("");
  const clear = async () => {
    try {
      useJobs.getState().hear(await client.post<JobsEvent>("jobs/clear", {}));
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
        disabled={disabled}
        onClick={() => void clear()}
      >
        Clear finished
      </button>
    </>
  );
}
