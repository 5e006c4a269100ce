import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import { rendered } from "../testing/rendered";
import { after, NOTHING, useLiveSwitch } from "./live";
import { LiveToggle, wordsOf } from "./live-toggle";
import { useLive } from "./use-live";

beforeEach(() => {
  useLiveSwitch.setState({ isOn: false });
});

test("a problem keeps what was known, and what comes after it counts as new", () => {
  const first = after(NOTHING, { shape: [3, 2], frames: 3, newest: 3 });
  expect(first.age).toBe(0);
  const failed = after(first, { problem: "there is no such file" });
  expect(failed).toMatchObject({ growth: { frames: 3 }, age: 0 });
  const back = after(failed, { shape: [4, 2], frames: 4, newest: 4 });
  expect(back).toMatchObject({ problem: undefined, age: 1 });
});

test("frames that were not written yet are told", () => {
  const growth = { shape: [100, 2], frames: 7, newest: 7 };
  expect(wordsOf({ growth, problem: undefined, age: 0 })).toBe("7 of 100 written");
  const gaps = { shape: [100, 2], frames: 7, newest: 9 };
  expect(wordsOf({ growth: gaps, problem: undefined, age: 0 })).toBe(
    "9 of 100 written, with gaps after 7",
  );
});

function Watched() {
  return <LiveToggle followed={useLive("a.h5", "/data")} />;
}

test("a file is followed when the switch is turned on", async () => {
  const user = userEvent.setup();
  const growth = { shape: [5], frames: 5, newest: 5 };
  rendered(<Watched />, { live: [growth, { problem: "is cut short" }, growth] });
  expect(screen.queryByRole("status")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Live" }));
  expect(await screen.findByText("5 written")).toBeVisible();
  act(() => {
    useLiveSwitch.getState().turn(false);
  });
  expect(screen.queryByRole("status")).toBeNull();
});
