import { beforeEach, expect, test, vi } from "vitest";

import { followTheme, isDarkBehind } from "./theme";

beforeEach(() => {
  document.body.replaceChildren();
  document.body.removeAttribute("style");
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
});

function cell(colour: string) {
  document.body.style.backgroundColor = colour;
  const host = document.body.appendChild(document.createElement("div"));
  const place = host
    .attachShadow({ mode: "open" })
    .appendChild(document.createElement("div"));
  return { host, place };
}

test.each([
  ["rgb(17, 17, 17)", true],
  ["rgb(255, 255, 255)", false],
  ["rgba(0, 0, 0, 0.1)", false],
])("behind a cell on %s, dark is %s", (colour, dark) => {
  expect(isDarkBehind(cell(colour).host)).toBe(dark);
});

test("the theme of a cell follows that of the notebook, until it ends", async () => {
  const { host, place } = cell("rgb(255, 255, 255)");
  const leave = followTheme(place);
  expect(host.dataset["theme"]).toBe("light");
  document.body.style.backgroundColor = "rgb(17, 17, 17)";
  await vi.waitFor(() => {
    expect(host.dataset["theme"]).toBe("dark");
  });
  leave();
  document.body.style.backgroundColor = "rgb(255, 255, 255)";
  await Promise.resolve();
  expect(host.dataset["theme"]).toBe("dark");
});
