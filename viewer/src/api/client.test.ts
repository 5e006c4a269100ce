import { expect, test, vi } from "vitest";

import { inPieces } from "../testing/bytes";
import { Client } from "./client";
import { ApiError } from "./errors";
import { apiBeside, HttpTransport } from "./http";
import type { ServerEvent } from "./sse";

const BASE = "http://localhost/hub/user/ada/api/";

function answering(answer: () => Promise<Response>) {
  const fetched = vi.fn<typeof fetch>(answer);
  vi.stubGlobal("fetch", fetched);
  return { client: new Client(new HttpTransport({ base: BASE })), fetched };
}

async function refusalOf(answer: () => Promise<Response>): Promise<unknown> {
  return answering(answer)
    .client.get("meta")
    .catch((error: unknown) => error);
}

test("the API lies beside the page, without the page's query", () => {
  expect(apiBeside("http://localhost/hub/user/ada/?token=x#/a")).toBe(BASE);
});

test("JSON is asked for below the base, with its parameters", async () => {
  const { client, fetched } = answering(() => Promise.resolve(Response.json([1, 2])));
  const params = { path: "/entry/a b&c", depth: 1, all: false, none: undefined };
  expect(await client.get("meta", params)).toEqual([1, 2]);
  expect(fetched.mock.calls[0]?.[0]).toBe(
    `${BASE}meta?path=%2Fentry%2Fa+b%26c&depth=1&all=false`,
  );
});

test("a body is sent as JSON", async () => {
  const { client, fetched } = answering(() =>
    Promise.resolve(Response.json({ id: 3 })),
  );
  expect(await client.post("jobs", { scan: "a.h5" })).toEqual({ id: 3 });
  const init = fetched.mock.calls[0]?.[1];
  expect(init?.method).toBe("POST");
  expect(init?.body).toBe('{"scan":"a.h5"}');
});

test("bytes come as they are", async () => {
  const { client } = answering(() =>
    Promise.resolve(new Response(new Uint8Array([0, 255, 7]))),
  );
  expect([...new Uint8Array(await client.bytes("data"))]).toEqual([0, 255, 7]);
});

test("a refusal carries the message of the server", async () => {
  const error = await refusalOf(() =>
    Promise.resolve(Response.json({ message: "no /entry" }, { status: 404 })),
  );
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ message: "no /entry", status: 404 });
});

test("a refusal without JSON, as of a proxy, is told by its status", async () => {
  const answer = { status: 502, statusText: "Bad Gateway" };
  const error = await refusalOf(() => Promise.resolve(new Response("<html>", answer)));
  expect(error).toMatchObject({ message: "502 Bad Gateway", status: 502 });
});

test("a server that is gone is told in words", async () => {
  const error = await refusalOf(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(error).toMatchObject({ status: 0 });
  expect(String(error)).toContain("does not answer");
});

test("what nobody waits for any more stays an AbortError", async () => {
  const aborted = new DOMException("aborted", "AbortError");
  expect(await refusalOf(() => Promise.reject(aborted))).toBe(aborted);
});

test("events come one by one, from a stream cut anywhere", async () => {
  const { client } = answering(() =>
    Promise.resolve(new Response(inPieces("event: frame\nda", "ta: 4\n", "\n"))),
  );
  const seen: ServerEvent[] = [];
  await client.events("live", {}, (event) => seen.push(event));
  expect(seen).toEqual([{ event: "frame", data: "4", id: "" }]);
});

test("a listener that fails ends the stream with its own error", async () => {
  const { client } = answering(() =>
    Promise.resolve(new Response(inPieces("data: 1\n\n"))),
  );
  const events = client.events("live", {}, () => {
    throw new Error("mine");
  });
  await expect(events).rejects.toThrow("mine");
});
