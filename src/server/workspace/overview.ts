/** The record as the page shows it: sessions, what verifying found, and the outside evidence behind the bounds. */

import { folderReader } from "../../node/ledger-folder.ts";
import { hasLedger, ledgerFolders } from "../../node/ledger-home.ts";
import { readTimeline, type Timeline } from "../../node/timeline.ts";
import { weakestCapture } from "../../process/event.ts";
import type { BoundedEvent } from "../../process/proof-grade.ts";
import { stepsOf } from "../../process/tables.ts";

/** The verified timeline, verified anew only when the ledger's head changed. */
export function cachedTimeline(home: string): () => Promise<Timeline | undefined> {
  let kept: { readonly key: string; readonly timeline: Promise<Timeline | undefined> } | undefined;
  return async () => {
    if (!hasLedger(home)) return undefined;
    const bytes = await folderReader(ledgerFolders(home).log).read("checkpoint");
    const key = Buffer.from(bytes ?? []).toString("latin1");
    if (kept?.key !== key) {
      const timeline = readTimeline(home);
      kept = { key, timeline };
      // What failed once may have been a write under way.
      timeline.catch(() => {
        kept = undefined;
      });
    }
    return kept.timeline;
  };
}

/** All sessions and the state of the ledger. */
export function overviewOf(all: Timeline | undefined): object {
  return {
    sessions: all ? sessionsOf(all.events) : [],
    ledger: all && {
      ok: all.ok,
      ...all.head,
      pending: all.pending,
      findings: all.findings,
      evidence: evidenceOf(all.events),
    },
  };
}

/** The events of one session with the differences between its steps. */
export function sessionOf(all: Timeline | undefined, session: string): object {
  const events = all?.events.filter(({ event }) => event.session === session) ?? [];
  const steps = stepsOf(events.map(({ event }) => event));
  const changes = Object.fromEntries(steps.map(({ event, differences }) => [event, differences]));
  return { session, events, changes, evidence: evidenceOf(events) };
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
