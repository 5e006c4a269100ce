import "./jobs.css";

import type { Finding, Job } from "./jobs";

const SIGNS = { error: "✕", warning: "!", note: "i" } as const;
const WORDS = { error: "Error", warning: "Warning", note: "Note" } as const;
const RANK = { error: 0, warning: 1, note: 2 } as const;

/** What a check found; undefined for a job that is no check, or not over. */
export function findingsOf(job: Job): readonly Finding[] | undefined {
  const found = job.result?.["findings"];
  return job.kind === "check" && Array.isArray(found)
    ? (found as Finding[])
    : undefined;
}

/** What is wrong with a file, the worst first, and what to do about it. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) {
    return <p className="findings-none">No problem was found.</p>;
  }
  const ordered = [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return (
    <ul className="findings" aria-label="Findings">
      {ordered.map((finding, index) => (
        <li key={index} className={`finding finding-${finding.severity}`}>
          <span className="finding-sign" aria-label={WORDS[finding.severity]}>
            {SIGNS[finding.severity]}
          </span>
          <div>
            <p>
              <strong>{finding.kind}</strong>
              {finding.path !== "" && (
                <code className="finding-path">{finding.path}</code>
              )}
            </p>
            <p>{finding.message}</p>
            {finding.remedy !== "" && (
              <p className="finding-remedy">→ {finding.remedy}</p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
