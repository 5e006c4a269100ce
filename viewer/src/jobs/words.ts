import type { Job, JobStatus } from "./jobs";

const PREFIXES = ["", "k", "M", "G", "T"];
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A number of bytes, such as "12.3 MB": with decimal prefixes, as on the shell. */
export function bytes(count: number): string {
  let value = count;
  let prefix = 0;
  while (value >= 1000 && prefix < PREFIXES.length - 1) {
    value /= 1000;
    prefix += 1;
  }
  const digits = prefix === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${PREFIXES[prefix] ?? ""}B`;
}

/** A length of time, such as "2 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
}

export const STATUS: Readonly<Record<JobStatus, string>> = {
  waiting: "Waiting",
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** How far a job is, or how long it took, in a line. */
export function progressOf(job: Job): string {
  if (job.state === "waiting") return "waits until another job is over";
  if (job.state !== "running") return took(job);
  const parts = [job.stage || "starting"];
  if (job.total > 1) parts[0] = `${job.stage}, ${job.done} of ${job.total}`;
  else if (job.total === 0 && job.done > 0) parts[0] = `${job.stage}, ${job.done}`;
  if (job.rate !== null) parts.push(`${bytes(job.rate)}/s`);
  if (job.seconds_left !== null) parts.push(`${duration(job.seconds_left)} left`);
  return parts.join(" · ");
}

function took(job: Job): string {
  if (job.started === null || job.ended === null) return "";
  const parts = [duration(job.ended - job.started)];
  const written = job.result?.["bytes_written"] ?? job.result?.["bytes_after"];
  if (typeof written === "number") parts.push(`${bytes(written)} written`);
  return parts.join(" · ");
}

/** The part of a stage that is done, 0 to 1; null where nobody knows. */
export function fraction(job: Job): number | null {
  if (job.state === "done") return 1;
  if (job.total === 0) return null;
  return Math.min(1, job.done / job.total);
}

/** A number of things, such as "1 frame" or "1,200 frames". */
export function count(number: number, thing: string): string {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}
