/** What happens, told to the page as it happens: numbered events that a connection which broke can take up again. */

import { randomUUID } from "node:crypto";

/** One event. `kind` names what changed; `data` is plain JSON. */
export interface ServerEvent {
  readonly kind: string;
  readonly data: unknown;
}

/** Where events are told and heard. */
export interface EventBus {
  tell(event: ServerEvent): void;
  /** Hears every event inside the server. */
  listen(listener: (event: ServerEvent) => void): void;
  /**
   * A Server-Sent Events answer from after `lastId`, or from now on. Where that is too long ago or of an earlier run, it
   * begins with `reset`: ask for everything anew. @see WHATWG HTML, 9.2 Server-sent events
   */
  stream(lastId: string | undefined, signal: AbortSignal): Response;
  /** Ends all streams, with `stopping` as the last word. */
  close(): void;
}

/** Events kept for connections that come back: minutes of a run at ten a second. */
const KEPT = 2_000;
/** A comment keeps proxies and the page sure that the line stands. */
const HEARTBEAT_MS = 10_000;
/** A listener that does not read is cut off before its queue fills memory. CWE-770. */
const MAX_BEHIND = 5_000;

/** Starts an event bus. Ids are `RUN-N`, so that those of an earlier run of the server are known as such. */
export function eventBus(): EventBus {
  const run = randomUUID().slice(0, 8);
  const kept: { readonly id: number; readonly text: string }[] = [];
  const inside = new Set<(event: ServerEvent) => void>();
  const listeners = new Set<{ send(text: string): void; end(): void }>();
  let count = 0;
  const format = (id: number, { kind, data }: ServerEvent): string =>
    `id: ${run}-${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
  const missed = (lastId: string | undefined): string[] => {
    if (lastId === undefined || lastId === "") return [format(count, { kind: "hello", data: { run } })];
    const [, of, number] = /^(\w+)-(\d+)$/.exec(lastId) ?? [];
    const since = Number(number);
    const isKnown = of === run && since <= count && (kept[0] === undefined || since >= kept[0].id - 1);
    if (!isKnown) return [format(count, { kind: "reset", data: { run } })];
    return kept.filter(({ id }) => id > since).map(({ text }) => text);
  };
  return {
    listen: (listener) => void inside.add(listener),
    tell(event) {
      for (const listener of inside) listener(event);
      const text = format(++count, event);
      // Previews are only worth something now.
      kept.push({
        id: count,
        text: text.length > 4_096 ? format(count, { kind: event.kind, data: lean(event.data) }) : text,
      });
      if (kept.length > KEPT) kept.shift();
      for (const listener of listeners) listener.send(text);
    },
    stream(lastId, signal) {
      const encoder = new TextEncoder();
      let close = (): void => {};
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const listener = {
              send(text: string): void {
                if ((controller.desiredSize ?? 0) < -MAX_BEHIND) close();
                else controller.enqueue(encoder.encode(text));
              },
              end: () => close(),
            };
            const beat = setInterval(() => listener.send(": still here\n\n"), HEARTBEAT_MS);
            close = () => {
              clearInterval(beat);
              if (listeners.delete(listener)) controller.close();
            };
            listeners.add(listener);
            signal.addEventListener("abort", close);
            listener.send("retry: 1000\n\n");
            for (const text of missed(lastId)) listener.send(text);
          },
          cancel: () => close(),
        },
        new CountQueuingStrategy({ highWaterMark: 1 }),
      );
      return new Response(body, { headers: { "content-type": "text/event-stream", "x-accel-buffering": "no" } });
    },
    close() {
      for (const listener of listeners) {
        listener.send("event: stopping\ndata: {}\n\n");
        listener.end();
      }
    },
  };
}

/** An event without its picture. */
function lean(data: unknown): unknown {
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== "preview"));
}
