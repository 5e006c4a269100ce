import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import { App } from "./app";
import { useShell } from "./shell/state";
import { rendered } from "./testing/rendered";

const SESSION = { session: { roots: [], start: null } };

beforeEach(() => {
  useShell.setState(useShell.getInitialState());
});

test("the workbench has tabs, files and the page of the chosen tab", () => {
  rendered(<App />, SESSION);
  const tabs = screen.getAllByRole("tab").map((tab) => tab.textContent);
  expect(tabs).toEqual(["View", "Flat field", "Jobs"]);
  expect(screen.getByRole("complementary", { name: "Files" })).toBeVisible();
  expect(screen.getByRole("tabpanel", { name: "View" })).toBeVisible();
});

test("a click and the arrow keys move between tabs", async () => {
  const user = userEvent.setup();
  rendered(<App />, SESSION);
  await user.click(screen.getByRole("tab", { name: "Jobs" }));
  expect(screen.getByRole("tabpanel", { name: "Jobs" })).toBeVisible();
  await user.keyboard("{ArrowRight}");
  expect(screen.getByRole("tab", { name: "View" })).toHaveFocus();
  await user.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(screen.getByRole("tabpanel", { name: "Flat field" })).toBeVisible();
});
