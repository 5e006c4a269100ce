import { expect, test, vi } from "vitest";

import { Client } from "../api/client";
import { ApiError } from "../api/errors";
import type { ServerEvent } from "../api/sse";
import { KernelTransport } from "./kernel";
import type { Buffer, Hear } from "./model";

interface Said {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly query: unknown;
}

/** A kernel that answers what a test tells it to. */
class FakeModel {
  readonly said: Said[] = [];
  readonly ears = new Set<Hear>();

  get = () => undefined;
  send = (content: unknown) => {
    this.said.push(content as Said);
  };
  on = (_: string, hear: Hear) => {
    this.ears.add(hear);
  };
  off = (_: string, hear: Hear) => {
    this.ears.delete(hear);
  };

  /** Answers the question that was asked as number `at`. */
  answer(at: number, message: object, buffers: readonly Buffer[] = []): void {
    for (const hear of [...this.ears]) {
      hear({ id: this.said[at]?.id, ...message }, buffers);
    }
  }
}

function asking() {
  const model = new FakeModel();
  const transport = new KernelTransport(model);
  return { model, transport, client: new Client(transport) };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("parameters are text, as in an address, and those without a value left out", () => {
  const { model, client } = asking();
  void client.get("meta", { path: "/a", depth: 1, all: false, none: undefined });
  expect(model.said[0]).toMatchObject({
    kind: "ask",
    name: "meta",
    query: { path: "/a", depth: "1", all: "false" },
  });
});

test("each answer goes to who asked", async () => {
  const { model, client } = asking();
  const first = client.get("meta");
  const second = client.get("meta");
  model.answer(1, { kind: "answer" }, [bytes("2")]);
  model.answer(0, { kind: "answer" }, [bytes("1")]);
  expect(await Promise.all([first, second])).toEqual([1, 2]);
});

test("of a view of a longer buffer, only the view is taken", async () => {
  const { model, client } = asking();
  const whole = new Uint8Array([9, 1, 2, 9]);
  const answer = client.bytes("data");
  model.answer(0, { kind: "answer" }, [new DataView(whole.buffer, 1, 2)]);
  expect([...new Uint8Array(await answer)]).toEqual([1, 2]);
});

test("a refusal carries the message and the status of the kernel", async () => {
  const { model, client } = asking();
  const answer = client.get("meta").catch((error: unknown) => error);
  model.answer(0, { kind: "error", message: "no /entry", status: 404 });
  const error = await answer;
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ message: "no /entry", status: 404 });
});

test("events are told to the kernel as taken, and end with the last one", async () => {
  const { model, client } = asking();
  const events: ServerEvent[] = [];
  const ended = client.events("follow", {}, (event) => events.push(event));
  model.answer(0, { kind: "event", event: "message", data: "1" });
  model.answer(0, { kind: "event", event: "end", data: "null" });
  await ended;
  expect(events.map(({ event, data }) => [event, data])).toEqual([
    ["message", "1"],
    ["end", "null"],
  ]);
  expect(model.said.map(({ kind }) => kind)).toEqual(["ask", "seen"]);
});

test("what nobody waits for any more is taken back, with an AbortError", async () => {
  const { model, client } = asking();
  const abort = new AbortController();
  const answer = client.get("meta", {}, { signal: abort.signal });
  abort.abort();
  await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  expect(model.said[1]).toMatchObject({ kind: "cancel", id: model.said[0]?.id });
});

test("a viewer that is closed asks nothing more and hears nothing more", async () => {
  const { model, transport, client } = asking();
  const answer = client.get("meta");
  transport.close();
  await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  expect(model.ears.size).toBe(0);
  expect(model.said[1]?.kind).toBe("cancel");
});

test("a listener that fails ends the stream in the kernel", async () => {
  const { model, client } = asking();
  const fail = vi.fn(() => {
    throw new RangeError("too many");
  });
  const ended = client.events("follow", {}, fail);
  model.answer(0, { kind: "event", event: "message", data: "1" });
  await expect(ended).rejects.toThrow("too many");
  expect(model.said[1]?.kind).toBe("cancel");
});
