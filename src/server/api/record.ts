/** `/api/v1/record`: sessions, the timeline with bounds and grades, what a person says, and sealing. */

import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import { fsck } from "../../ledger/fsck.ts";
import { anchorLedger } from "../../node/ledger-anchor.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../node/ledger-folder.ts";
import { hasLedger, ledgerFolders, openLedger, readTrust } from "../../node/ledger-home.ts";
import { recordEvent } from "../../node/recorder.ts";
import { readTimeline, type Timeline } from "../../node/timeline.ts";
import { DIMENSIONS, weakestCapture } from "../../process/event.ts";
import type { BoundedEvent } from "../../process/proof-grade.ts";
import { stepsOf } from "../../process/tables.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";

const URL_TEXT = z.url({ protocol: /^https?$/ }).max(2_000);
const NOTHING = z.object({});

const OVERVIEW = operation({
  id: "recordOverview",
  method: "get",
  path: "/record",
  summary: "The open session, all sessions of the ledger, and what verifying the ledger found.",
  answer: z.looseObject({ sessions: z.array(z.looseObject({ name: z.string(), events: z.int() })) }),
});

const TIMELINE = operation({
  id: "recordTimeline",
  method: "get",
  path: "/record/timeline",
  summary: "The events of a session in the order of the ledger, each with what bounds its time and its grade of proof.",
  query: z.object({ session: z.string().max(300) }),
  answer: z.looseObject({ events: z.array(z.looseObject({ index: z.int(), grade: z.string() })) }),
});

const START = operation({
  id: "startRecording",
  method: "post",
  path: "/record/start",
  summary: "Opens a session: everything that the workbench makes is recorded, and what passes the proxies.",
  body: z.object({
    session: z.string().trim().min(1).max(200),
    a1111: URL_TEXT.optional(),
    comfyui: URL_TEXT.optional(),
    watch: z.array(z.string().max(4_000)).max(32).default([]),
  }),
  answer: NOTHING,
});

const STOP = operation({
  id: "stopRecording",
  method: "post",
  path: "/record/stop",
  summary: "Ends the session; all that passed is durable when this answers.",
  answer: NOTHING,
});

const SAY = operation({
  id: "say",
  method: "post",
  path: "/record/say",
  summary: "Writes a note, an intent, or a word on a visual dimension into the open session, as entered by a person.",
  body: z.object({
    kind: z.enum(["note", "intent", "dimension"]),
    text: z.string().trim().min(1).max(20_000),
    dimension: z.enum(DIMENSIONS as unknown as [string, ...string[]]).optional(),
  }),
  answer: z.object({ index: z.int(), receipt: z.string() }),
});

const SEAL = operation({
  id: "seal",
  method: "post",
  path: "/record/seal",
  summary: "Asks the authorities that are named here for outside evidence of time on the newest checkpoint.",
  body: z.object({ tsa: z.array(URL_TEXT).max(8).default([]), ots: z.array(URL_TEXT).max(8).default([]) }),
  answer: z.object({ results: z.array(z.looseObject({ kind: z.string(), source: z.string() })) }),
});

/** Adds the operations. */
export function recordApi(api: Api, parts: AppParts): void {
  const { home, sw, bus, sessions } = parts;
  const timeline = cachedTimeline(home);
  const changed = (): void => bus.tell({ kind: "record", data: {} });
  api.on(OVERVIEW, async () => {
    const all = await timeline();
    return {
      ...sessions.state(),
      sessions: all ? sessionsOf(all.events) : [],
      ledger: all && {
        ok: all.ok,
        ...all.head,
        pending: all.pending,
        findings: all.findings,
        evidence: evidenceOf(all.events),
      },
    };
  });
  api.on(TIMELINE, async ({ query }) => {
    const events = (await timeline())?.events.filter(({ event }) => event.session === query.session) ?? [];
    const steps = stepsOf(events.map(({ event }) => event));
    const changes = Object.fromEntries(steps.map(({ event, differences }) => [event, differences]));
    return { session: query.session, events, changes, evidence: evidenceOf(events) };
  });
  api.on(START, async ({ body }) => {
    await sessions.start(body);
    changed();
  });
  api.on(STOP, async () => {
    await sessions.stop();
    changed();
  });
  api.on(SAY, async ({ body: { kind, text, dimension } }) => {
    const session = sessions.state().open?.session;
    if (session === undefined) throw new SeedproofError("record.none", "no session is open to write this into");
    const frame = { capture: "noted", agent: { kind: "person", name: "" } } as const;
    const { index, receipt } =
      kind === "intent"
        ? await recordEvent(home, sw, session, "intent.noted", { text }, frame)
        : kind === "note"
          ? await recordEvent(home, sw, session, "note.added", { text }, frame)
          : await recordEvent(
              home,
              sw,
              session,
              "dimension.said",
              { dimension: (dimension ?? "composition") as (typeof DIMENSIONS)[number], text },
              frame,
            );
    changed();
    return { index, receipt };
  });
  api.on(SEAL, async ({ body: { tsa, ots } }) => {
    if (!hasLedger(home)) throw new SeedproofError("record.none", "there is no ledger to seal yet");
    const reader = folderReader(ledgerFolders(home).log);
    const { time } = readTrust(home, {});
    const store = await openLedger(home, sw);
    try {
      const { entries } = await fsck(reader, { level: "deep", hasher: nodeHasher, ed25519: nodeVerify });
      const context = { store, reader, sw, timestamps: time.timestamps, witnesses: time.witnesses, entries };
      const results = await anchorLedger(context, { tsa, ots });
      if (results.length === 0) store.integrate();
      changed();
      return {
        results: results.map(({ error, ...rest }) => ({
          ...rest,
          ...(error && { error: { code: error.code, message: error.message } }),
        })),
      };
    } finally {
      store.close();
    }
  });
}

/** The verified timeline, verified anew only when the ledger's head or what is pending changed. */
function cachedTimeline(home: string): () => Promise<Timeline | undefined> {
  let kept: { readonly key: string; readonly timeline: Promise<Timeline | undefined> } | undefined;
  return async () => {
    if (!hasLedger(home)) return undefined;
    const bytes = await folderReader(ledgerFolders(home).log).read("checkpoint");
    const key = Buffer.from(bytes ?? []).toString("latin1");
    if (kept?.key !== key) kept = { key, timeline: readTimeline(home) };
    return kept.timeline;
  };
}

/** Sessions in the order in which they began, with what stands in each. */
function sessionsOf(events: readonly BoundedEvent[]): object[] {
  const sessions = new Map<string, BoundedEvent[]>();
  for (const one of events) {
    const all = sessions.get(one.event.session) ?? [];
    all.push(one);
    sessions.set(one.event.session, all);
  }
  return [...sessions].map(([name, all]) => ({
    name,
    events: all.length,
    first: all[0]?.event.at.wall,
    last: all.at(-1)?.event.at.wall,
    capture: weakestCapture(all.map(({ event }) => event)),
    simulated: all.some(({ event }) => event.simulated === true),
  }));
}

/** Outside evidence that bounds these events, each once. */
function evidenceOf(events: readonly BoundedEvent[]): object[] {
  const all = events.flatMap(({ interval: { notBefore, notAfter } }) => [
    ...(notBefore ? [{ side: "not-before", ...notBefore }] : []),
    ...(notAfter ? [{ side: "not-after", ...notAfter }] : []),
  ]);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
