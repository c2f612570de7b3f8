/**
 * What can be checked of a C2PA store without trusting anybody: whether the file's bytes are those that the active manifest is
 * bound to, and whether its assertions are those that its claim lists. Signature and trust are another matter.
 * @see C2PA Technical Specification 2.2, sections 8.4.2 (hashed references), 9.2, 18.6 (data hash), 15
 */

import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { equalBytes } from "../base/bytes.ts";
import { type Cbor, cborGet, tryCbor } from "../base/cbor.ts";
import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import type { Block } from "../image/block.ts";
import { type C2paManifest, isC2paBlock, readC2paStore } from "../image/c2pa-store.ts";
import { dataOf } from "../image/jumbf.ts";
import type { ByteSource } from "../image/source.ts";
import type { Attestation } from "../recipe/proves.ts";

/** A hash function that is fed piece by piece, such as node:crypto's. */
export interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** Makes a hasher by C2PA's name of the algorithm; `undefined` for one that it does not know. */
export type NewHasher = (algorithm: string) => Hasher | undefined;

/** A store with what was found of it. */
export interface C2paCheck {
  /** Index of its block. */
  readonly block: number;
  /** All manifests, the active one last. */
  readonly manifests: readonly C2paManifest[];
  /** `invalid` when file or assertions are not those that were signed; otherwise `unverifiable`: trust is not decided here. */
  readonly attestation: Attestation;
  readonly findings: readonly Finding[];
}

/** Ranges left out of a hash; real files have one to four. CWE-770. */
const MAX_EXCLUSIONS = 1024;

const PIECE = 1024 * 1024;

/**
 * Checks every C2PA store of a file.
 *
 * @param source - the whole file, all of which is read when it holds a store; without it only the assertions are checked
 */
export function checkC2pa(
  blocks: readonly Block[],
  source: ByteSource | undefined,
  newHasher: NewHasher = hasherOf,
): C2paCheck[] {
  return blocks.flatMap((block, index) => {
    if (!isC2paBlock(block) || !block.bytes) return [];
    const manifests = readC2paStore(block.bytes);
    const active = manifests.at(-1);
    // JUMBF boxes of JPEG hold other things too.
    if (!active && block.key !== "c2pa") return [];
    const codes: Code[] = active
      ? [checkBinding(active, source, newHasher), ...checkReferences(active, newHasher)]
      : ["label.c2pa-unreadable"];
    const findings = codes.map((code) => finding(code, index, block.offset));
    const status = findings.some(({ level }) => level === "fails") ? "invalid" : "unverifiable";
    return [
      { block: index, manifests, attestation: { kind: "c2pa", status, covers: ["file"], block: index }, findings },
    ];
  });
}

type Code = keyof typeof TEXTS;

/** Compares the file's bytes, without the ranges left out, with the hash in `c2pa.hash.data`. */
function checkBinding(manifest: C2paManifest, source: ByteSource | undefined, newHasher: NewHasher): Code {
  if (!source) return "label.c2pa-binding-unchecked";
  const box = manifest.assertions.find(({ label }) => label === "c2pa.hash.data");
  const assertion = tryCbor(dataOf(box, "cbor") ?? new Uint8Array());
  const hash = cborGet(assertion, "hash");
  const algorithm = cborGet(assertion, "alg") ?? manifest.references[0]?.algorithm ?? "sha256";
  const hasher = newHasher(String(algorithm));
  const exclusions = exclusionsOf(cborGet(assertion, "exclusions"), source.size);
  if (!(hash instanceof Uint8Array) || !hasher) return "label.c2pa-binding-unchecked";
  if (!exclusions) return "label.c2pa-binding-differs";
  let at = 0;
  for (const { start, length } of [...exclusions, { start: source.size, length: 0 }]) {
    feed(hasher, source, at, start);
    at = start + length;
  }
  return equalBytes(hasher.digest(), hash) ? "label.c2pa-binding-holds" : "label.c2pa-binding-differs";
}

/** Ranges in their order; `undefined` where they overlap, leave the file, or are too many. */
function exclusionsOf(value: Cbor | undefined, size: number): { start: number; length: number }[] | undefined {
  const list = Array.isArray(value) ? value : [];
  if (list.length > MAX_EXCLUSIONS) return undefined;
  const ranges = list.map((item) => ({
    start: Number(cborGet(item, "start")),
    length: Number(cborGet(item, "length")),
  }));
  ranges.sort((a, b) => a.start - b.start);
  const sound = ranges.every(({ start, length }, i) => {
    const before = ranges[i - 1];
    return length >= 0 && start >= (before ? before.start + before.length : 0) && start + length <= size;
  });
  return sound ? ranges : undefined;
}

function feed(hasher: Hasher, source: ByteSource, from: number, to: number): void {
  for (let at = from; at < to; at += PIECE) hasher.update(source.read(at, Math.min(PIECE, to - at)));
}

/** Compares each assertion of this manifest with the hash by which the claim refers to it; each is hashed once. */
function checkReferences({ label, references, assertions }: C2paManifest, newHasher: NewHasher): Code[] {
  const byLabel = new Map(assertions.map((box) => [box.label, box]));
  const differs = references.some(({ url, hash, algorithm }) => {
    const name = /(?:^|\/)c2pa\.assertions\/([^/]+)$/.exec(url.replace(/^self#jumbf=/, ""))?.[1];
    const elsewhere = url.includes("/c2pa/") && !url.includes(`/${label}/`);
    // A claim may list an assertion that was redacted; then there is nothing to compare.
    const assertion = elsewhere ? undefined : byLabel.get(name ?? "");
    const hasher = newHasher(algorithm);
    if (!assertion || !hasher) return false;
    byLabel.delete(assertion.label);
    hasher.update(assertion.content);
    return !equalBytes(hasher.digest(), hash);
  });
  return differs ? ["label.c2pa-assertion-differs"] : [];
}

const HASHES = { sha256, sha384, sha512 } as const;

function hasherOf(algorithm: string): Hasher | undefined {
  return Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm as keyof typeof HASHES].create() : undefined;
}

function finding(code: Code, block: number, offset: number | null): Finding {
  const { level, text } = TEXTS[code];
  return { code, level, text, where: { block, ...(offset !== null && { byte: offset }) } };
}

const TEXTS = {
  "label.c2pa-binding-holds": {
    level: "holds",
    text: {
      en: "the file's bytes are those that its Content Credentials are bound to",
      zh: "文件字节与其内容凭证所绑定的字节一致",
    },
  },
  "label.c2pa-binding-differs": {
    level: "fails",
    text: {
      en: "the file's bytes are not those that its Content Credentials are bound to: it was changed after signing",
      zh: "文件字节与其内容凭证所绑定的字节不一致：文件在签名之后有改动",
    },
  },
  "label.c2pa-binding-unchecked": {
    level: "informs",
    text: {
      en: "the Content Credentials were not compared with the file's bytes here",
      zh: "此处未将内容凭证与文件字节进行比对",
    },
  },
  "label.c2pa-unreadable": {
    level: "informs",
    text: {
      en: "there are Content Credentials, but they hold no manifest that can be read",
      zh: "文件带有内容凭证，但其中没有可读取的清单",
    },
  },
  "label.c2pa-assertion-differs": {
    level: "fails",
    text: {
      en: "a statement in the Content Credentials is not the one that their claim lists",
      zh: "内容凭证中的某项声明与其清单所列不一致",
    },
  },
} as const satisfies Record<string, { level: Finding["level"]; text: Text }>;
