import { expect, test } from "vitest";

import { aJob } from "../testing/a-job";
import { after } from "./jobs";
import { bytes, duration, fraction, progressOf } from "./words";

test("bytes and times are told in units that people read", () => {
  expect([0, 999, 1500, 123_456_789, 4.2e9].map(bytes)).toEqual([
    "0 B",
    "999 B",
    "1.5 kB",
    "123 MB",
    "4.2 GB",
  ]);
  expect([0.52, 12.4, 65, 3725].map(duration)).toEqual([
    "0.5 s",
    "12 s",
    "1 min 5 s",
    "1 h 2 min",
  ]);
});

test("a running job tells its stage, rate and time left", () => {
  const job = aJob({ done: 12, total: 64, rate: 2.1e8, seconds_left: 4 });
  expect(progressOf(job)).toBe("correcting, 12 of 64 · 210 MB/s · 4.0 s left");
  expect(fraction(job)).toBeCloseTo(12 / 64);
});

test("of a stage without a known end no part is told", () => {
  const job = aJob({ stage: "looking at objects", done: 35, total: 0 });
  expect(progressOf(job)).toBe("looking at objects, 35");
  expect(fraction(job)).toBeNull();
});

test("a job that is over tells how long it took", () => {
  const result = { bytes_written: 5_000_000 };
  const job = aJob({ state: "done", started: 100, ended: 165, result });
  expect(progressOf(job)).toBe("1 min 5 s · 5.0 MB written");
});

test("events add, change and remove jobs, the newest first", () => {
  const [one, two, three] = ["1", "2", "3"].map((id) => aJob({ id }));
  if (!one || !two || !three) throw new Error("three jobs");
  let jobs = after([], { jobs: [two, one] });
  jobs = after(jobs, { changed: [aJob({ id: "1", state: "done" }), three] });
  expect(jobs.map(({ id, state }) => `${id} ${state}`)).toEqual([
    "3 running",
    "2 running",
    "1 done",
  ]);
  expect(after(jobs, { gone: ["1"] }).map(({ id }) => id)).toEqual(["3", "2"]);
});
