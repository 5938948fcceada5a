// Reads the service's event stream (WHATWG HTML §9.2) with fetch, because EventSource cannot send an access token.
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { TaskChange } from "@/client";
import type { ChangeEvent, StreamListener } from "./transport";

/** The service sends a comment every 20 seconds. */
const maxSilenceMs = 50_000;

type Open = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

/** Resolves when the stream ends. Rejects if the connection fails or nothing arrives for `maxSilenceMs`. */
export async function readEvents(open: Open, { onEvents, onActivity }: StreamListener, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  const startTimer = () => setTimeout(() => silence.abort(new TypeError("the event stream is silent")), maxSilenceMs);
  let timer = startTimer();
  let received: ChangeEvent[] = [];
  const parser = createParser({ onEvent: (message) => received.push(...toChangeEvents(message)) });
  try {
    const stream = await open(AbortSignal.any([signal, silence.signal]));
    for await (const text of readText(stream)) {
      clearTimeout(timer);
      timer = startTimer();
      onActivity();
      parser.feed(text);
      // one call for all events of a chunk
      if (received.length > 0) onEvents(received);
      received = [];
    }
  } finally {
    clearTimeout(timer);
  }
}

function toChangeEvents({ event, data, id }: EventSourceMessage): ChangeEvent[] {
  return event === "changed" && id ? [{ change: JSON.parse(data) as TaskChange, token: id }] : [];
}

// ReadableStream is not iterable in Safari
async function* readText(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}
