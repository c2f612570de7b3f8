/** Changing a ledger's files one byte at a time, and asking whether it is found. */

import { expect } from "vitest";
import { toBase64 } from "../../src/base/base64.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { sha256 } from "../../src/base/hash.ts";
import { cosign } from "../../src/ledger/cosignature.ts";
import { seal } from "../../src/ledger/entry.ts";
import { fsck } from "../../src/ledger/fsck.ts";
import type { TreeHasher } from "../../src/ledger/merkle.ts";
import { type Ed25519Verify, formatNote, formatVkey, KEY_TYPES, signer } from "../../src/ledger/note.ts";
import { readOtsStamp } from "../../src/ledger/ots.ts";
import { newOts, otsCommitment, writeOts } from "../../src/ledger/ots-write.ts";
import type { LogReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { random } from "./crash-fs.ts";
import { entry, NEXT_SEED, newStore, SEED } from "./ledger-helpers.ts";

/** A ledger's files, by path under its folder, and the receipts that were given for its newest entries. */
export interface WrittenLedger {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly receipts: readonly Uint8Array[];
}

/** A ledger with every kind of thing in it; three of its entries are promised and not yet under a checkpoint. */
export function fullLedger(entries: number): WrittenLedger {
  const { fs, store } = newStore();
  const sealed = seal({ prompt: "a cat" }, NEXT_SEED);
  store.putBlob(sealed.payload, "payload");
  const image = store.putBlob(utf8("an image"), "image");
  store.append([{ v: 1, type: "image.saved", t: entry(1).t, commit: sealed.commit, out: [image] }]);
  store.append(Array.from({ length: Math.floor(entries / 2) }, (_, i) => entry(2 + i)));
  store.integrate();
  store.rotateKey(NEXT_SEED, { t: entry(entries).t });
  store.append(Array.from({ length: Math.ceil(entries / 2) - 4 }, (_, i) => entry(entries + i)));
  const { note, checkpoint } = store.integrate();
  const { size, root } = checkpoint;
  const stamped = formatNote(note);
  const witness = signer(
    "witness.example",
    SEED.map((b) => b ^ 0x55),
    KEY_TYPES.cosignature,
  );
  const cosigned = { text: note.text, signatures: [...note.signatures, cosign(note.text, 1_800_000_000, witness)] };
  const kept = store.publishCosigned(formatNote(cosigned));
  const body = { size, root: toBase64(root), witnesses: [formatVkey(witness.key)] };
  store.append([{ v: 1, type: "anchor.witness", t: entry(1).t, body, out: [kept] }]);
  const digest = sha256(utf8(stamped));
  const nonce = new Uint8Array(16);
  const promise = readOtsStamp(
    Buffer.from("0083dfe30d2ef90c8e0e0d68747470733a2f2f632e742f61", "hex"),
    otsCommitment(digest, nonce),
  );
  const proof = store.putAttachment(size, "proof.ots", writeOts(newOts(digest, nonce, [promise])), "proof");
  store.append([{ v: 1, type: "anchor.opentimestamps", t: entry(1).t, body: { size }, out: [proof] }]);
  store.integrate();
  const promised = store.append([0, 1, 2].map((i) => entry(2 * entries + i)));
  store.close();
  const files = new Map([...fs.files("/log/")].map(([path, bytes]) => [path.slice("/log/".length), bytes]));
  return { files, receipts: promised.map(({ receipt }) => utf8(receipt)) };
}

/** A reader over files in memory. */
function memoryReader(files: ReadonlyMap<string, Uint8Array>): Required<LogReader> {
  return {
    read: async (path) => files.get(path),
    list: async (below) => [...files.keys()].filter((path) => below === "" || path.startsWith(`${below}/`)),
  };
}

/** Results of a pure function of bytes by those bytes. */
function remembered<T>(work: (...parts: Uint8Array[]) => T): (...parts: Uint8Array[]) => T {
  const known = new Map<string, T>();
  return (...parts) => {
    const key = parts
      .map((part) => Buffer.from(part.buffer, part.byteOffset, part.length).toString("latin1"))
      .join("|");
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = work(...parts);
    if (known.size < 10_000) known.set(key, result);
    return result;
  };
}

/** An entry that was hashed, and its leaf. */
interface Leaf {
  readonly entry: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * Leaf hashes by where the bytes begin in their file and how many they are. An altered file is another buffer whose entries are the
 * same bytes but for one: those are compared, which is far cheaper than hashing them, and never taken on trust.
 */
const leaves = new Map<number, Leaf[]>();

/** Leaves kept for one place: the untouched file's, and those of the last few alterations that moved its entries. */
const LEAVES_KEPT = 8;

/** Node hashes by the two objects under them. */
const nodes = new WeakMap<Uint8Array, WeakMap<Uint8Array, Uint8Array>>();

const hasher: TreeHasher = {
  leaf(entry) {
    const place = entry.byteOffset * 65_536 + entry.length;
    const known = leaves.get(place) ?? [];
    leaves.set(place, known);
    const same = known.find((one) => Buffer.compare(one.entry, entry) === 0);
    if (same) return same.hash;
    const hash = nodeHasher.leaf(entry);
    if (known.length < LEAVES_KEPT) known.push({ entry: Uint8Array.from(entry), hash });
    return hash;
  },
  node(left, right) {
    const known = nodes.get(left) ?? new WeakMap<Uint8Array, Uint8Array>();
    nodes.set(left, known);
    const hash = known.get(right) ?? nodeHasher.node(left, right);
    known.set(right, hash);
    return hash;
  },
};
const ed25519 = remembered((key, message, signature) => nodeVerify(key!, message!, signature!)) as Ed25519Verify;

/**
 * What checking comes to: the cheap level first; receipts are asked last, as only their holders can. `torn`: nothing is lost
 * and a torn tail is reported.
 */
type Outcome = "files" | "receipts" | "torn" | "unseen";

export async function outcomeOf(
  { files, receipts }: WrittenLedger,
  by: { readonly hasher: TreeHasher; readonly ed25519: Ed25519Verify } = { hasher, ed25519 },
): Promise<Outcome> {
  const reader = memoryReader(files);
  const options = { ...by, firstOnly: true };
  const wrong = (findings: readonly { level: string }[]) => findings.some(({ level }) => level === "fails");
  if (wrong((await fsck(reader, { ...options, level: "full" })).findings)) return "files";
  const trust = { timestamps: { roots: [] }, witnesses: [], beacons: [], headers: new Map() };
  if (wrong((await verifyLedger(reader, { ...options, trust })).findings)) return "files";
  const { findings } = await verifyLedger(reader, { ...options, trust, receipts });
  if (wrong(findings)) return "receipts";
  return findings.some(({ code }) => code === "ledger.torn-tail") ? "torn" : "unseen";
}

/** How many changes were made, and who finds them. */
export interface TamperCounts {
  readonly files: number;
  readonly bytes: number;
  readonly changed: number;
  readonly cut: number;
  readonly lengthened: number;
  readonly removed: number;
  /** Removals that are harmless by rule, and were not made. */
  readonly harmless: number;
  /** Changes of what was only promised, which look like an interrupted write: reported, and betrayed by receipts. */
  readonly byReceipt: number;
  /** Bytes after the last promise: reported as an interrupted write, nothing is lost. */
  readonly torn: number;
}

/**
 * Changes every `stride`-th byte of every file, cuts every file to every `stride`-th length, lengthens and removes it;
 * nothing may stay unseen.
 * @param only - the files that are changed; all unless said
 */
export async function tamperSweep(
  { files, receipts }: WrittenLedger,
  stride: number,
  only: readonly string[] = [...files.keys()],
): Promise<TamperCounts> {
  expect(await outcomeOf({ files, receipts }), "the ledger as it was written").toBe("unseen");
  const draw = random(7);
  const counts = {
    files: only.length,
    bytes: 0,
    changed: 0,
    cut: 0,
    lengthened: 0,
    removed: 0,
    harmless: 0,
    byReceipt: 0,
    torn: 0,
  };
  const expectFound = async (path: string, bytes: Uint8Array | undefined, kind: keyof TamperCounts, what: string) => {
    const changed = new Map(files);
    if (bytes) changed.set(path, bytes);
    else changed.delete(path);
    counts[kind]++;
    const outcome = await outcomeOf({ files: changed, receipts });
    const promised = path.startsWith("pending/");
    if (promised && outcome === "receipts") counts.byReceipt++;
    else if (promised && outcome === "torn") counts.torn++;
    else expect(outcome, `${path}: ${what}`).toBe("files");
  };
  for (const path of only) {
    const bytes = files.get(path)!;
    counts.bytes += bytes.length;
    const first = Math.floor(draw() * Math.min(stride, bytes.length));
    for (let at = first; at < bytes.length; at += stride) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 + Math.floor(draw() * 255);
      await expectFound(path, changed, "changed", `byte ${at} changed`);
    }
    const lengths = Array.from({ length: Math.ceil((bytes.length - first) / stride) }, (_, i) => first + i * stride);
    for (const length of new Set([0, 1, bytes.length >> 1, bytes.length - 1, ...lengths])) {
      if (length < bytes.length) await expectFound(path, bytes.slice(0, length), "cut", `cut to ${length}`);
    }
    await expectFound(path, Uint8Array.of(...bytes, 0x0a), "lengthened", "one byte added");
    if (mayBeAbsent(path, files)) counts.harmless++;
    else await expectFound(path, undefined, "removed", "removed");
  }
  return counts;
}

/** Removals that are harmless by rule: an older checkpoint that no outside evidence is about, a tile beside a wider one. */
function mayBeAbsent(path: string, files: ReadonlyMap<string, Uint8Array>): boolean {
  const [, stem, width] = /^(tile\/.*)\.p\/(\d+)$/.exec(path) ?? [];
  const size = /^checkpoints\/(\d+)$/.exec(path)?.[1];
  if (size)
    return Number(size) !== newest(files) && ![...files.keys()].some((other) => other.startsWith(`time/${size}/`));
  return (
    stem !== undefined &&
    [...files.keys()].some((other) => {
      const match = /^(tile\/.*?)(?:\.p\/(\d+))?$/.exec(other);
      return match?.[1] === stem && Number(match[2] ?? 256) > Number(width);
    })
  );
}

function newest(files: ReadonlyMap<string, Uint8Array>): number {
  return Math.max(
    ...[...files.keys()].flatMap((path) => (path.startsWith("checkpoints/") ? [Number(path.slice(12))] : [])),
  );
}
