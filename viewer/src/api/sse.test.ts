import { expect, test } from "vitest";

import { SseParser } from "./sse";

const STREAM = [
  "\uFEFF: a comment\r\n",
  'event: progress\r\nid: 7\r\ndata: {"done": 1}\r\n\r\n',
  "data: first\ndata:second\n\n",
  "data\rretry: 5\runknown: x\r\r",
  "event: nothing\n\n",
  "data: after\n\n",
  "data: unfinished\n",
].join("");

const EVENTS = [
  { event: "progress", data: '{"done": 1}', id: "7" },
  { event: "message", data: "first\nsecond", id: "7" },
  { event: "message", data: "", id: "7" },
  { event: "message", data: "after", id: "7" },
];

test("events are what the HTML standard says", () => {
  expect(new SseParser().push(STREAM)).toEqual(EVENTS);
});

test("events are the same wherever the stream is cut", () => {
  for (let size = 1; size < 12; size += 1) {
    const parser = new SseParser();
    const found = [];
    for (let at = 0; at < STREAM.length; at += size) {
      found.push(...parser.push(""), ...parser.push(STREAM.slice(at, at + size)));
    }
    expect(found).toEqual(EVENTS);
  }
});

test("an id with a null character is passed over", () => {
  expect(new SseParser().push("id: 1\nid: 2\0\ndata: x\n\n")).toEqual([
    { event: "message", data: "x", id: "1" },
  ]);
});
