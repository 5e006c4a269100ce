import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { type Filter, FILTERS } from "../actions/filters";
import { messageOf } from "../api/errors";
import { Command } from "../controls/command";
import { CheckField, ChoiceField, TextField } from "../controls/fields";
import { CancelButton, OpenResultButton } from "../jobs/job-row";
import { isOver, type Job, useJobs } from "../jobs/jobs";
import { Progress } from "../jobs/progress";
import { useJobPlan } from "../jobs/use-plan";
import { useStartJob } from "../jobs/use-start";
import { count, STATUS } from "../jobs/words";
import { useShell } from "../shell/state";
import type { ScanFound } from "./answers";
import { Section } from "./options-form";

type Dtype = "float32" | "float16" | "float64" | "uint16";

const DTYPES: readonly (readonly [Dtype, string])[] = [
  ["float32", "float32"],
  ["float16", "float16, half the size"],
  ["float64", "float64"],
  ["uint16", "uint16, values in even steps"],
];

interface RunPanelProps {
  readonly source: string;
  readonly choices: string;
  readonly found: ScanFound;
}

/** Corrects the whole scan into a file, as a job. */
export function RunPanel({ source, choices, found }: RunPanelProps) {
  const [name, setName] = useState("");
  const [dtype, setDtype] = useState<Dtype>("float32");
  const [compression, setCompression] = useState<Filter>("none");
  const [checksum, setChecksum] = useState(false);
  const [overwrite, setOverwrite] = useState(false);
  const [started, setStarted] = useState("");
  const { start, problem, isStarting } = useStartJob();
  const output = name.trim() || found.output;
  const body = {
    kind: "flatfield",
    file: source,
    choices: JSON.parse(choices) as object,
    output,
    overwrite,
    dtype,
    compression,
    checksum,
  };
  const job = useJobs(({ jobs }) => jobs.find(({ id }) => id === started));
  const isBusy = job !== undefined && !isOver(job);
  const queries = useQueryClient();
  const isDone = job?.state === "done";
  useEffect(() => {
    // The name that was proposed is taken now.
    if (isDone) void queries.invalidateQueries({ queryKey: ["flatfield-found"] });
  }, [isDone, queries]);
  const plan = useJobPlan(isBusy ? undefined : body);
  const refusal = plan.error ? messageOf(plan.error) : (plan.data?.refusal ?? "");
  const run = async () => {
    const job = await start(body);
    if (job) setStarted(job.id);
  };
  return (
    <Section title="Run on the whole scan">
      <TextField
        label="Output"
        title="A name beside the scan, or root/folder/name"
        value={name}
        placeholder={found.output}
        onChange={setName}
      />
      <div className="dialog-row">
        <ChoiceField label="Type" value={dtype} options={DTYPES} onChange={setDtype} />
        <ChoiceField
          label="Compression"
          value={compression}
          options={FILTERS}
          onChange={setCompression}
        />
      </div>
      <CheckField label="Checksums" checked={checksum} onChange={setChecksum} />
      <CheckField
        label="Replace the output if it exists"
        checked={overwrite}
        onChange={setOverwrite}
      />
      {!isBusy && refusal !== "" && <p className="problem">{refusal}</p>}
      {problem !== "" && problem !== refusal && <p className="problem">{problem}</p>}
      <button
        type="button"
        className="button button-primary run-button"
        disabled={isStarting || isBusy || refusal !== ""}
        onClick={() => void run()}
      >
        Correct {count(found.frames.length, "frame")}
      </button>
      {job && <Running job={job} />}
      {plan.data && plan.data.command !== "" && !isBusy && (
        <details>
          <summary>The same in a shell</summary>
          <Command text={plan.data.command} />
        </details>
      )}
    </Section>
  );
}

function Running({ job }: { readonly job: Job }) {
  const showTab = useShell((shell) => shell.showTab);
  return (
    <div className="running" role="group" aria-label="Job">
      <p className={`running-state job-${job.state}`}>
        {STATUS[job.state]}
        {job.state === "done" && job.output !== null && `: ${fileName(job.output)}`}
      </p>
      <Progress job={job} />
      {job.message !== "" && <p className="problem">{job.message}</p>}
      <div className="running-buttons">
        {job.opens && <OpenResultButton job={job} />}
        {!isOver(job) && <CancelButton job={job} />}
        <button
          type="button"
          className="button"
          onClick={() => {
            showTab("jobs");
          }}
        >
          All jobs
        </button>
      </div>
    </div>
  );
}

const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
