/** What a file carries beside its pixels, in the forms that PNG, JPEG and WebP all have a place for. */

import { utf8 } from "../base/bytes.ts";
import type { Block } from "./block.ts";
import type { KeyedText } from "./carrier.ts";
import type { Container } from "./container.ts";
import { exifOfSegment, jpegSegments, readJpegData } from "./jpeg-segments.ts";
import { pngChunks } from "./png-chunks.ts";
import type { ByteSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { withoutExifHeader } from "./tiff.ts";
import { riffChunks } from "./webp.ts";

/** Metadata that can be put into another file. */
export interface Metadata {
  /** A TIFF structure, moved whole: offsets inside it count from its own start. */
  readonly exif?: Uint8Array | undefined;
  /** An XMP packet, moved whole. */
  readonly xmp?: Uint8Array | undefined;
  /** Texts that stand under keys of their own. */
  readonly texts: readonly KeyedText[];
  /** Blocks that have no place elsewhere: signed stores, trailers. */
  readonly left: readonly Block[];
}

/**
 * The metadata of a walked file. `container` may hold blocks from the pixels too: their texts are taken over as
 * texts, since pixels that are encoded anew lose them.
 */
export function metadataOf(source: ByteSource, container: Container): Metadata {
  const exif = findExif(source, container);
  const xmp = container.blocks.find(isXmp);
  const rest = container.blocks.filter((block) => block !== xmp && !(exif && IN_EXIF.test(block.where)));
  const isText = (block: Block): boolean => block.text !== undefined && block.encoding !== "binary";
  return {
    exif,
    xmp: xmp && utf8(xmp.text!),
    texts: rest.filter(isText).map(({ where, key, text }) => ({ where: withoutCarrier(where), key, text: text! })),
    left: rest.filter((block) => !isText(block)),
  };
}

/** Blocks that come along inside the EXIF structure. */
const IN_EXIF = /^(?:APP1|eXIf|EXIF)\/EXIF:/;

const XMP_PLACES = new Set(["APP1/XMP", "XMP", "iTXt", "tEXt", "zTXt"]);

/** The XMP packet of a PNG, JPEG or WebP file. Others hold several, or hold it elsewhere: theirs goes as a text. */
const isXmp = ({ where, key, text }: Block): boolean =>
  text !== undefined && XMP_PLACES.has(where) && (key === "xmp" || key === "XML:com.adobe.xmp");

/** Where a text stood before any carrier. */
const withoutCarrier = (where: string): string => where.replace(/^(?:APP15|SEED)\//, "");

function findExif(source: ByteSource, { kind }: Container): Uint8Array | undefined {
  const survey = new Survey(source);
  if (kind === "png") {
    for (const { type, offset, length } of pngChunks(survey)) {
      if (type === "eXIf") return withoutExifHeader(source.read(offset + 8, length));
    }
  } else if (kind === "webp") {
    for (const { type, offset, length } of riffChunks(survey)) {
      if (type === "EXIF") return withoutExifHeader(source.read(offset + 8, length));
    }
  } else if (kind === "jpeg") {
    for (const segment of jpegSegments(survey)) {
      const exif = exifOfSegment(segment.marker, readJpegData(survey, segment));
      if (exif) return exif;
    }
  }
  return undefined;
}
