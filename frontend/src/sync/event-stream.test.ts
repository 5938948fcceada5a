import { expect, test, vi } from "vitest";
import { readEvents } from "./event-stream";
import type { ChangeEvent } from "./transport";

const deleted = (id: string, revision: number) => ({ deleted: { id, revision } });
const event = (id: string, revision: number) => `event: changed\nid: t${revision}\ndata: ${JSON.stringify(deleted(id, revision))}\n\n`;

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(new TextEncoder().encode(chunk)));
      controller.close();
    },
  });
}

const onActivity = () => {};
const listener = { onEvents: () => {}, onActivity };

async function read(...chunks: string[]): Promise<ChangeEvent[][]> {
  const calls: ChangeEvent[][] = [];
  await readEvents(async () => streamOf(...chunks), { onEvents: (events) => void calls.push(events), onActivity }, new AbortController().signal);
  return calls;
}

test("events of one chunk are passed on together, split ones when they are complete", async () => {
  const [first, second] = [event("a", 1), event("b", 2)];
  expect(await read(`retry: 2000\n\n: ping\n\n${first}${second}`)).toEqual([
    [
      { change: deleted("a", 1), token: "t1" },
      { change: deleted("b", 2), token: "t2" },
    ],
  ]);
  expect(await read(first.slice(0, 20), first.slice(20))).toEqual([[{ change: deleted("a", 1), token: "t1" }]]);
});

test("other events and comments are ignored", async () => {
  expect(await read(": ping\n\n", "event: unauthorized\ndata: {}\n\n")).toEqual([]);
});

test("a silent stream is ended", async () => {
  vi.useFakeTimers();
  const open = (signal: AbortSignal) =>
    Promise.resolve(new ReadableStream<Uint8Array>({ start: (controller) => signal.addEventListener("abort", () => controller.error(signal.reason)) }));
  const ended = expect(readEvents(open, listener, new AbortController().signal)).rejects.toThrow("silent");
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  vi.useRealTimers();
});

test("a stream that cannot be read is closed", async () => {
  const cancel = vi.fn();
  const start = (controller: ReadableStreamDefaultController) => controller.enqueue(new TextEncoder().encode("event: changed\nid: t1\ndata: {\n\n"));
  const open = async () => new ReadableStream<Uint8Array>({ start, cancel });
  await expect(readEvents(open, listener, new AbortController().signal)).rejects.toThrow(SyntaxError);
  expect(cancel).toHaveBeenCalled();
});
