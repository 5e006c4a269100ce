import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import { JobsPage } from "../pages/jobs";
import { usePlace } from "../place/place";
import { useShell } from "../shell/state";
import { aJob } from "../testing/a-job";
import { rendered } from "../testing/rendered";
import { JobsBadge } from "./badge";
import { useJobs } from "./jobs";

const PAGE = (
  <>
    <JobsBadge />
    <JobsPage />
  </>
);

beforeEach(() => {
  useJobs.setState(useJobs.getInitialState());
  useShell.setState(useShell.getInitialState());
});

test("without jobs the page says how to start one", () => {
  rendered(PAGE, { "jobs/events": [{ jobs: [] }] });
  expect(screen.getByText(/No jobs yet/)).toBeVisible();
});

test("a running job shows how far it is, and is counted in the tab", async () => {
  const running = aJob({ done: 32, total: 64, rate: 1e8, seconds_left: 12 });
  rendered(PAGE, { "jobs/events": [{ jobs: [aJob()] }, { changed: [running] }] });
  const bar = await screen.findByRole("progressbar", { name: "Flat field of scan.nx" });
  expect(bar).toHaveAttribute("aria-valuenow", "50");
  expect(screen.getByText(/100 MB\/s · 12 s left/)).toBeVisible();
  expect(screen.getByTitle("1 running or waiting")).toHaveTextContent("1");
});

test("a job is cancelled with a click", async () => {
  const user = userEvent.setup();
  rendered(PAGE, {
    "jobs/events": [{ jobs: [aJob()] }],
    "jobs/1/cancel": aJob({ state: "cancelled", ended: 3 }),
  });
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(await screen.findByText("Cancelled")).toBeVisible();
});

test("the result of a job that is done opens in View", async () => {
  const user = userEvent.setup();
  useShell.getState().showTab("jobs");
  const opens = { file: "a/out.nx", path: "/entry" };
  rendered(PAGE, { "jobs/events": [{ jobs: [aJob({ state: "done", opens })] }] });
  await user.click(await screen.findByRole("button", { name: "Open result" }));
  expect(useShell.getState().tab).toBe("view");
  expect(usePlace.getState()).toMatchObject(opens);
});

test("findings of a check are listed with remedies, the worst first", async () => {
  const shared = { path: "/a", message: "is gone", remedy: "remove the link" };
  const findings = [
    { severity: "note", kind: "unused space", ...shared },
    { severity: "error", kind: "dangling link", ...shared },
  ];
  const job = aJob({ kind: "check", state: "done", result: { findings } });
  rendered(PAGE, { "jobs/events": [{ jobs: [job] }] });
  const list = await screen.findByRole("list", { name: "Findings" });
  const items = within(list).getAllByRole("listitem");
  expect(items[0]).toHaveTextContent("dangling link");
  expect(items[0]).toHaveTextContent("→ remove the link");
});

test("the command and the log of a job are in its details", async () => {
  const user = userEvent.setup();
  rendered(PAGE, {
    "jobs/events": [{ jobs: [aJob({ state: "failed", message: "no", log_lines: 2 })] }],
    "jobs/1/log": { lines: ["one", "two"] },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("no");
  await user.click(screen.getByRole("button", { name: "Details" }));
  expect(screen.getByText("beamio flatfield scan.nx -o out.nx")).toBeVisible();
  expect(await screen.findByLabelText("Log")).toHaveTextContent("one two");
});
