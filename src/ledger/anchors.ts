/** Checking what entries of type `anchor.*` say: each piece of outside evidence of time, with how much it weighs. */

import { equalBytes, fromHex, fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256 } from "../base/hash.ts";
import { isObject } from "../base/json.ts";
import { checkHeader, HEADER_AHEAD_SECONDS } from "./bitcoin.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { checkCosignature } from "./cosignature.ts";
import { type DrandChain, roundTime, verifyBeacon } from "./drand.ts";
import type { Entry, PlacedEntry } from "./entry.ts";
import type { NotAfter, NotBefore } from "./evidence.ts";
import { placeOf } from "./files.ts";
import { finding } from "./findings.ts";
import type { Note, VerifierKey } from "./note.ts";
import { linesBy, parseVkey, sameKey } from "./note.ts";
import { type OtsClaim, otsClaims, readOts } from "./ots.ts";
import type { LogReader } from "./reader.ts";
import { checkTimestamp, type TimestampTrust } from "./rfc3161.ts";

/** Whom and what the reader of a ledger believes about time. */
export interface TimeTrust {
  readonly timestamps: TimestampTrust;
  readonly witnesses: readonly VerifierKey[];
  readonly beacons: readonly DrandChain[];
  /** Headers of Bitcoin blocks by height, 80 bytes each, beside those that the ledger brings. */
  readonly headers: ReadonlyMap<number, Uint8Array>;
}

/** What anchors came to. */
export interface AnchorReport {
  readonly notBefore: readonly NotBefore[];
  readonly notAfter: readonly NotAfter[];
  readonly findings: readonly Finding[];
}

/** Checks all anchors of a log whose files were found whole. */
export async function checkAnchors(
  reader: LogReader,
  entries: readonly PlacedEntry[],
  trust: TimeTrust,
): Promise<AnchorReport> {
  const notBefore: NotBefore[] = [];
  const notAfter: NotAfter[] = [];
  const findings: Finding[] = [];
  for (const placed of entries) {
    const { entry, index } = placed;
    const found = await checkAnchor(reader, placed, trust);
    notAfter.push(...found.bounds.map((bound) => ({ ...bound, entry: index })));
    findings.push(...found.findings.map((one) => ({ ...one, where: { ...one.where, entry: index } })));
    if (!entry.beacon) continue;
    const { bound, finding: said } = checkBeacon(entry.beacon, index, trust.beacons);
    findings.push(said);
    if (bound) notBefore.push(bound);
  }
  return { notBefore, notAfter, findings };
}

/** What one anchor came to: bounds without the entry that brought them, and findings. */
interface Checked {
  readonly bounds: readonly NotAfter[];
  readonly findings: readonly Finding[];
}

const NOTHING: Checked = { bounds: [], findings: [] };

async function checkAnchor(reader: LogReader, { entry }: PlacedEntry, trust: TimeTrust): Promise<Checked> {
  const size = isObject(entry.body) ? entry.body.size : undefined;
  if (!entry.type.startsWith("anchor.") || typeof size !== "number") return NOTHING;
  const stamped = await reader.read(`checkpoints/${size}`);
  if (!stamped) return { bounds: [], findings: [finding("ledger.stamped-missing", { size })] };
  const file = async (role: string) => {
    const named = entry.out?.find((one) => one.role === role);
    return named && reader.read(placeOf(named));
  };
  switch (entry.type) {
    case "anchor.rfc3161":
      return timestampBounds(size, stamped, await file("token"), await file("query"), trust.timestamps);
    case "anchor.opentimestamps":
      return otsBounds(size, stamped, await file("proof"), await headersOf(reader, entry, trust));
    case "anchor.witness":
      return witnessBounds(size, stamped, await file("cosigned-checkpoint"), entry, trust.witnesses);
    default:
      return NOTHING;
  }
}

async function timestampBounds(
  size: number,
  stamped: Uint8Array,
  token: Uint8Array | undefined,
  request: Uint8Array | undefined,
  trust: TimestampTrust,
): Promise<Checked> {
  if (!token) return NOTHING;
  const asked = { digest: sha256(stamped), ...(request && { request }) };
  const { timestamp, findings } = await checkTimestamp(token, asked, trust);
  if (!timestamp) return { bounds: [], findings };
  const { time, accuracyMs, authority, trusted } = timestamp;
  const grade = trusted ? ("T4" as const) : ("T2" as const);
  return { bounds: [{ kind: "rfc3161", grade, source: authority, time: time + accuracyMs, size }], findings };
}

function otsBounds(
  size: number,
  stamped: Uint8Array,
  proof: Uint8Array | undefined,
  headers: ReadonlyMap<number, Uint8Array>,
): Checked {
  if (!proof) return NOTHING;
  try {
    const { hash, stamp } = readOts(proof);
    if (hash !== "sha256" || !equalBytes(stamp.message, sha256(stamped))) {
      return { bounds: [], findings: [finding("ledger.ots-imprint")] };
    }
    const checked = otsClaims(stamp).map((claim) => checkOtsClaim(claim, size, headers));
    return { bounds: checked.flatMap(({ bounds }) => bounds), findings: checked.flatMap(({ findings }) => findings) };
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return { bounds: [], findings: [finding("ledger.ots-malformed", { why: error.message })] };
  }
}

