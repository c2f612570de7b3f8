/** Two image files compared on this machine: read, decoded once each, and OpenCV only where the files differ. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { equalBytes, utf8 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { canonicalJson } from "../base/json.ts";
import { fill } from "../base/texts.ts";
import { type CompareOptions, type Comparison, compare, type Side } from "../compare/pair/comparison.ts";
import type { FeatureDetector } from "../compare/pair/features.ts";
import { SHIPPED_CALIBRATION } from "../compare/pair/shipped-calibration.ts";
import { COMPARE_TEXTS } from "../compare/pair/texts.ts";
import { jpegSegments, MARKER, readJpegData } from "../image/jpeg-segments.ts";
import { hashedPixels } from "../image/pixel-hash.ts";
import { luminanceTable, type Quantisation, tellQuantisation } from "../image/quantisation.ts";
import type { Raster } from "../image/raster.ts";
import { bytesSource } from "../image/source.ts";
import { Survey } from "../image/survey.ts";
import { walk } from "../image/walk.ts";
import { readContainer } from "../recipe/reading.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { brotli } from "./brotli.ts";
import { openCvDetector } from "./opencv.ts";
import { decodeStored, decodeViewed, describePixels } from "./pixels.ts";

/** What may be asked beside the verdict; the calibration that is shipped is used unless another is given. */
export type CompareFilesOptions = Partial<Omit<CompareOptions, "detector">>;

/** A file that is in memory. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Compares two files.
 * @throws SeedproofError `file.*`, `image.*` where one cannot be read; `compare.*` as `compare`
 */
export async function compareFiles(a: string, b: string, options: CompareFilesOptions = {}): Promise<Comparison> {
  const [first, second] = await Promise.all(
    [a, b].map(async (name) => ({ name, bytes: new Uint8Array(await readFile(name)) })),
  );
  return compareBytes(first!, second!, options);
}

/** Compares two files that are in memory. Throws as {@link compareFiles}. */
export async function compareBytes(
  a: NamedBytes,
  b: NamedBytes,
  options: CompareFilesOptions = {},
): Promise<Comparison> {
  // OpenCV starts while the pictures are decoded, on other threads; equal files never need it.
  const starting = equalBytes(a.bytes, b.bytes) ? undefined : openCvDetector();
  starting?.catch(() => {});
  const [first, second] = await Promise.all([sideOf(a), sideOf(b)]);
  const detector = (): Promise<FeatureDetector> => starting ?? openCvDetector();
  return compare(first, second, { calibration: SHIPPED_CALIBRATION, ...options, detector });
}

/** Everything that comparing takes from a file. */
export async function sideOf({ name, bytes }: NamedBytes): Promise<Side> {
  const container = walk(bytesSource(bytes), { brotli });
  const [displayed, stored] = await Promise.all([decodeViewed(bytes), decodeStored(bytes)]);
  const { tool, recipe } = readContainer(container);
  const quantisation = container.kind === "jpeg" ? quantisationOf(bytes) : undefined;
  return {
    name,
    sha256: sha256Of(bytes),
    bytes: bytes.length,
    container: container.kind,
    displayed,
    pixelsSha256: sha256Of(...hashedPixels(displayed)),
    storedSha256: sha256Of(
      utf8(`seedproof-stored/1 ${stored.width}x${stored.height}x${stored.channels}\n`),
      stored.data,
    ),
    ...(quantisation && { quantisation }),
    ...(recipe && ownRecipe(tool, recipe)),
    findings: await pixelFindings(name, bytes, displayed),
  };
}

function sha256Of(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** What determines the image but its seeds. A recipe without a seed or a prompt identifies nothing. */
function ownRecipe(tool: string, recipe: Recipe): Pick<Side, "recipe"> {
  const { seed, ...rest } = recipe as Recipe & { readonly seed?: string };
  if (seed === undefined || !recipe.prompt.positive) return {};
  const { prompt, size, models, adapters, mode, clipSkip } = rest as Recipe & { readonly clipSkip?: string };
  const passes = recipe.passes.map(({ seed: _seed, ...pass }) => pass);
  const kept = { tool, prompt, size, models, adapters, mode, clipSkip, passes };
  return { recipe: { rest: canonicalJson(JSON.parse(JSON.stringify(kept))), seed } };
}

function quantisationOf(bytes: Uint8Array): Quantisation | undefined {
  const survey = new Survey(bytesSource(bytes));
  for (const segment of jpegSegments(survey)) {
    const table = segment.marker === MARKER.DQT ? luminanceTable(readJpegData(survey, segment)) : undefined;
    if (table) return tellQuantisation(table);
  }
  return undefined;
}

/** What a reader must know of how the pixels were taken. */
async function pixelFindings(name: string, bytes: Uint8Array, displayed: Raster): Promise<Finding[]> {
  const { frames, bits, cmyk, profile } = await describePixels(bytes);
  const say = (code: keyof typeof COMPARE_TEXTS.findings, is: boolean, values = {}): Finding[] =>
    is
      ? [
          {
            code: `compare.${code}`,
            level: "informs",
            text: fill(COMPARE_TEXTS.findings[code], { file: name, ...values }),
            where: { file: name },
          },
        ]
      : [];
  return [
    ...say("first-frame", frames > 1, { frames }),
    ...say("eight-bits", bits > 8, { bits }),
    ...say("on-white", isTransparent(displayed)),
    ...say("cmyk", cmyk),
    ...say("profile-applied", profile && !cmyk),
  ];
}

function isTransparent({ channels, data }: Raster): boolean {
  if (channels === 1 || channels === 3) return false;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true;
  return false;
}
