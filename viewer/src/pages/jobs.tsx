import { Notice } from "../shell/notice";

/** What runs, and what has run. */
export function JobsPage() {
  return <Notice>No jobs yet.</Notice>;
}
