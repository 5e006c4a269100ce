import { expect, test, vi } from "vitest";

import type { Client } from "../api/client";
import { TileStore } from "./tile-store";

function answer(facts: object, values: number[]): ArrayBuffer {
  const header = JSON.stringify({ dtype: "<u2", shape: [1, values.length], ...facts });
  const text = header.padEnd(Math.ceil((header.length + 4) / 8) * 8 - 4);
  const bytes = new Uint8Array(4 + text.length + 2 * values.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(new TextEncoder().encode(text), 4);
  bytes.set(new Uint8Array(new Uint16Array(values).buffer), 4 + text.length);
  return bytes.buffer;
}

function storeOf(most?: number) {
  const bytes = vi.fn<Client["bytes"]>((_, params = {}) => {
    const hasContrast = params["contrast"] === true;
    return Promise.resolve(
      answer({ level: 0, contrast: hasContrast ? { share: 1 } : null }, [1, 2, 3, 4]),
    );
  });
  const client = { bytes } as unknown as Client;
  return { store: new TileStore(client, "a.h5", "/x", most), bytes };
}

const request = (slice: string) => ({ slice, level: 0, row: 0, column: 0 });

test("a tile is asked for once, by all who want it", async () => {
  const { store, bytes } = storeOf();
  const [one, other] = await Promise.all([
    store.load(request("1")),
    store.load(request("1")),
  ]);
  expect(one).toBe(other);
  expect(await store.load(request("1"))).toBe(one);
  expect(bytes).toHaveBeenCalledOnce();
  expect(store.peek(request("2"))).toBeUndefined();
});

test("a tile without the contrast is asked for again where it is wanted", async () => {
  const { store, bytes } = storeOf();
  await store.load(request("1"));
  const tile = await store.load({ ...request("1"), contrast: true });
  expect(tile.facts.contrast).toEqual({ share: 1 });
  expect(bytes).toHaveBeenCalledTimes(2);
});

test("the tiles that nobody looked at for longest are dropped", async () => {
  const { store } = storeOf(20); // bytes: two tiles of eight
  for (const slice of ["1", "2", "1", "3"]) await store.load(request(slice));
  expect(store.peek(request("2"))).toBeUndefined();
  expect(store.peek(request("1"))).toBeDefined();
});

test("tiles of frames that are no longer looked at are given up", () => {
  const { store, bytes } = storeOf();
  bytes.mockImplementation(() => new Promise<ArrayBuffer>(() => undefined));
  store.prefetch(request("1"));
  store.prefetch(request("2"));
  store.focus(new Set(["2"]));
  const signals = bytes.mock.calls.map(([, , options]) => options?.signal?.aborted);
  expect(signals).toEqual([true, false]);
});
