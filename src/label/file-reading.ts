/** Reading an image file: everything that the public interface calls a reading, from its bytes and what a host can do. */

import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Block } from "../image/block.ts";
import type { Container, ContainerKind, Pixels } from "../image/container.ts";
import { checkPixelSums } from "../image/png-chunks.ts";
import type { Raster } from "../image/raster.ts";
import type { ByteSource } from "../image/source.ts";
import { announcesStealth, readStealth, stealthCorner } from "../image/stealth.ts";
import type { WalkOptions } from "../image/survey.ts";
import { walk } from "../image/walk.ts";
import type { FoundModel } from "../model/find.ts";
import { type Attestation, type Proves, provesOf } from "../recipe/proves.ts";
import { type Reading, readContainer, readPasted } from "../recipe/reading.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { reproducibilityWith } from "../recipe/reproducibility.ts";
import { attest, needsPixels } from "./attestations.ts";
import type { NewHasher } from "./c2pa.ts";
import type { CredentialsReport } from "./credentials.ts";
import type { Labels } from "./labels.ts";
import type { Ed25519 } from "./novelai-signature.ts";

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

/** Where the models that a recipe names are looked for. */
export interface ModelFinder {
  find(recipe: Recipe): {
    readonly models: readonly FoundModel[];
    readonly adapters: readonly FoundModel[];
    readonly findings: readonly Finding[];
  };
}

/** What a host does for a reading. */
export interface ReadingHost {
  /** The samples as stored of the upper left corner, and of the whole image. */
  readonly corner: (size: Pixels) => Promise<Raster>;
  readonly stored: () => Promise<Raster>;
  readonly brotli?: WalkOptions["brotli"];
  readonly newHasher?: NewHasher;
  readonly verifyEd25519?: Ed25519;
  /** Validates a walked file's Content Credentials; `undefined` where it has none. @param anchors - PEM of those whom the reader believes */
  readonly validateCredentials?: (
    container: Container,
    source: ByteSource,
    anchors: string | undefined,
  ) => Promise<CredentialsReport | undefined>;
}

/** How much of a file is looked at. */
export interface ReadOptions {
  /** SHA-256 of the file, which reads all of it. Default true. */
  readonly hash?: boolean;
  /** Whether pixels are decoded where hidden data or a signature over them may be. Default true. */
  readonly pixels?: boolean;
  /** Whether the signatures of Content Credentials are checked, which reads all of a file that has some. Default: as `hash`. */
  readonly credentials?: boolean;
  /** PEM of those whom the reader believes to sign credentials. */
  readonly anchors?: string | undefined;
  readonly models?: ModelFinder | undefined;
}

/**
 * Reads an image from any bytes that can be read by position; `name` stands in the result.
 * @param hashOf - lower-case hex SHA-256 of the whole source
 * @throws SeedproofError `image.*` when it is no image that we know
 */
export async function readFileSource(
  name: string,
  source: ByteSource,
  host: ReadingHost & { readonly hashOf: (source: ByteSource) => string },
  options: ReadOptions = {},
): Promise<FileReading> {
  const { hash = true, pixels = true, credentials = hash, anchors } = options;
  const walked = walk(source, host.brotli ? { brotli: host.brotli } : {});
  const decode = pixels && walked.lossless ? once(host) : undefined;
  const container = decode ? await withHidden(walked, decode) : walked;
  const reading = readContainer(container);
  const signed = decode && needsPixels(reading, container) ? await quietly(decode.stored) : undefined;
  const { attestations, labels, findings } = attest({
    container,
    reading,
    pixels: signed,
    ...(host.verifyEd25519 && { verifyEd25519: host.verifyEd25519 }),
    source: hash ? source : undefined,
    ...(host.newHasher && { newHasher: host.newHasher }),
    credentials: credentials ? await host.validateCredentials?.(container, source, anchors) : undefined,
  });
  const { accounts: _accounts, ...rest } = reading;
  const sums = hash && container.kind === "png" ? checkPixelSums(source) : [];
  const found = reading.recipe && options.models?.find(reading.recipe);
  return {
    file: name,
    ...(hash && { sha256: host.hashOf(source) }),
    bytes: source.size,
    container: container.kind,
    pixels: container.pixels ?? null,
    ...rest,
    ...(found && { reproducibility: reproducibilityWith(reading.tool, reading.recipe!, found) }),
    findings: [...reading.findings, ...sums, ...findings, ...(found?.findings ?? [])],
    blocks: container.blocks.map(shown),
    attestations,
    labels,
    proves: provesOf(reading.tool, reading.recipe, reading.conflicts, attestations),
  };
}

/** Reads generation data that was pasted or saved as text. */
export function readText(name: string, text: string): FileReading {
  const { accounts: _accounts, ...reading } = readPasted(text);
  const block: Block = { where: "text", key: "", offset: 0, length: utf8(text).length, encoding: "utf8", text };
  return {
    file: name,
    sha256: sha256Hex(text),
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

type Decoder = Pick<ReadingHost, "corner" | "stored">;

/** The whole image is decoded at most once. */
function once({ corner, stored }: Decoder): Decoder {
  let kept: Promise<Raster> | undefined;
  return {
    corner,
    stored: () => {
      kept ??= stored();
      return kept;
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

function shown({ where, key, offset, length, encoding, text }: Block): ShownBlock {
  return {
    where,
    key,
    offset,
    length,
    encoding: encoding === "binary" ? null : encoding,
    ...(text !== undefined && { text, textSha256: sha256Hex(text) }),
  };
}

const INCOMPLETE: readonly string[] = ["image.cut", "image.malformed", "image.value-malformed", "image.limit"];

/** Whether a finding says that part of the file could not be read. */
export function isIncomplete(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => INCOMPLETE.includes(code));
}
