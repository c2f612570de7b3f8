/** The record as files for others: W3C PROV, events as lines, the static ledger, proofs of its entries. */

import { basename } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { canonicalJson, type Json } from "../base/json.ts";
import { writeZip } from "../dossier/zip.ts";
import type { IntervalRun } from "../ledger/bounds.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { formatProof } from "../ledger/proof.ts";
import { type LogReader, prove, readEntry } from "../ledger/reader.ts";
import type { BoundedEvent } from "../process/proof-grade.ts";
import { provDocument } from "../process/prov.ts";
import { folderReader } from "./ledger-folder.ts";
import { ledgerFolders } from "./ledger-home.ts";
import { missing } from "./ledger-verify.ts";
import { readTimeline, type Timeline } from "./timeline.ts";

/** Forms of an export. */
export const EXPORT_FORMS = ["prov", "events", "ledger", "proofs"] as const;

/** One form. */
export type ExportForm = (typeof EXPORT_FORMS)[number];

/** What is written. */
export interface ExportWish {
  readonly form: ExportForm;
  /** One session; all where none is named. The static ledger is always whole. */
  readonly session?: string | undefined;
  /** Prompts, words and names of files are left out of PROV and events. */
  readonly withoutContents?: boolean | undefined;
}

/** An export as one file. */
export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Entries whose proofs go into one archive; the format counts to 65,535 files, and each has two. */
const MAX_PROOFS = 30_000;
/** Files of an archive of the static ledger. */
const MAX_FILES = 60_000;

/** The record, or a session of it, in a form. @throws SeedproofError `ledger.missing`, `record.too-large` */
export async function exportedRecord(home: string, wish: ExportWish): Promise<ExportedFile> {
  const { form, session, withoutContents = false } = wish;
  const reader = folderReader(ledgerFolders(home).log);
  if (form === "ledger") {
    return { name: "ledger.zip", type: "application/zip", bytes: archive(await publishedFiles(reader, false)) };
  }
  const timeline = await readTimeline(home, session === undefined ? {} : { session });
  if (!timeline) throw missing(home);
  if (form === "proofs") {
    const places = timeline.events.map(({ index }) => index);
    return { name: "proofs.zip", type: "application/zip", bytes: archive(await proofFiles(reader, places)) };
  }
  return form === "prov"
    ? { name: "record.prov.json", type: "application/json", bytes: utf8(provText(timeline, withoutContents)) }
    : { name: "record.jsonl", type: "application/jsonl", bytes: utf8(eventLines(timeline, withoutContents)) };
}

/** W3C PROV-JSON. */
export function provText({ events, head }: Timeline, withoutContents: boolean): string {
  return `${JSON.stringify(provDocument(events, { origin: head.origin, withoutContents }), undefined, 1)}\n`;
}

/** Events with bounds and grades, one canonical JSON object a line. */
export function eventLines({ events }: Timeline, withoutContents: boolean): string {
  return events.map((event) => `${canonicalJson(lineOf(event, withoutContents))}\n`).join("");
}

function lineOf({ index, event, interval, grade, lagMs }: BoundedEvent, withoutContents: boolean): Json {
  const { data: _contents, session: _session, agent, ...frame } = event;
  const { notBefore, notAfter } = interval;
  return {
    index,
    grade,
    ...(notBefore && { notBefore: shownBound(notBefore) }),
    ...(notAfter && { notAfter: shownBound(notAfter), lagMs: lagMs! }),
    ...(withoutContents ? { ...frame, agent: { kind: agent.kind } } : event),
  } as unknown as Json;
}

/** A bound as it is written. */
export function shownBound({
  time,
  source,
  grade,
  kind,
}: NonNullable<IntervalRun["notBefore"] | IntervalRun["notAfter"]>) {
  return { time: new Date(time).toISOString(), kind, source, grade };
}

/** The files of a log that may be published: no key, nothing pending; blobs only where they are asked for. */
export async function publishedFiles(
  reader: Required<LogReader>,
  withBlobs: boolean,
): Promise<Map<string, Uint8Array>> {
  const published = /^(?:log\.json|checkpoint|checkpoints\/|tile\/|time\/)/;
  const wanted = (path: string): boolean =>
    (published.test(path) || (withBlobs && path.startsWith("blobs/"))) && !basename(path).startsWith(".");
  const files = new Map<string, Uint8Array>();
  for (const path of (await reader.list("")).filter(wanted)) files.set(path, (await reader.read(path))!);
  return files;
}

/** For each entry its bytes and the proof that it stands in the newest checkpoint. */
async function proofFiles(reader: LogReader, places: readonly number[]): Promise<Map<string, Uint8Array>> {
  const head = await reader.read("checkpoint");
  if (!head) throw missing("the workspace");
  const signed = readCheckpoint(head);
  if (places.length > MAX_PROOFS) throw tooLarge();
  const files = new Map<string, Uint8Array>([["checkpoint", head]]);
  for (const index of places) {
    const name = String(index).padStart(8, "0");
    const entry = await readEntry(reader, index, signed.checkpoint.size);
    if (!entry) continue;
    files.set(`entries/${name}.json`, entry);
    files.set(`proofs/${name}.tlog-proof`, utf8(formatProof(await prove(reader, index, signed))));
  }
  return files;
}

function archive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (files.size > MAX_FILES) throw tooLarge();
  return writeZip(files);
}

function tooLarge(): SeedproofError {
  return new SeedproofError(
    "record.too-large",
    "this is more than one archive holds; seedproof ledger export writes a folder",
  );
}
