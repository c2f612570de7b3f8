/** PNG and APNG: text, EXIF, C2PA and ComfyUI chunks, wherever they stand. @see ISO 15948 (PNG), third edition */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Container, Pixels } from "./container.ts";
import { crc32 } from "./crc32.ts";
import { noteProfile } from "./icc.ts";
import { FRAME, type PngChunk, pngChunks, SIGNATURE } from "./png-chunks.ts";
import { readRawProfile } from "./raw-profile.ts";
import { type ByteSource, bytesSource } from "./source.ts";
import { type Place, Survey } from "./survey.ts";
import { decodeText, withoutNuls } from "./text.ts";
import { readTiff, withoutExifHeader } from "./tiff.ts";
import { listTrailer } from "./trailer.ts";
import { be32 } from "./uint.ts";

/** @throws SeedproofError `image.truncated` when the file ends before its size in pixels */
export function walkPng(source: ByteSource): Container {
  const survey = new Survey(source);
  const pixels = readSize(source);
  let animated = false;
  let afterPixels = false;
  // Colour types 4 and 6 of the PNG specification, section 11.2.1; a palette's transparency cannot carry single bits.
  const alpha = (source.read(SIGNATURE + 17, 1)[0]! & 4) !== 0;
  let afterPixelsAt: PngChunk | undefined;
  for (const chunk of pngChunks(survey)) {
    if (chunk.type === "IDAT") afterPixels = true;
    else if (chunk.type === "acTL") animated = true;
    else if (chunk.type === "IEND") listTrailer(survey, chunk.offset + FRAME);
    else if (chunk.type in READERS) {
      if (afterPixels && BEFORE_PIXELS.has(chunk.type)) afterPixelsAt ??= chunk;
      const data = readData(survey, chunk);
      if (data) READERS[chunk.type]!(survey, chunk, data, afterPixels);
    }
  }
  if (afterPixelsAt) survey.note("image.after-pixels", afterPixelsAt.offset, { what: afterPixelsAt.type });
  return { kind: "png", pixels, animated, lossless: true, alpha, blocks: survey.blocks, findings: survey.findings };
}

function readSize(source: ByteSource): Pixels {
  const head = source.read(SIGNATURE, 25);
  if (head.length < 25) {
    throw new SeedproofError("image.truncated", "the PNG file ends inside its header", {
      where: { byte: source.size },
    });
  }
  return { width: be32(head, 8), height: be32(head, 12) };
}

/** A chunk's data, unless it is too long; a wrong checksum is noted and the data read all the same. */
function readData(survey: Survey, chunk: PngChunk): Uint8Array | undefined {
  if (!survey.spend(chunk.length, chunk.offset, chunk.type)) return undefined;
  const framed = survey.source.read(chunk.offset + 4, chunk.length + 8);
  const data = framed.subarray(4, 4 + chunk.length);
  if (
    framed.length === chunk.length + 8 &&
    crc32(framed.subarray(0, 4 + chunk.length)) !== be32(framed, 4 + chunk.length)
  ) {
    survey.note("image.bad-crc", chunk.offset, { what: chunk.type });
  }
  return data;
}

type ChunkReader = (survey: Survey, chunk: PngChunk, data: Uint8Array, afterPixels: boolean) => void;

const READERS: Readonly<Record<string, ChunkReader>> = {
  tEXt: readLatin1Text,
  zTXt: readCompressedText,
  iTXt: readInternationalText,
  comf: readComfy,
  eXIf: (survey, chunk, data) => {
    readTiff(survey, bytesSource(withoutExifHeader(data)), { outer: "eXIf/", offset: chunk.offset });
  },
  iCCP: readProfile,
  caBX: (survey, chunk, data, afterPixels) => survey.binary(placeOf(chunk, "c2pa", afterPixels), data),
};

/** Chunks that only text and EXIF editors put behind the pixels; ComfyUI puts its own there. */
const BEFORE_PIXELS = new Set(["tEXt", "zTXt", "iTXt", "eXIf"]);

function placeOf(chunk: PngChunk, key: string, afterPixels: boolean): Place {
  const { type: where, offset, length } = chunk;
  return { where, key, offset, length, ...(afterPixels ? { afterPixels } : {}) };
}

/** A keyword and the index behind its NUL; a chunk without NUL is all keyword. */
function keyword(data: Uint8Array, from = 0): { key: string; end: number } {
  const nul = data.indexOf(0, from);
  const end = nul < 0 ? data.length : nul;
  return { key: fromLatin1(data.subarray(from, end)), end: end + 1 };
}

/** ImageMagick writes the file times of each re-saving under these keys: a trace of it, no metadata of the image. */
const IMAGEMAGICK_DATE = /^date:(create|modify|timestamp)$/;

function readLatin1Text(survey: Survey, chunk: PngChunk, data: Uint8Array, afterPixels: boolean): void {
  const { key, end } = keyword(data);
  const value = data.subarray(end);
  const place = placeOf(chunk, key, afterPixels);
  if (IMAGEMAGICK_DATE.test(key)) {
    survey.note("image.imagemagick", chunk.offset, { key, value: decodeText(value).text.slice(0, 64) });
  } else {
    survey.text(afterPixels ? { ...place, where: "tEXt(after IDAT)" } : place, value);
    readRawProfile(survey, place, value);
  }
}

function readCompressedText(survey: Survey, chunk: PngChunk, data: Uint8Array, afterPixels: boolean): void {
  const { key, end } = keyword(data);
  const place = placeOf(chunk, key, afterPixels);
  const text = survey.inflate(place, data.subarray(end + 1));
  if (text) {
    survey.text(place, text);
    readRawProfile(survey, place, text);
  } else {
    survey.binary(place, data);
  }
}

/** Keyword, compression flag and method, language, translated keyword, text. @see ISO 15948, 11.3.3.4 */
function readInternationalText(survey: Survey, chunk: PngChunk, data: Uint8Array, afterPixels: boolean): void {
  const { key, end } = keyword(data);
  const place = placeOf(chunk, key, afterPixels);
  const language = keyword(data, end + 2);
  const stored = data.subarray(keyword(data, language.end).end);
  const value = data[end] === 1 ? survey.inflate(place, stored) : stored;
  const text = value && fromUtf8(value);
  if (!value) survey.binary(place, data);
  else if (text === undefined) survey.text(place, value);
  else survey.textAs(place, "utf8", withoutNuls(text));
}

/** A name, and the profile in zlib. */
function readProfile(survey: Survey, chunk: PngChunk, data: Uint8Array): void {
  const { key, end } = keyword(data);
  const profile = survey.inflate(placeOf(chunk, key, false), data.subarray(end + 1));
  if (profile) noteProfile(survey, chunk.offset, profile, key);
}

/** ComfyUI's SaveAnimatedPNG: `prompt\0{…}` or `workflow\0{…}` in latin-1, behind the first frame's pixels. */
function readComfy(survey: Survey, chunk: PngChunk, data: Uint8Array, afterPixels: boolean): void {
  const { key, end } = keyword(data);
  survey.text(placeOf(chunk, key, afterPixels), data.subarray(end));
}
