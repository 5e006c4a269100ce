import { useState } from "react";

import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import { type Job, useJobs } from "./jobs";

/** A function that starts a job and gives it, and why that failed the last time. */
export function useStartJob() {
  const client = useClient();
  const [problem, setProblem] = useState("");
  const [isStarting, setStarting] = useState(false);
  const start = async (body: object): Promise<Job | undefined> => {
    setStarting(true);
    setProblem("");
    try {
      const job = await client.post<Job>("jobs", body);
      useJobs.getState().hear({ changed: [job] });
      return job;
    } catch (error) {
      setProblem(messageOf(error));
      return undefined;
    } finally {
      setStarting(false);
    }
  };
  return { start, problem, isStarting };
}
