import "./jobs.css";

import { useFollowJobs } from "./follow";
import { isOver, useJobs } from "./jobs";

/** How many jobs run or wait, beside the name of their tab. Follows the jobs. */
export function JobsBadge() {
  useFollowJobs();
  const count = useJobs(({ jobs }) => jobs.filter((job) => !isOver(job)).length);
  if (count === 0) return null;
  return (
    <span className="jobs-badge" title={`${count} running or waiting`}>
      {count}
    </span>
  );
}
