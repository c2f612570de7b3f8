import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureLedger } from "../../src/node/ledger-home.ts";
import { recordEvent } from "../../src/node/recorder.ts";
import { followEvents, ledgerHead, readTimeline } from "../../src/node/timeline.ts";

const SW = { name: "seedproof", version: "test" };
let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-timeline-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const say = (text: string, session = "s") =>
  recordEvent(home, SW, session, "note.added", { text }, { capture: "noted", agent: { kind: "person", name: "p" } });

test("a timeline has every event of the session with its place, bounds and grade, and says what the ledger comes to", async () => {
  expect(await readTimeline(home)).toBeUndefined();
  ensureLedger(home, SW);
  const { index } = await say("one");
  await say("two", "other");
  const timeline = (await readTimeline(home, { session: "s" }))!;
  expect(timeline).toMatchObject({ ok: true, pending: 0, head: await ledgerHead(home) });
  expect(timeline.events).toMatchObject([{ index, grade: "S", interval: {}, event: { data: { text: "one" } } }]);
  expect(timeline.findings.map(({ code }) => code)).toContain("ledger.tail-unanchored");
});

test("events are followed in order and each once, over many bundles, from before the ledger exists", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { event } of followEvents(home, { session: "s", signal: stop.signal })) {
      seen.push(event.type === "note.added" ? event.data.text : "");
    }
  })();
  await sleep(50);
  ensureLedger(home, SW);
  for (let i = 0; i < 5; i++) {
    await say(`s${i}`);
    await say("no", "other");
  }
  for (let waited = 0; seen.length < 5 && waited < 5_000; waited += 50) await sleep(50);
  stop.abort();
  await following;
  expect(seen).toEqual(["s0", "s1", "s2", "s3", "s4"]);
});

test("following from an entry leaves out what came before it", async () => {
  ensureLedger(home, SW);
  await say("one");
  const { index } = await say("two");
  for await (const placed of followEvents(home, { from: index })) {
    expect(placed).toMatchObject({ index, event: { data: { text: "two" } } });
    break;
  }
});
