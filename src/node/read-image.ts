/** Reading an image file: everything that INTERFACE calls a reading, from one path. */

import { createHash } from "node:crypto";
import type { Finding } from "../base/findings.ts";
import type { Block } from "../image/block.ts";
import type { ContainerKind, Pixels } from "../image/container.ts";
import { type ByteSource, bytesSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import { type Attestation, type Proves, provesOf } from "../recipe/proves.ts";
import { type Reading, readContainer, readPasted } from "../recipe/reading.ts";
import { openFile } from "./files.ts";

/** A block as it is shown: binary blocks without their bytes, texts with their hash. */
export interface ShownBlock {
  readonly where: string;
  readonly key: string;
  readonly offset: number | null;
  readonly length: number;
  readonly encoding: Exclude<Block["encoding"], "binary"> | null;
  readonly text?: string;
  /** Over the decoded text in UTF-8 without trailing NULs. */
  readonly textSha256?: string;
}

/** The reading of one file; the shape is public interface. */
export interface FileReading extends Omit<Reading, "accounts" | "status"> {
  readonly file: string;
  readonly sha256?: string;
  readonly bytes: number;
  /** `text`: pasted generation data, no image. */
  readonly container: ContainerKind | "text";
  readonly pixels: Pixels | null;
  readonly status: Reading["status"];
  readonly blocks: readonly ShownBlock[];
  readonly attestations: readonly Attestation[];
  readonly proves: Proves;
}

/** How much of a file is looked at. */
export interface ReadOptions {
  /** SHA-256 of the file, which reads all of it. Default true. */
  readonly hash?: boolean;
  /** Whether pixels are decoded where hidden data or a signature over them may be. Default true. */
  readonly pixels?: boolean;
}

/**
 * Reads one image file.
 * @throws SeedproofError `file.*` when it cannot be opened, `image.*` when it is no image that we know
 */
export async function readImage(path: string, options: ReadOptions = {}): Promise<FileReading> {
  const file = openFile(path);
  try {
    return await readImageSource(path, file, options);
  } finally {
    file.close();
  }
}

/** Reads an image that is in memory, such as standard input; `name` stands in the result. */
export async function readImageBytes(name: string, bytes: Uint8Array, options: ReadOptions = {}): Promise<FileReading> {
  return readImageSource(name, bytesSource(bytes), options);
}

/** Reads an image from any bytes that can be read by position; `name` stands in the result. Throws as {@link readImage}. */
export async function readImageSource(
  name: string,
  source: ByteSource,
  options: ReadOptions = {},
): Promise<FileReading> {
  const { hash = true } = options;
  const container = walk(source);
  const { accounts: _accounts, ...reading } = readContainer(container);
  const attestations: Attestation[] = [];
  return {
    file: name,
    ...(hash && { sha256: hashOf(source) }),
    bytes: source.size,
    container: container.kind,
    pixels: container.pixels ?? null,
    ...reading,
    blocks: container.blocks.map(shown),
    attestations,
    proves: provesOf(reading.tool, reading.recipe, reading.conflicts, attestations),
  };
}

/** Reads generation data that was pasted or saved as text. */
export function readText(name: string, text: string): FileReading {
  const { accounts: _accounts, ...reading } = readPasted(text);
  const block: Block = { where: "text", key: "", offset: 0, length: Buffer.byteLength(text), encoding: "utf8", text };
  return {
    file: name,
    sha256: createHash("sha256").update(text).digest("hex"),
    bytes: block.length,
    container: "text",
    pixels: null,
    ...reading,
    blocks: [shown(block)],
    attestations: [],
    proves: provesOf(reading.tool, reading.recipe, reading.conflicts, []),
  };
}

/** Pieces of 1 MiB: memory stays flat for a video of any size. */
function hashOf(source: ByteSource): string {
  const hash = createHash("sha256");
  for (let at = 0; at < source.size; at += 1 << 20) hash.update(source.read(at, 1 << 20));
  return hash.digest("hex");
}

function shown({ where, key, offset, length, encoding, text }: Block): ShownBlock {
  return {
    where,
    key,
    offset,
    length,
    encoding: encoding === "binary" ? null : encoding,
    ...(text !== undefined && { text, textSha256: createHash("sha256").update(text).digest("hex") }),
  };
}

const INCOMPLETE: readonly string[] = ["image.cut", "image.malformed", "image.value-malformed", "image.limit"];

/** Whether a finding says that part of the file could not be read. */
export function isIncomplete(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => INCOMPLETE.includes(code));
}
