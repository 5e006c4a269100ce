import { beforeEach, expect, test } from "vitest";

import { ADDRESS_BAR, NO_BAR } from "./bar";
import { NOWHERE, placeOf, searchOf, usePlace } from "./place";

beforeEach(() => {
  history.replaceState(null, "", "/");
  usePlace.setState({ ...NOWHERE, bar: ADDRESS_BAR });
});

test("an address leads back to the place that it was made of", () => {
  const place = {
    file: "a/b c.h5",
    path: "/e & f",
    slice: "0:3,1",
    view: "image",
    also: '[["b.h5","/g"]]',
  };
  expect(placeOf(searchOf(place))).toEqual(place);
});

test("going somewhere forgets the slice of where one was", () => {
  usePlace.getState().go({ file: "a.h5", path: "/x", slice: "3" });
  usePlace.getState().go({ file: "a.h5", path: "/y" });
  expect(usePlace.getState()).toMatchObject({ path: "/y", slice: "" });
  expect(location.search).toBe("?file=a.h5&path=%2Fy");
});

test("turning to another frame leaves no step in the history", () => {
  usePlace.getState().go({ file: "a.h5", path: "/x" });
  const before = history.length;
  usePlace.getState().turn({ slice: "4" });
  expect(location.search).toContain("slice=4");
  expect(history.length).toBe(before);
});

test("in a notebook, the address stays the notebook's", () => {
  usePlace.setState({ bar: NO_BAR });
  const before = history.length;
  usePlace.getState().go({ file: "a.h5", path: "/x" });
  usePlace.getState().turn({ slice: "4" });
  expect(usePlace.getState()).toMatchObject({ path: "/x", slice: "4" });
  expect(location.search).toBe("");
  expect(history.length).toBe(before);
});
