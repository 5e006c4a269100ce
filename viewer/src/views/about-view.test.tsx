import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Described } from "../api/answers";
import { quoted } from "../place/address-bar";
import { tokenIn } from "../shell/key-form";
import { rendered } from "../testing/rendered";
import { AboutView, bytes } from "./about-view";

const ITEM: Described = {
  name: "frames",
  path: "/entry/frames",
  kind: "dataset",
  type: "uint16",
  dtype: "<u2",
  shape: [40, 64, 64],
  maxshape: [null, 64, 64],
  units: "counts",
  storage: {
    layout: "chunked",
    nbytes: 327_680,
    stored: 100_000,
    chunks: [1, 64, 64],
    filters: ["shuffle", "gzip:4"],
    ratio: 3.2768,
  },
  way: { name: "h5py", why: "the filter zfp" },
  chain: [
    {
      name: "frames",
      path: "/entry/frames",
      kind: "soft link",
      link: { path: "/gone", cause: "missing path", reason: "there is no gone in /" },
    },
  ],
  attribute_values: { units: "counts", origin: [1, 2], empty: null },
};

test("facts of storage, links and attributes are told in words", () => {
  rendered(<AboutView file="a.h5" item={ITEM} />);
  const cell = (name: string) =>
    screen.getAllByRole("rowheader", { name })[0]?.nextElementSibling?.textContent;
  expect(cell("Shape")).toBe("40 × 64 × 64");
  expect(cell("May grow to")).toBe("no end × 64 × 64");
  expect(cell("Filters")).toBe("shuffle, gzip:4");
  expect(cell("Compressed")).toBe("3.28 : 1");
  expect(cell("Read by")).toBe("h5py (the filter zfp)");
  expect(cell("origin")).toBe("[1,2]");
  expect(cell("empty")).toBe("no value");
  expect(screen.getByText(/there is no gone/)).toBeVisible();
});

test("bytes have three digits", () => {
  expect([0, 999, 1000, 45_600, 2.5e12].map(bytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.00 kB",
    "45.6 kB",
    "2.50 TB",
  ]);
});

test("the token is found in an address, or is the text itself", () => {
  expect(tokenIn("http://127.0.0.1:8000/?token=ab%2Bc&file=x")).toBe("ab+c");
  expect(tokenIn(" abc ")).toBe("abc");
});

test("a URL is quoted for Python", () => {
  expect(quoted('a "b".h5::/x')).toBe('"a \\"b\\".h5::/x"');
});
