/** Reading image files of this machine: sharp decodes, OpenSSL hashes. */

import { createHash } from "node:crypto";
import { type ByteSource, bytesSource } from "../image/source.ts";
import type { Hasher } from "../label/c2pa.ts";
import { type FileReading, type ReadOptions, readFileSource } from "../label/file-reading.ts";
import { brotli } from "./brotli.ts";
import { validatedCredentials } from "./credentials.ts";
import { openFile } from "./files.ts";
import { nodeVerify } from "./ledger-folder.ts";
import { decodeCorner, decodeStored, type ImageInput } from "./pixels.ts";

export { type FileReading, isIncomplete, type ReadOptions, readText } from "../label/file-reading.ts";

/**
 * Reads one image file.
 * @throws SeedproofError `file.*` when it cannot be opened, `image.*` when it is no image that we know
 */
export async function readImage(path: string, options: ReadOptions = {}): Promise<FileReading> {
  const file = openFile(path);
  try {
    return await readImageSource(path, file, options, path);
  } finally {
    file.close();
  }
}

/** Reads an image that is in memory, such as standard input; `name` stands in the result. */
export async function readImageBytes(name: string, bytes: Uint8Array, options: ReadOptions = {}): Promise<FileReading> {
  return readImageSource(name, bytesSource(bytes), options, bytes);
}

/** Reads an image from any bytes that can be read by position; `name` stands in the result. Throws as {@link readImage}. */
export async function readImageSource(
  name: string,
  source: ByteSource,
  options: ReadOptions = {},
  input?: ImageInput,
): Promise<FileReading> {
  const image = (): ImageInput => input ?? source.read(0, source.size);
  const host = {
    brotli,
    newHasher,
    hashOf,
    corner: (size: { width: number; height: number }) => decodeCorner(image(), size),
    stored: () => decodeStored(image()),
    // OpenSSL is a hundred times quicker over megabytes of pixels than the portable code.
    verifyEd25519: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) =>
      nodeVerify(publicKey, message, signature),
    validateCredentials: validatedCredentials,
  };
  return readFileSource(name, source, host, options);
}

/** OpenSSL's hash functions, by C2PA's names of them. */
function newHasher(algorithm: string): Hasher | undefined {
  return /^sha(?:256|384|512)$/.test(algorithm) ? createHash(algorithm) : undefined;
}

/** Pieces of 1 MiB: memory stays flat for a video of any size. */
function hashOf(source: ByteSource): string {
  const hash = createHash("sha256");
  for (let at = 0; at < source.size; at += 1 << 20) hash.update(source.read(at, 1 << 20));
  return hash.digest("hex");
}
