/** Images of the embedded engine as files: pixels, the recipe in A1111's text and in our block, and what they are. */

import { existsSync, mkdirSync } from "node:fs";
import { extname, join, parse } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import { generate } from "../engine/pipeline.ts";
import { toRaster } from "../engine/pixels.ts";
import type { GenerateRequest, Hooks } from "../engine/request.ts";
import { type RecipeParts, recipeOf } from "../engine/to-recipe.ts";
import { embed } from "../image/embed.ts";
import { encodePng } from "../image/encode-png.ts";
import { pixelHash } from "../image/pixel-hash.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { ownBlock, SEEDPROOF_KEY } from "../recipe/seedproof.ts";
import { writeInfotext } from "../recipe/write-infotext.ts";
import type { EmbeddedEngine } from "./embedded.ts";
import { writeOutput } from "./output-file.ts";

/** One image that was written. */
export interface GeneratedFile {
  readonly file: string;
  readonly sha256: string;
  readonly pixelsSha256: string;
  readonly seed: string;
  /** From the end of the image before it, model loading included for the first. */
  readonly seconds: number;
  readonly recipe: Recipe;
}

/** Where images go. */
export interface Destination {
  /** A folder, or a file where it ends in `.png`; further images of a file get numbers. */
  readonly output: string;
  /** Whether files that are there may be written over. */
  readonly force: boolean;
}

/** The XMP packet that names the image as made by a trained model. @see IPTC Photo Metadata Standard, Digital Source Type */
const XMP =
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><Iptc4xmpExt:DigitalSourceType>' +
  "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>" +
  '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';

/**
 * Draws a request and writes each image as soon as it is there, whole or not at all.
 * @throws SeedproofError `file.exists`, and what `generate` throws
 */
export async function* generateFiles(
  engine: EmbeddedEngine,
  request: GenerateRequest,
  parts: Omit<RecipeParts, "fingerprint">,
  destination: Destination,
  hooks: Hooks = {},
): AsyncGenerator<GeneratedFile> {
  const fingerprint = engine.fingerprint({ noise: request.source, dialect: request.dialect });
  let since = performance.now();
  for await (const { image, seed, pixels } of generate(engine.model, request, hooks)) {
    const recipe = recipeOf(request, image, { ...parts, fingerprint });
    const raster = toRaster(pixels, "truncate");
    const bytes = withRecipe(encodePng(raster), recipe);
    const file = writeImage(destination, image, seed, bytes);
    const seconds = (performance.now() - since) / 1000;
    since = performance.now();
    yield { file, sha256: sha256Hex(bytes), pixelsSha256: pixelHash(raster), seed: String(seed), seconds, recipe };
  }
}

function withRecipe(png: Uint8Array, recipe: Recipe): Uint8Array {
  const texts = [
    { where: "tEXt", key: "parameters", text: writeInfotext(recipe).text },
    { where: "tEXt", key: SEEDPROOF_KEY, text: ownBlock(recipe, "generated") },
  ];
  return embed(png, { texts, xmp: utf8(XMP) });
}

function writeImage({ output, force }: Destination, image: number, seed: bigint, bytes: Uint8Array): string {
  const isFile = extname(output).toLowerCase() === ".png";
  if (!isFile) mkdirSync(output, { recursive: true });
  const { dir, name } = parse(output);
  const numbered = image === 0 ? output : join(dir, `${name}-${image + 1}.png`);
  const file = isFile ? numbered : freeName(output, seed, force);
  writeOutput(file, bytes, force);
  return file;
}

/** In a folder nothing is written over: `SEED.png`, else `SEED-2.png` … */
function freeName(folder: string, seed: bigint, force: boolean): string {
  let file = join(folder, `${seed}.png`);
  for (let n = 2; !force && existsSync(file); n++) file = join(folder, `${seed}-${n}.png`);
  return file;
}
