/** Reading an image file: everything that INTERFACE calls a reading, from one path. */

import { createHash } from "node:crypto";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Block } from "../image/block.ts";
import type { Container, ContainerKind, Pixels } from "../image/container.ts";
import { checkPixelSums } from "../image/png-chunks.ts";
import type { Raster } from "../image/raster.ts";
import { type ByteSource, bytesSource } from "../image/source.ts";
import { announcesStealth, readStealth, stealthCorner } from "../image/stealth.ts";
import { walk } from "../image/walk.ts";
import { attest, needsPixels } from "../label/attestations.ts";
import type { Hasher } from "../label/c2pa.ts";
import type { Labels } from "../label/labels.ts";
import type { FoundModel } from "../model/find.ts";
import { type Attestation, type Proves, provesOf } from "../recipe/proves.ts";
import { type Reading, readContainer, readPasted } from "../recipe/reading.ts";
import { type Reproducibility, reproducibilityOf } from "../recipe/reproducibility.ts";
import { brotli } from "./brotli.ts";
import { openFile } from "./files.ts";
import { nodeVerify } from "./ledger-folder.ts";
import type { ModelFolder, ModelsFound } from "./model-folder.ts";
import { decodeCorner, decodeStored, type ImageInput } from "./pixels.ts";

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
  /** What the file says of its origin, as it says it. */
  readonly labels: Labels;
  readonly proves: Proves;
}

/** How much of a file is looked at. */
export interface ReadOptions {
  /** SHA-256 of the file, which reads all of it. Default true. */
  readonly hash?: boolean;
  /** Whether pixels are decoded where hidden data or a signature over them may be. Default true. */
  readonly pixels?: boolean;
  /** Where the models that a recipe names are looked for. */
  readonly models?: ModelFolder | undefined;
}

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
  const { hash = true, pixels = true } = options;
  const walked = walk(source, { brotli });
  const decode = pixels && walked.lossless ? decoder(input ?? source) : undefined;
  const container = decode ? await withHidden(walked, decode) : walked;
  const reading = readContainer(container);
  const signed = decode && needsPixels(reading, container) ? await quietly(decode.stored) : undefined;
  const { attestations, labels, findings } = attest({
    container,
    reading,
    pixels: signed,
    // OpenSSL is a hundred times quicker over megabytes of pixels than the portable code.
    verifyEd25519: (signature, message, publicKey) => nodeVerify(publicKey, message, signature),
    source: hash ? source : undefined,
    newHasher,
  });
  const { accounts: _accounts, ...rest } = reading;
  const sums = hash && container.kind === "png" ? checkPixelSums(source) : [];
  const found = reading.recipe && options.models?.find(reading.recipe);
  return {
    file: name,
    ...(hash && { sha256: hashOf(source) }),
    bytes: source.size,
    container: container.kind,
    pixels: container.pixels ?? null,
    ...rest,
    ...(found && { reproducibility: withModels(reading, found) }),
    findings: [...reading.findings, ...sums, ...findings, ...(found?.findings ?? [])],
    blocks: container.blocks.map(shown),
    attestations,
    labels,
    proves: provesOf(reading.tool, reading.recipe, reading.conflicts, attestations),
  };
}

/** What is missing when these models are at hand. A file of the right name counts where the recipe gives no hash. */
function withModels({ tool, recipe }: Reading, { models, adapters }: ModelsFound): Reproducibility {
  const here = (found: readonly FoundModel[]): boolean => found.every(({ by }) => by === "hash" || by === "name");
  return reproducibilityOf(tool, recipe!, { models: models.length > 0 && here(models), adapters: here(adapters) });
}

/** Decoding of one image, each form at most once. */
interface Decoder {
  readonly corner: (size: Pixels) => Promise<Raster>;
  readonly stored: () => Promise<Raster>;
}

function decoder(input: ImageInput | ByteSource): Decoder {
  const image = typeof input === "string" || input instanceof Uint8Array ? input : input.read(0, input.size);
  let stored: Promise<Raster> | undefined;
  return {
    corner: (size) => decodeCorner(image, size),
    stored: () => {
      stored ??= decodeStored(image);
      return stored;
    },
  };
}

/**
 * The container with the blocks that are hidden in its pixels. Pixels with alpha are always looked at; others, where
 * hiding is rare, only when no text tells a recipe.
 */
async function withHidden(container: Container, { corner, stored }: Decoder): Promise<Container> {
  const { alpha, pixels, blocks } = container;
  if (!pixels || pixels.width * pixels.height === 0) return container;
  if (!alpha && readContainer(container).status === "recipe") return container;
  const first = await quietly(() => corner(stealthCorner(pixels)));
  const raster = first && announcesStealth(first) ? await quietly(stored) : undefined;
  if (!raster) return container;
  const hidden = readStealth(raster);
  return { ...container, blocks: [...blocks, ...hidden.blocks], findings: [...container.findings, ...hidden.findings] };
}

/** Pixels that cannot be decoded hide nothing that we could read; what is wrong with the file its walker has said. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SeedproofError) return undefined;
    throw error;
  }
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
    labels: { credentials: [], aigc: [], iptc: [] },
    proves: provesOf(reading.tool, reading.recipe, reading.conflicts, []),
  };
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
