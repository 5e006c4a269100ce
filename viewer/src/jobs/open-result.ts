import { useQueryClient } from "@tanstack/react-query";

import { useFlatField } from "../flat-field/form";
import { usePlace } from "../place/place";
import { useShell } from "../shell/state";
import type { Job } from "./jobs";

/** A function that shows what came of a job in the page View. */
export function useOpenResult(): (job: Job) => void {
  const queries = useQueryClient();
  const go = usePlace((place) => place.go);
  const showTab = useShell((shell) => shell.showTab);
  const stay = useFlatField((state) => state.stay);
  return (job) => {
    if (!job.opens) return;
    // The folder has a file that it had not when it was listed.
    void queries.invalidateQueries({ queryKey: ["folder"] });
    if (job.kind === "flatfield") stay(job.opens.file);
    go(job.opens);
    showTab("view");
  };
}
