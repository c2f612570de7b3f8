/** Checking the part of a ledger that a bundle has: every disclosed entry at its place, every other one as a hash, and the times. */

import { equalBytes } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { checkAnchors, type TimeTrust } from "../ledger/anchors.ts";
import {
  claimFindings,
  clockFindings,
  contradictions,
  gradeOf,
  type IntervalRun,
  intervalRuns,
  tailFinding,
} from "../ledger/bounds.ts";
import { readCheckpoint, type SignedCheckpoint } from "../ledger/checkpoint.ts";
import { decodeEntry, filesOf, type PlacedEntry } from "../ledger/entry.ts";
import { placeOf } from "../ledger/files.ts";
import { keyFor, type LogInfo, parseLogInfo } from "../ledger/log.ts";
import { LogHistory } from "../ledger/log-history.ts";
import { HASHER, leafHash, type TreeHasher, treeRoot } from "../ledger/merkle.ts";
import {
  checkSignature,
  type Ed25519Verify,
  formatNote,
  formatVkey,
  sameKey,
  type VerifierKey,
  verifyEd25519,
} from "../ledger/note.ts";
import { parseProof, provesEntry } from "../ledger/proof.ts";
import type { LogReader } from "../ledger/reader.ts";
import { newTiles, perfectRoot, TILE_WIDTH, tileHashes, tilePath } from "../ledger/tiles.ts";
import { gapsOf } from "./bundle-ledger.ts";
import { found } from "./findings.ts";

/** What the reader brings. */
export interface LedgerVerifyOptions {
  readonly trust: TimeTrust;
  /** The key that the reader knows the log by, from elsewhere. */
  readonly pinned?: VerifierKey;
  readonly hasher?: TreeHasher;
  readonly ed25519?: Ed25519Verify;
}

/** What an extract came to. */
export interface LedgerVerified {
  readonly findings: readonly Finding[];
  readonly size: number;
  readonly entries: readonly PlacedEntry[];
  readonly times: readonly IntervalRun[];
  readonly gaps: readonly (readonly [from: number, to: number])[];
  readonly info?: LogInfo;
}

/** Entries of a log whose hashes are all checked; 200 MB of hashes. CWE-770. */
const MAX_SIZE = 6_000_000;

/** Checks an extract. Never throws for what its files hold. @param place - the log's folder in the bundle · @param paths - all its files, relative to that */
export async function verifyExtract(
  place: string,
  reader: LogReader,
  paths: readonly string[],
  options: LedgerVerifyOptions,
): Promise<LedgerVerified> {
  const extract = new Extract(place, reader, paths, options);
  try {
    return await extract.verify();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    extract.say(found("dossier.ledger-malformed", { why }, { file: place }));
    return { findings: extract.findings, size: 0, entries: [], times: [], gaps: [] };
  }
}

/** The check of one extract, with what it has found so far. */
class Extract {
  readonly findings: Finding[] = [];
  private readonly place: string;
  private readonly reader: LogReader;
  private readonly paths: readonly string[];
  private readonly options: LedgerVerifyOptions;
  private readonly known = new Set<string>();

  constructor(place: string, reader: LogReader, paths: readonly string[], options: LedgerVerifyOptions) {
    this.place = place;
    this.reader = reader;
    this.paths = paths;
    this.options = options;
  }

  say(...findings: Finding[]): void {
    this.findings.push(...findings);
  }

  async verify(): Promise<LedgerVerified> {
    const info = parseLogInfo(await this.need("log.json"));
    const head = readCheckpoint(await this.need("checkpoint"));
    const { size } = head.checkpoint;
    if (size > MAX_SIZE) throw new Error(`it has more than ${MAX_SIZE} entries`);
    const leaves = await this.leaves(size);
    await this.checkpoints(info, head, leaves);
    const entries = await this.entries(head, leaves);
    this.description(info, entries);
    this.key(info, size);
    await this.named(entries);
    const gaps = gapsOf(
      entries.map(({ index }) => index),
      size,
    );
    const times = await this.times(entries, size);
    this.strays();
    const broken = this.findings.some(({ level }) => level === "fails");
    if (!broken)
      this.findings.unshift(found("dossier.ledger-holds", { size, disclosed: entries.length }, { file: this.place }));
    for (const [from, to] of gaps)
      this.say(found("dossier.ledger-gap", { from, to: to - 1, count: to - from }, { entry: from }));
    return { findings: this.findings, size, entries, times, gaps, info };
  }

