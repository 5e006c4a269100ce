import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";

import { NOWHERE, usePlace } from "../place/place";
import { useShell } from "../shell/state";
import { aJob } from "../testing/a-job";
import { rendered } from "../testing/rendered";
import { ActionsMenu } from "./actions-menu";
import { seriesOf, stemOf } from "./names";

beforeEach(() => {
  useShell.setState(useShell.getInitialState());
  usePlace.setState({ ...NOWHERE, file: "visit/scan.nx", path: "/entry/data" });
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
});

test("names of outputs are those of files without suffix and number", () => {
  expect(["a/scan.nx", "a/x.edf.gz", "a/y"].map(stemOf)).toEqual(["scan", "x", "y"]);
  expect(seriesOf("a/scan_0012.edf")).toBe("a/scan_*.edf");
  expect(seriesOf("a/scan.edf")).toBeUndefined();
});

test("a copy is started as it was chosen, and its command is shown", async () => {
  const user = userEvent.setup();
  const posted = vi.fn(() => aJob());
  const command = "beamio repack scan.nx scan_repacked.nx --filter zstd";
  rendered(<ActionsMenu />, {
    "jobs/check": { command, output: "/x", refusal: "" },
    jobs: posted,
  });
  await user.click(screen.getByRole("button", { name: /Actions/ }));
  await user.click(screen.getByRole("menuitem", { name: /Repack/ }));
  await user.selectOptions(screen.getByLabelText("Compression"), "zstd");
  await user.click(screen.getByLabelText("Change only /entry/data"));
  expect(await screen.findByText(command)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Repack" }));
  expect(posted).toHaveBeenCalledWith(
    expect.objectContaining({
      kind: "repack",
      file: "visit/scan.nx",
      output: "scan_repacked.nx",
      filter: "zstd",
      only: ["/entry/data"],
      verify: true,
    }),
  );
  expect(useShell.getState().tab).toBe("jobs");
});

test("a job that would be refused can't be started, and says why", async () => {
  const user = userEvent.setup();
  const refusal = "scan.tif: exists already";
  rendered(<ActionsMenu />, { "jobs/check": { command: "", output: null, refusal } });
  await user.click(screen.getByRole("button", { name: /Actions/ }));
  await user.click(screen.getByRole("menuitem", { name: /Convert/ }));
  expect(await screen.findByRole("alert")).toHaveTextContent(refusal);
  expect(screen.getByRole("button", { name: "Convert" })).toBeDisabled();
});

test("the menu opens, moves and closes with the keyboard", async () => {
  const user = userEvent.setup();
  rendered(<ActionsMenu />);
  await user.tab();
  await user.keyboard("{Enter}{ArrowDown}");
  expect(screen.getByRole("menuitem", { name: /Repack/ })).toHaveFocus();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
});