function checkOtsClaim(
  { message, attestation }: OtsClaim,
  size: number,
  headers: ReadonlyMap<number, Uint8Array>,
): Checked {
  if (attestation.kind === "pending") {
    return { bounds: [], findings: [finding("ledger.ots-pending", { uri: attestation.uri })] };
  }
  if (attestation.kind !== "bitcoin") return NOTHING;
  const { height } = attestation;
  const bytes = headers.get(height);
  if (!bytes) return { bounds: [], findings: [finding("ledger.ots-header-missing", { height })] };
  const header = checkHeader(bytes, height);
  if (typeof header === "string" || !equalBytes(header.merkleRoot, message)) {
    return { bounds: [], findings: [finding("ledger.ots-header-differs", { height })] };
  }
  const time = (header.time + HEADER_AHEAD_SECONDS) * 1000;
  const said = finding("ledger.ots-holds", { height, time: new Date(time).toISOString(), hash: header.hash });
  return {
    bounds: [{ kind: "opentimestamps", grade: "T5", source: `Bitcoin block ${height}`, time, size }],
    findings: [said],
  };
}

/** Headers that the reader has, and those that stand beside the proof: their work speaks for them. */
async function headersOf(reader: LogReader, { out = [] }: Entry, trust: TimeTrust): Promise<Map<number, Uint8Array>> {
  const headers = new Map<number, Uint8Array>();
  for (const named of out) {
    const path = placeOf(named);
    const height = named.role === "bitcoin-header" ? /\/bitcoin-(\d{1,8})\.header$/.exec(path)?.[1] : undefined;
    const text = height && fromUtf8((await reader.read(path)) ?? new Uint8Array(0));
    if (height && text && /^[0-9a-f]{160}\s*$/.test(text)) headers.set(Number(height), fromHex(text.trim()));
  }
  return new Map([...headers, ...trust.headers]);
}

function witnessBounds(
  size: number,
  stamped: Uint8Array,
  cosigned: Uint8Array | undefined,
  { body }: Entry,
  known: readonly VerifierKey[],
): Checked {
  if (!cosigned) return NOTHING;
  const stated = isObject(body) && Array.isArray(body.witnesses) ? body.witnesses : [];
  try {
    const { note } = readCheckpoint(cosigned);
    if (note.text !== readCheckpoint(stamped).note.text)
      return { bounds: [], findings: [finding("ledger.witness-other")] };
    const named = stated.filter((vkey) => typeof vkey === "string").map((vkey) => parseVkey(vkey));
    const others = known.filter((key) => linesBy(note, key).length > 0 && !named.some((one) => sameKey(one, key)));
    const keys = [...named, ...others];
    if (keys.length === 0)
      return { bounds: [], findings: [finding("ledger.witness-unnamed", { names: namesOf(note) })] };
    const checked = keys.map((key): Checked => {
      const check = checkCosignature(note, key);
      if (check.status !== "good") return { bounds: [], findings: [finding("ledger.witness-bad", { name: key.name })] };
      const grade = known.some((one) => sameKey(one, key)) ? ("T3" as const) : ("T2" as const);
      const time = check.time * 1000;
      const values = { name: key.name, time: new Date(time).toISOString() };
      const said = finding(grade === "T3" ? "ledger.witness-holds" : "ledger.witness-unknown", values);
      return { bounds: [{ kind: "witness", grade, source: key.name, time, size }], findings: [said] };
    });
    return { bounds: checked.flatMap(({ bounds }) => bounds), findings: checked.flatMap(({ findings }) => findings) };
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return { bounds: [], findings: [finding("ledger.witness-other")] };
  }
}

/** Whoever claims to have signed, the log included. */
function namesOf({ signatures }: Note): string {
  return signatures.map(({ name }) => name).join(", ");
}

function checkBeacon(
  beacon: NonNullable<Entry["beacon"]>,
  index: number,
  chains: readonly DrandChain[],
): { bound?: NotBefore; finding: Finding } {
  const where = { entry: index };
  const chain = chains.find(({ hash }) => hash === beacon.chain);
  if (!chain) return { finding: finding("ledger.beacon-unknown", { chain: beacon.chain }, where) };
  if (!verifyBeacon(chain, beacon))
    return { finding: finding("ledger.beacon-invalid", { round: beacon.round }, where) };
  const time = roundTime(chain, beacon.round);
  const source = `${chain.name} round ${beacon.round}`;
  const values = { source, time: new Date(time).toISOString(), index };
  return {
    bound: { kind: "drand", grade: "N1", source, time, entry: index, from: index },
    finding: finding("ledger.beacon-holds", values, where),
  };
}
