/** Changing a ledger's files one byte at a time, and asking whether it is found. */

import { expect } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { sha256 } from "../../src/base/hash.ts";
import { toBase64 } from "../../src/ledger/base64.ts";
import { cosign } from "../../src/ledger/cosignature.ts";
import { seal } from "../../src/ledger/entry.ts";
import { fsck } from "../../src/ledger/fsck.ts";
import { formatNote, formatVkey, KEY_TYPES, signer } from "../../src/ledger/note.ts";
import { readOtsStamp } from "../../src/ledger/ots.ts";
import { newOts, otsCommitment, writeOts } from "../../src/ledger/ots-write.ts";
import type { LogReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { random } from "./crash-fs.ts";
import { entry, NEXT_SEED, newStore, SEED } from "./ledger-helpers.ts";

/** The files of a ledger with every kind of thing in it, by path under its folder. */
function fullLedger(entries: number): Map<string, Uint8Array> {
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
  store.close();
  return new Map([...fs.files("/log/")].map(([path, bytes]) => [path.slice("/log/".length), bytes]));
}

/** A reader over files in memory. */
function memoryReader(files: ReadonlyMap<string, Uint8Array>): Required<LogReader> {
  return {
    read: async (path) => files.get(path),
    list: async (below) => [...files.keys()].filter((path) => below === "" || path.startsWith(`${below}/`)),
  };
}

/** Whether checking finds something wrong: the cheap level first. */
async function isFound(files: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
  const reader = memoryReader(files);
  const options = { hasher: nodeHasher, ed25519: nodeVerify };
  const wrong = (findings: readonly { level: string }[]) => findings.some(({ level }) => level === "fails");
  if (wrong((await fsck(reader, { ...options, level: "full" })).findings)) return true;
  const trust = { timestamps: { roots: [] }, witnesses: [], beacons: [], headers: new Map() };
  return wrong((await verifyLedger(reader, { ...options, trust })).findings);
}

/** Changes every `stride`-th byte of every file, and cuts and removes every file; nothing may stay unseen. */
export async function tamperSweep(entries: number, stride: number): Promise<number> {
  const files = fullLedger(entries);
  expect(await isFound(files), "the ledger as it was written").toBe(false);
  const draw = random(7);
  let changes = 0;
  const expectFound = async (path: string, bytes: Uint8Array | undefined, what: string) => {
    const changed = new Map(files);
    if (bytes) changed.set(path, bytes);
    else changed.delete(path);
    changes++;
    expect(await isFound(changed), `${path}: ${what}`).toBe(true);
  };
  for (const [path, bytes] of files) {
    for (let at = Math.floor(draw() * Math.min(stride, bytes.length)); at < bytes.length; at += stride) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 + Math.floor(draw() * 255);
      await expectFound(path, changed, `byte ${at} changed`);
    }
    for (const length of new Set([0, 1, bytes.length >> 1, bytes.length - 1])) {
      if (length < bytes.length) await expectFound(path, bytes.slice(0, length), `cut to ${length}`);
    }
    await expectFound(path, Uint8Array.of(...bytes, 0x0a), "one byte added");
    if (!mayBeAbsent(path, files)) await expectFound(path, undefined, "removed");
  }
  return changes;
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