  private async need(path: string): Promise<Uint8Array> {
    this.known.add(path);
    const bytes = await this.reader.read(path);
    if (!bytes) throw new Error(`${path} is missing`);
    return bytes;
  }

  /** The hashes of all entries, from the lowest tiles; those above must follow from them. */
  private async leaves(size: number): Promise<Uint8Array[]> {
    const hasher = this.options.hasher ?? HASHER;
    let level: Uint8Array[] = [];
    const all = newTiles(0, size).filter((tile) => tile.level !== "entries");
    const highest = Math.max(0, ...all.map((tile) => Number(tile.level)));
    let leaves: Uint8Array[] = [];
    for (let height = 0; height <= highest; height++) {
      const read: Uint8Array[] = [];
      for (const tile of all.filter((one) => one.level === height)) {
        const path = tilePath(tile);
        const hashes = tileHashes(await this.need(path), tile.width);
        if (!hashes) throw new Error(`${path} is not a tile of this size`);
        read.push(...hashes);
        const expected = level.slice(tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width);
        const follows =
          height === 0 || hashes.every((hash, i) => expected[i] !== undefined && equalBytes(hash, expected[i]));
        if (!follows) this.say(found("dossier.ledger-tile-differs", { file: path }, { file: `${this.place}/${path}` }));
      }
      if (height === 0) leaves = read;
      level = perfectParents(read, hasher);
    }
    return leaves;
  }

  /** The newest checkpoint, and each kept one: signed by the log's key, under the log's name, over these very entries. */
  private async checkpoints(info: LogInfo, head: SignedCheckpoint, leaves: readonly Uint8Array[]): Promise<void> {
    const kept = this.paths.filter((path) => /^checkpoints\/[1-9]\d{0,15}$/.test(path));
    for (const path of ["checkpoint", ...kept]) {
      const where = { file: `${this.place}/${path}` };
      const signed = path === "checkpoint" ? head : tryCheckpoint(await this.need(path));
      const size = signed?.checkpoint.size ?? 0;
      const named = path === "checkpoint" || path === `checkpoints/${size}`;
      const { ed25519 = verifyEd25519, hasher = HASHER } = this.options;
      const good =
        signed &&
        named &&
        size <= leaves.length &&
        signed.checkpoint.origin === info.origin &&
        checkSignature(signed.note, keyFor(info, size), ed25519) === "good";
      if (!good) this.say(found("dossier.ledger-checkpoint-invalid", { file: path }, where));
      else if (!equalBytes(treeRoot(leafHashes(leaves, size), hasher), signed.checkpoint.root)) {
        this.say(found("dossier.ledger-root-differs", { file: path }, where));
      }
    }
  }

  private async entries(head: SignedCheckpoint, leaves: readonly Uint8Array[]): Promise<PlacedEntry[]> {
    const numbers = (pattern: RegExp) => this.paths.flatMap((path) => pattern.exec(path)?.[1] ?? []).map(Number);
    const disclosed = numbers(/^entries\/(0|[1-9]\d{0,15})\.json$/).toSorted((a, b) => a - b);
    const proven = new Set(numbers(/^proofs\/(0|[1-9]\d{0,15})\.tlog-proof$/));
    for (const index of proven) {
      if (!disclosed.includes(index)) this.say(found("dossier.entry-missing", { index }, { entry: index }));
      this.known.add(`proofs/${index}.tlog-proof`);
    }
    const placed: PlacedEntry[] = [];
    for (const index of disclosed) {
      const bytes = await this.need(`entries/${index}.json`);
      const where = { file: `${this.place}/entries/${index}.json`, entry: index };
      const leaf = leaves[index];
      if (!leaf || !equalBytes(leafHash(bytes), leaf)) this.say(found("dossier.entry-differs", { index }, where));
      await this.proof(index, bytes, head, proven.has(index));
      try {
        placed.push({ index, bytes, entry: decodeEntry(bytes) });
      } catch {
        this.say(found("dossier.entry-malformed", { index }, where));
      }
    }
    return placed;
  }

