import { expect, test } from "vitest";

import { arrayOf } from "./array";

function answerOf(header: string, elements: ArrayBufferView): ArrayBuffer {
  const text = new TextEncoder().encode(
    header.padEnd(Math.ceil((header.length + 4) / 8) * 8 - 4),
  );
  const answer = new Uint8Array(4 + text.length + elements.byteLength);
  new DataView(answer.buffer).setUint32(0, text.length, true);
  answer.set(text, 4);
  answer.set(new Uint8Array(elements.buffer), 4 + text.length);
  return answer.buffer;
}

test("elements come with their shape and what else is said of them", () => {
  const header = '{"dtype":"<u2","shape":[2,2],"level":1}';
  const found = arrayOf<{ level: number }>(
    answerOf(header, new Uint16Array([1, 2, 3, 65535])),
  );
  expect([...found.data]).toEqual([1, 2, 3, 65535]);
  expect(found.shape).toEqual([2, 2]);
  expect(found.facts.level).toBe(1);
});

test("a type that the browser does not have is said", () => {
  const answer = answerOf('{"dtype":"<c16","shape":[0]}', new Uint8Array());
  expect(() => arrayOf(answer)).toThrow("<c16");
});
