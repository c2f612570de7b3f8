import { expect, test } from "vitest";
import { eventBus } from "../../src/server/events.ts";

/** What a stream has said until now. */
async function said(response: Response, until: RegExp): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!until.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text;
}

const idOf = (text: string): string => [...text.matchAll(/^id: (\S+)$/gm)].at(-1)![1]!;

test("a listener hears what is told, in order and numbered", async () => {
  const bus = eventBus();
  const stream = bus.stream(undefined, new AbortController().signal);
  bus.tell({ kind: "job", data: { n: 1 } });
  bus.tell({ kind: "job", data: { n: 2 } });
  const text = await said(stream, /"n":2/);
  expect(text.indexOf('"n":1')).toBeLessThan(text.indexOf('"n":2'));
  expect(text).toContain("event: hello");
});

test("a connection that broke takes up where it was and misses nothing", async () => {
  const bus = eventBus();
  const first = bus.stream(undefined, new AbortController().signal);
  bus.tell({ kind: "job", data: { n: 1 } });
  const last = idOf(await said(first, /"n":1/));
  bus.tell({ kind: "job", data: { n: 2 } });
  bus.tell({ kind: "job", data: { n: 3 } });
  const text = await said(bus.stream(last, new AbortController().signal), /"n":3/);
  expect(text).not.toContain('"n":1');
  expect(text).toContain('"n":2');
  expect(text).not.toContain("event: reset");
});

test("what is too long ago, of another run, or nonsense begins with reset", async () => {
  const bus = eventBus();
  bus.tell({ kind: "job", data: { n: 0 } });
  const first = idOf(await said(bus.stream(undefined, new AbortController().signal), /hello/));
  for (let n = 1; n < 2_500; n++) bus.tell({ kind: "job", data: { n } });
  for (const id of [first, "other-5", "-1", "x", `${first}9999`]) {
    expect(await said(bus.stream(id, new AbortController().signal), /reset|"n"/)).toContain("event: reset");
  }
});

test("pictures are told as they happen and not kept for later", async () => {
  const bus = eventBus();
  const before = idOf(await said(bus.stream(undefined, new AbortController().signal), /hello/));
  const live = bus.stream(undefined, new AbortController().signal);
  bus.tell({ kind: "progress", data: { step: 3, preview: "x".repeat(10_000) } });
  expect(await said(live, /xxx/)).toContain("xxxx");
  const later = await said(bus.stream(before, new AbortController().signal), /"step":3/);
  expect(later).not.toContain("xxxx");
});

test("a stop ends every stream with a last word", async () => {
  const bus = eventBus();
  const stream = bus.stream(undefined, new AbortController().signal);
  bus.close();
  expect(await stream.text()).toMatch(/event: stopping\ndata: \{\}\n\n$/);
});

test("a listener that does not read is cut off before its queue fills memory, and the others hear on", async () => {
  const bus = eventBus();
  const dead = bus.stream(undefined, new AbortController().signal);
  const live = bus
    .stream(undefined, new AbortController().signal)
    .body!.pipeThrough(new TextDecoderStream())
    .getReader();
  const last = (async () => {
    for (;;) {
      const { done, value = "" } = await live.read();
      if (done || value.includes('"n":5999')) return value;
    }
  })();
  for (let n = 0; n < 6_000; n++) {
    bus.tell({ kind: "job", data: { n } });
    // The one that reads gets its turn.
    if (n % 100 === 0) await new Promise((done) => setImmediate(done));
  }
  expect(await last).toContain('"n":5999');
  const heard = await dead.text();
  expect(heard).toContain('"n":4000');
  expect(heard).not.toContain('"n":5999');
});