  /** The proof file, which others check without the tiles: of this entry, at this index, under this very checkpoint. */
  private async proof(index: number, entry: Uint8Array, head: SignedCheckpoint, there: boolean): Promise<void> {
    const path = `proofs/${index}.tlog-proof`;
    const where = { file: `${this.place}/${path}`, entry: index };
    if (!there) return this.say(found("dossier.proof-missing", { index }, where));
    try {
      const proof = parseProof(await this.need(path));
      const same = formatNote(proof.checkpoint.note) === formatNote(head.note);
      if (proof.index === index && same && provesEntry(proof, entry)) return;
    } catch {
      // Said below, as for a proof of something else.
    }
    this.say(found("dossier.proof-differs", { index }, where));
  }

  /** That `log.json` follows from the entries about the log, which are always disclosed. */
  private description(info: LogInfo, entries: readonly PlacedEntry[]): void {
    const history = new LogHistory(info, [], this.options.ed25519 ?? verifyEd25519);
    for (const { entry, index } of entries) if (history.wants(index)) history.see(entry, index);
    if (!history.agrees())
      this.say(found("dossier.ledger-description-differs", {}, { file: `${this.place}/log.json` }));
  }

  private key(info: LogInfo, size: number): void {
    const key = keyFor(info, size);
    const { pinned } = this.options;
    const code = !pinned ? "dossier.key-unknown" : sameKey(pinned, key) ? "dossier.key-holds" : "dossier.key-differs";
    this.say(found(code, { vkey: formatVkey(key) }, { file: this.place }));
  }

  /** Files that entries name: those that are here must be the named ones. */
  private async named(entries: readonly PlacedEntry[]): Promise<void> {
    const all = new Map<string, { sha256: string; index: number }>();
    for (const { entry, index } of entries) {
      for (const file of filesOf(entry)) all.set(placeOf(file), { sha256: file.sha256, index });
    }
    const here = new Set(this.paths);
    const present = [...all].filter(([path]) => here.has(path));
    for (const [path, { sha256, index }] of present) {
      const bytes = await this.need(path);
      if (sha256Hex(bytes) === sha256) continue;
      this.say(
        found("dossier.entry-file-differs", { file: path, index }, { file: `${this.place}/${path}`, entry: index }),
      );
    }
    if (all.size > 0)
      this.say(
        found(
          "dossier.contents",
          { named: all.size, here: present.length, others: all.size - present.length },
          { file: this.place },
        ),
      );
  }

  private async times(entries: readonly PlacedEntry[], size: number): Promise<IntervalRun[]> {
    const anchors = await checkAnchors(this.reader, entries, this.options.trust);
    const runs = intervalRuns(size, anchors.notBefore, anchors.notAfter);
    this.say(...anchors.findings, ...contradictions(runs), ...claimFindings(entries, runs), ...clockFindings(entries));
    for (const run of runs) this.say(timeFinding(run));
    if (entries.length > 0) this.say(...tailFinding(size, anchors.notAfter));
    return runs;
  }

  /** Files that nothing above has asked for. */
  private strays(): void {
    for (const path of this.paths) {
      if (!this.known.has(path))
        this.say(found("dossier.ledger-stray", { file: path }, { file: `${this.place}/${path}` }));
    }
  }
}

function timeFinding(run: IntervalRun): Finding {
  const { from, to, notBefore, notAfter } = run;
  const at = (time = 0): string => new Date(time).toISOString();
  const values = {
    from,
    to: to - 1,
    notBefore: at(notBefore?.time),
    notAfter: at(notAfter?.time),
    grade: gradeOf(run),
  };
  const code = notBefore && notAfter ? "between" : notAfter ? "not-after" : notBefore ? "not-before" : "open";
  return found(`dossier.time-${code}`, values, { entry: from });
}

function tryCheckpoint(bytes: Uint8Array): SignedCheckpoint | undefined {
  try {
    return readCheckpoint(bytes);
  } catch {
    return undefined;
  }
}

function* leafHashes(leaves: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  for (let i = 0; i < size; i++) yield leaves[i]!;
}

/** The hashes of the next level of tiles: each the root of 256 below it. */
function perfectParents(hashes: readonly Uint8Array[], hasher: TreeHasher): Uint8Array[] {
  return Array.from({ length: Math.floor(hashes.length / TILE_WIDTH) }, (_, i) =>
    perfectRoot(hashes.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH), hasher),
  );
}
