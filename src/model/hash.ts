/**
 * Hashes by which tools name model files. They are taken over different bytes, so that one kind says nothing about another.
 * @see https://github.com/AUTOMATIC1111/stable-diffusion-webui, modules/hashes.py and modules/sd_models.py
 * @see https://github.com/kohya-ss/sd-scripts, library/train_util.py (`addnet_hash_safetensors`)
 */

import { blake3 } from "@noble/hashes/blake3.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../base/bytes.ts";
import { crc32 } from "../image/crc32.ts";
import type { ByteSource } from "../image/source.ts";
import { safetensorsHeaderLength } from "./safetensors.ts";

/** A hash of a model file with its kind; `value` is lower-case hex. */
export interface ModelHash {
  readonly kind: "sha256" | "autov1" | "autov2" | "autov3" | "swarm" | "blake3" | "crc32";
  readonly value: string;
}

/** A hash function that is fed piece by piece; node:crypto's has this form and is quicker for files of many gigabytes. */
export interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** Kinds, and what they need: the whole file, or 64 KiB of it. */
export const ALL_KINDS: readonly ModelHash["kind"][] = [
  "autov1",
  "sha256",
  "autov2",
  "autov3",
  "swarm",
  "blake3",
  "crc32",
];

const PIECE = 4 * 1024 * 1024;

/** Where A1111's first hash is taken: 64 KiB from 1 MiB. */
const AUTOV1 = { offset: 0x100000, length: 0x10000 } as const;

/**
 * The hashes of a model file, in one pass over its bytes, in the order asked for. `autov3` and `swarm` exist for
 * safetensors files only: both are over the bytes behind the header. `autov1` of a file that ends before
 * its place is the hash of what there is, as A1111 computes it.
 *
 * @param newSha256 - makes a SHA-256 hasher
 */
export function modelHashes(
  source: ByteSource,
  kinds: readonly ModelHash["kind"][] = ALL_KINDS,
  newSha256: () => Hasher = () => sha256.create(),
): ModelHash[] {
  const header = safetensorsHeaderLength(source);
  const wants = (...any: readonly ModelHash["kind"][]): boolean => any.some((kind) => kinds.includes(kind));
  const whole = wants("sha256", "autov2") ? newSha256() : undefined;
  const data = header !== undefined && wants("autov3", "swarm") ? newSha256() : undefined;
  const blake = wants("blake3") ? blake3.create({}) : undefined;
  const dataFrom = 8 + (header ?? 0);
  let checksum = wants("crc32") ? 0 : undefined;
  if (whole || data || blake || checksum !== undefined) {
    for (let at = 0; at < source.size; at += PIECE) {
      const piece = source.read(at, PIECE);
      whole?.update(piece);
      if (at + piece.length > dataFrom) data?.update(piece.subarray(Math.max(0, dataFrom - at)));
      blake?.update(piece);
      if (checksum !== undefined) checksum = crc32(piece, checksum);
    }
  }
  const [fileHex, dataHex] = [whole && toHex(whole.digest()), data && toHex(data.digest())];
  const values: Record<ModelHash["kind"], string | undefined> = {
    autov1: wants("autov1") ? autov1(source) : undefined,
    sha256: fileHex,
    autov2: fileHex?.slice(0, 10),
    autov3: dataHex?.slice(0, 12),
    swarm: dataHex,
    blake3: blake && toHex(blake.digest()),
    crc32: checksum?.toString(16).padStart(8, "0"),
  };
  return kinds.flatMap((kind) => (values[kind] === undefined ? [] : [{ kind, value: values[kind] }]));
}

function autov1(source: ByteSource): string {
  return toHex(sha256(source.read(AUTOV1.offset, AUTOV1.length))).slice(0, 8);
}
