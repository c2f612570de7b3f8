/** A ledger as an exhibit: verified, its events with their bounds and grades, and the tables that follow. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "../base/bytes.ts";
import { recordKind } from "../doctrine/facts-process.ts";
import type { LedgerReport, ReportedBound, ReportedEvent } from "../doctrine/reports.ts";
import { gradeOf, type IntervalRun, intervalAt } from "../ledger/bounds.ts";
import { QUICKNET } from "../ledger/drand.ts";
import type { Evidence } from "../ledger/evidence.ts";
import { certificatesOf } from "../ledger/pem.ts";
import { verifyLedger } from "../ledger/verify.ts";
import { eventsOf, type ProcessEvent } from "../process/event.ts";
import { type BoundedEvent, bounded } from "../process/proof-grade.ts";
import { replaySigns } from "../process/replay.ts";
import { branchesOf, countsOf, stepsOf } from "../process/tables.ts";
import { supportedDimensions } from "./dimension-support.ts";
import { folderReader, nodeHasher, nodeVerify } from "./ledger-folder.ts";
import { readLogEvents } from "./process-events.ts";

/** Reads and verifies a ledger's folder. @param trust - folder with PEM roots of timestamp authorities; may not exist */
export async function readLedgerExhibit(
  log: string,
  trust: string,
): Promise<{ readonly report: LedgerReport; readonly graded: readonly BoundedEvent[] }> {
  const verified = await verifyLedger(folderReader(log), {
    trust: { timestamps: { roots: rootsIn(trust) }, witnesses: [], beacons: [QUICKNET], headers: new Map() },
    hasher: nodeHasher,
    ed25519: nodeVerify,
    withheld: !existsSync(join(log, "blobs")),
  });
  const placed = await readLogEvents(folderReader(log));
  const graded = placed.map((one) => bounded(one, boundsAt(verified.times, one.index)));
  const events = placed.map(({ event }) => event);
  const anchors = verified.times.flatMap(({ notAfter }) => (notAfter ? [new Date(notAfter.time).toISOString()] : []));
  const { info, checkpoint, findings, ok } = verified;
  const asked = new Set(eventsOf(events, "generation.requested").map(({ id }) => id));
  return {
    graded,
    report: {
      ...{ kind: "ledger", ok, record: recordKind(events), findings },
      ...(info && { origin: info.origin }),
      size: checkpoint?.checkpoint.size ?? 0,
      ...(checkpoint && { root: toHex(checkpoint.checkpoint.root) }),
      events: graded.map(reported),
      ...{
        steps: stepsOf(events),
        counts: countsOf(events),
        dimensions: await supportedDimensions(folderReader(log), events),
      },
      // A note that follows from nothing is no line of work.
      branches: branchesOf(events).filter((branch) => branch.events.some((id) => asked.has(id))).length,
      gaps: events.flatMap((event) => (event.type === "session.gap" ? [event.data] : [])),
      signs: replaySigns(events, { anchors }),
    },
  };
}

function rootsIn(trust: string) {
  const names = existsSync(trust) ? readdirSync(trust).filter((name) => name.endsWith(".pem")) : [];
  return names.flatMap((name) => certificatesOf(readFileSync(join(trust, name), "utf8")));
}

function boundsAt(times: readonly IntervalRun[], index: number) {
  const run = times.find(({ from, to }) => from <= index && index < to);
  return run ? intervalAt(index, run.notBefore ? [run.notBefore] : [], run.notAfter ? [run.notAfter] : []) : {};
}

/** A clock that the record's own side may run bounds nothing. */
function trusted<T extends Evidence>(bound: T | undefined): T | undefined {
  return bound && bound.grade !== "T2" ? bound : undefined;
}

function reported({ index, event, grade, interval }: BoundedEvent): ReportedEvent {
  const [notBefore, notAfter] = [interval.notBefore, trusted(interval.notAfter)];
  const text = textOf(event);
  return {
    ...{
      index,
      id: event.id,
      type: event.type,
      session: event.session,
      at: event.at.wall,
      capture: event.capture,
      agent: event.agent.name,
      grade,
    },
    bounds: gradeOf(interval),
    ...(notBefore && { notBefore: outside(notBefore) }),
    ...(notAfter && { notAfter: outside(notAfter) }),
    ...(text !== undefined && { text }),
    files: filesOf(event.data),
  };
}

function outside({ time, source, kind }: Evidence): ReportedBound {
  return { time: new Date(time).toISOString(), source, kind };
}

function textOf(event: ProcessEvent): string | undefined {
  const { data } = event;
  if ("text" in data) return data.text;
  if ("why" in data) return data.why;
  return event.type === "generation.requested" ? event.data.recipe.prompt.positive : undefined;
}

/** Every hash that the contents of an event name. */
function filesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(filesOf);
  if (typeof value !== "object" || value === null) return [];
  const own = "sha256" in value && typeof value.sha256 === "string" ? [value.sha256] : [];
  return [...own, ...Object.values(value).flatMap(filesOf)];
}
