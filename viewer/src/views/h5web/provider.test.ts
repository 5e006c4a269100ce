import { expect, test } from "vitest";

import { Client } from "../../api/client";
import { suitsH5Web } from "./h5web-view";
import { exporterFor, fetcherFor, stepTowards } from "./provider";

function asked() {
  const questions: { question: string; params: unknown }[] = [];
  const transport = {
    get: (question: string, params: unknown) => {
      questions.push({ question, params });
      return Promise.resolve(new TextEncoder().encode("{}").slice().buffer);
    },
    post: () => Promise.reject(new Error("nothing is posted")),
    events: () => Promise.resolve(),
  };
  return { client: new Client(transport), questions };
}

test("groups on the way tell of the next step alone", () => {
  expect(stepTowards("/", "/entry/data")).toBe("entry");
  expect(stepTowards("/entry", "/entry/data")).toBe("data");
  expect(stepTowards("/entry/data", "/entry/data")).toBeUndefined();
  expect(stepTowards("/entr", "/entry/data")).toBeUndefined();
  expect(stepTowards("/", "/")).toBeUndefined();
});

test("H5Web asks our questions, whatever address it takes the server to have", async () => {
  const { client, questions } = asked();
  const fetcher = fetcherFor(client, "/entry/data");
  await fetcher("http://x/meta", { file: "a.h5", path: "/" });
  await fetcher("http://x/data", { file: "a.h5", path: "/entry/data" });
  expect(questions).toEqual([
    { question: "meta", params: { file: "a.h5", path: "/", only: "entry" } },
    {
      question: "data",
      params: { file: "a.h5", path: "/entry/data", only: undefined },
    },
  ]);
  await expect(fetcher("http://x/paths", {})).rejects.toThrow("not known");
});

test("values are saved over the transport", async () => {
  const { client, questions } = asked();
  const dataset = { path: "/data" } as Parameters<ReturnType<typeof exporterFor>>[1];
  const save = exporterFor(client, "a.h5")("npy", dataset, "0,:");
  if (typeof save !== "function") throw new Error("no function");
  expect(await save()).toBeInstanceOf(Blob);
  const params = { file: "a.h5", path: "/data", format: "npy", selection: "0,:" };
  expect(questions).toEqual([{ question: "data", params }]);
});

test("H5Web is for datasets with values, and for groups with a plot", () => {
  const about = { name: "x", path: "/x", attribute_values: {} };
  expect(suitsH5Web({ ...about, kind: "dataset", shape: [] })).toBeGreaterThan(1);
  expect(suitsH5Web({ ...about, kind: "dataset", shape: null })).toBe(0);
  expect(suitsH5Web({ ...about, kind: "group" })).toBe(0);
  const data = { ...about, kind: "group", nx_class: "NXdata" } as const;
  const plots = {
    path: "/x",
    shape: [3],
    dtype: "<u2",
    is_curve: true,
    is_scan: false,
  };
  expect(suitsH5Web({ ...data, plots })).toBeGreaterThan(1);
  expect(suitsH5Web(data)).toBeLessThan(1);
});
