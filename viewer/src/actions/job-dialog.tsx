import "../controls/controls.css";

import { type ReactNode, useEffect, useRef } from "react";

import { messageOf } from "../api/errors";
import { Command } from "../controls/command";
import { useJobPlan } from "../jobs/use-plan";
import { useStartJob } from "../jobs/use-start";
import { useShell } from "../shell/state";

interface JobDialogProps {
  readonly title: string;
  /** What the button that starts the job says. */
  readonly verb: string;
  /** What is posted. */
  readonly body: object;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The options of a job, the command that does the same, and a button to start it. */
export function JobDialog({ title, verb, body, onClose, children }: JobDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const showTab = useShell((shell) => shell.showTab);
  const { start, problem, isStarting } = useStartJob();
  const plan = useJobPlan(body);
  const refusal = plan.error ? messageOf(plan.error) : (plan.data?.refusal ?? "");
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  const run = async () => {
    if (await start(body)) {
      onClose();
      showTab("jobs");
    }
  };
  return (
    <dialog ref={dialog} className="dialog" aria-label={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <h2>{title}</h2>
        {children}
        {(problem || refusal) !== "" && (
          <p className="problem" role="alert">
            {problem || refusal}
          </p>
        )}
        {plan.data && plan.data.command !== "" && <Command text={plan.data.command} />}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
          <button
            type="submit"
            className="button button-primary"
            disabled={isStarting || refusal !== ""}
          >
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
