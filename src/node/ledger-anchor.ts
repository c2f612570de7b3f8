/** Anchoring a ledger: outside evidence of time for its newest checkpoint, kept beside it and named by entries. */

import { toBase64 } from "../base/base64.ts";
import { equalBytes, toHex, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256 } from "../base/hash.ts";
import { isObject } from "../base/json.ts";
import { checkCosignature } from "../ledger/cosignature.ts";
import type { Entry, FileRef, PlacedEntry } from "../ledger/entry.ts";
import { placeOf } from "../ledger/files.ts";
import { formatNote, formatVkey, parseVkey, type VerifierKey } from "../ledger/note.ts";
import { type OtsFile, otsClaims, readOts } from "../ledger/ots.ts";
import { writeOts } from "../ledger/ots-write.ts";
import type { LogReader } from "../ledger/reader.ts";
import { checkTimestamp, type TimestampTrust } from "../ledger/rfc3161.ts";
import { readBeacon } from "./beacon.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { moment } from "./moment.ts";
import { stampWithCalendars, upgradeFrom } from "./ots-calendar.ts";
import { requestTimestamp } from "./tsa.ts";
import { requestCosignature, withCosignatures } from "./witness-client.ts";

/** Where to ask. */
export interface AnchorSources {
  readonly tsa?: readonly string[];
  readonly ots?: readonly string[];
  /** `drand=FILE` or `drand=URL`. */
  readonly beacon?: readonly string[];
  /** `URL` or `URL#vkey`. */
  readonly witness?: readonly string[];
  /** Bitcoin block headers to keep beside proofs that lead to them. */
  readonly headers?: ReadonlyMap<number, Uint8Array>;
}

/** What one source came to. */
export interface AnchorResult {
  readonly kind: "rfc3161" | "opentimestamps" | "beacon" | "witness";
  readonly source: string;
  /** Index of the entry that names it; absent where it failed. */
  readonly entry?: number;
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
  readonly error?: SeedproofError;
}

/** What anchoring works with. */
export interface AnchorContext {
  readonly store: LedgerStore;
  readonly reader: LogReader;
  readonly sw: NonNullable<Entry["sw"]>;
  readonly timestamps: TimestampTrust;
  /** Witnesses that the user has named, for those that are asked without a key. */
  readonly witnesses: readonly VerifierKey[];
  /** All entries, for proofs that are to be completed. */
  readonly entries: readonly PlacedEntry[];
}

/**
 * Anchors a ledger. Beacons go in first, so that what is stamped holds them; then all pending entries are checkpointed;
 * then the checkpoint is stamped and cosigned. One source that fails does not stop the others.
 */
export async function anchorLedger(context: AnchorContext, sources: AnchorSources): Promise<AnchorResult[]> {
  const { store } = context;
  const results: AnchorResult[] = [];
  const each = async (
    kind: AnchorResult["kind"],
    list: readonly string[] | undefined,
    run: (source: string) => Promise<Omit<AnchorResult, "kind" | "source">>,
  ): Promise<void> => {
    for (const source of list ?? []) {
      try {
        results.push({ kind, source, ...(await run(source)) });
      } catch (error) {
        if (!(error instanceof SeedproofError)) throw error;
        results.push({ kind, source, files: [], findings: [], error });
      }
    }
  };
  await each("beacon", sources.beacon, (source) => addBeacon(context, source));
  store.integrate();
  const { size } = store.checkpoint.checkpoint;
  // The bytes that are kept as `checkpoints/<size>`: the head under the log's own signature alone.
  const stamped = (await context.reader.read(`checkpoints/${size}`))!;
  await each("witness", sources.witness, (source) => addWitness(context, size, source));
  await each("rfc3161", sources.tsa, (source) => addTimestamp(context, size, stamped, source));
  if (sources.ots?.length) {
    await each("opentimestamps", sources.ots, (source) => completeOts(context, source, sources.headers));
    await each("opentimestamps", [sources.ots.join(" ")], () => addOts(context, size, stamped, sources.ots!));
  }
  store.integrate();
  return results.filter(({ entry, error, findings }) => entry !== undefined || error || findings.length > 0);
}

function log({ store, sw }: AnchorContext, type: string, body: Entry["body"], out: readonly FileRef[]): number {
  const entry: Entry = {
    v: 1,
    type,
    t: moment(),
    sw,
    ...(body !== undefined && { body }),
    ...(out.length > 0 && { out }),
  };
  return store.append([entry])[0]!.index;
}

async function addBeacon(context: AnchorContext, source: string): Promise<Omit<AnchorResult, "kind" | "source">> {
  const beacon = await readBeacon(source);
  const { store, sw } = context;
  const [appended] = store.append([{ v: 1, type: "anchor.beacon", t: moment(), sw, beacon }]);
  return { entry: appended!.index, files: [], findings: [] };
}

async function addTimestamp(
  context: AnchorContext,
  size: number,
  stamped: Uint8Array,
  url: string,
): Promise<Omit<AnchorResult, "kind" | "source">> {
  const digest = sha256(stamped);
  const { request, reply } = await requestTimestamp(url, digest);
  const { timestamp, findings } = await checkTimestamp(reply, { digest, request }, context.timestamps);
  if (!timestamp) return { files: [], findings };
  const name = `tsa-${toHex(sha256(reply)).slice(0, 12)}`;
  const out = [
    context.store.putAttachment(size, `${name}.tsr`, reply, "token"),
    context.store.putAttachment(size, `${name}.tsq`, request, "query"),
  ];
  const entry = log(context, "anchor.rfc3161", { size, authority: timestamp.authority }, out);
  return { entry, files: out.map(({ path }) => path!), findings };
}

async function addOts(
  context: AnchorContext,
  size: number,
  stamped: Uint8Array,
  urls: readonly string[],
): Promise<Omit<AnchorResult, "kind" | "source">> {
  return keepOts(context, size, await stampWithCalendars(urls, sha256(stamped)), []);
}

function keepOts(
  context: AnchorContext,
  size: number,
  proof: OtsFile,
  headers: readonly (readonly [number, Uint8Array])[],
): Omit<AnchorResult, "kind" | "source"> {
  const bytes = writeOts(proof);
  const name = `ots-${toHex(sha256(bytes)).slice(0, 12)}.ots`;
  const out = [
    context.store.putAttachment(size, name, bytes, "proof"),
    ...headers.map(([height, header]) =>
      context.store.putAttachment(size, `bitcoin-${height}.header`, utf8(`${toHex(header)}\n`), "bitcoin-header"),
    ),
  ];
  const entry = log(context, "anchor.opentimestamps", { size }, out);
  return { entry, files: out.map(({ path }) => path!), findings: [] };
}

/** Asks a calendar for the rest of the proofs that it once promised, and puts headers beside those that lead to them. */
async function completeOts(
  context: AnchorContext,
  url: string,
  headers: ReadonlyMap<number, Uint8Array> = new Map(),
): Promise<Omit<AnchorResult, "kind" | "source">> {
  const files: string[] = [];
  let last: number | undefined;
  for (const { entry } of latestProofs(context.entries)) {
    const size = isObject(entry.body) ? Number(entry.body.size) : 0;
    const named = entry.out?.find(({ role }) => role === "proof");
    const bytes = named && (await context.reader.read(placeOf(named)));
    if (!bytes) continue;
    const later = await upgradeFrom(url, readOts(bytes));
    const heights = otsClaims(later.stamp).flatMap(({ attestation: a }) => (a.kind === "bitcoin" ? [a.height] : []));
    const fitting = [...headers].filter(([height]) => heights.includes(height));
    const known = new Set((entry.out ?? []).map((file) => file.path));
    const fresh = fitting.filter(([height]) => !known.has(`time/${size}/bitcoin-${height}.header`));
    if (equalBytes(writeOts(later), bytes) && fresh.length === 0) continue;
    const kept = keepOts(context, size, later, fitting);
    files.push(...kept.files);
    last = kept.entry;
  }
  return { ...(last !== undefined && { entry: last }), files, findings: [] };
}

/** The newest proof of each checkpoint: an upgraded one replaces what it grew from. */
function latestProofs(entries: readonly PlacedEntry[]): PlacedEntry[] {
  const bySize = new Map<unknown, PlacedEntry>();
  for (const placed of entries) {
    const { type, body } = placed.entry;
    if (type === "anchor.opentimestamps" && isObject(body)) bySize.set(body.size, placed);
  }
  return [...bySize.values()];
}

async function addWitness(
  context: AnchorContext,
  size: number,
  source: string,
): Promise<Omit<AnchorResult, "kind" | "source">> {
  const { store, reader } = context;
  const [url, vkey] = source.split("#");
  const head = store.checkpoint;
  const lines = await requestCosignature(url!, reader, head);
  const note = withCosignatures(head.note, lines);
  const keys = vkey ? [parseVkey(vkey)] : context.witnesses;
  const good = keys.filter((key) => checkCosignature(note, key).status === "good");
  if (vkey && good.length === 0) {
    throw new SeedproofError("ledger.witness-refused", `${url} did not sign with the key that you named`);
  }
  const kept = store.publishCosigned(formatNote(note));
  const witnesses = good.map(formatVkey);
  const body = { size, root: toBase64(head.checkpoint.root), witnesses, names: lines.map(({ name }) => name) };
  return { entry: log(context, "anchor.witness", body, [kept]), files: [kept.path!], findings: [] };
}
