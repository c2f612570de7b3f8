/** Writing segments into JPEG files. @see ITU-T T.81, annex B; XMP specification part 3, section 1.1.3 */

import { md5 } from "@noble/hashes/legacy.js";
import { concatBytes, toHex, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { JPEG_CARRIER, type KeyedText, packText } from "./carrier.ts";
import { jpegSegments, MARKER } from "./jpeg-segments.ts";
import type { Metadata } from "./metadata.ts";
import { bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { toBe16, toBe32 } from "./uint.ts";

const { APP0, APP1, APP15 } = MARKER;
/** Longest piece of a value in one segment, with room for what stands before it. */
const PIECE = 65_000;
const XMP = "http://ns.adobe.com/xap/1.0/\0";
const EXTENDED_XMP = "http://ns.adobe.com/xmp/extension/\0";

/** The file with the metadata in segments behind its JFIF header. All its own segments stay as they are. */
export function embedJpeg(file: Uint8Array, { exif, xmp, texts }: Omit<Metadata, "left">): Uint8Array {
  const at = behindHeader(file);
  const segments = texts.flatMap((text, i) => carrierSegments(text, i + numberOfCarriers(file)));
  if (xmp) segments.unshift(...xmpSegments(xmp));
  if (exif) segments.unshift(segment(APP1, utf8("Exif\0\0"), exif));
  return concatBytes(file.subarray(0, at), ...segments, file.subarray(at));
}

/** Where the first segment that is no APP0 or APP1 starts: JFIF and EXIF expect to be first. */
function behindHeader(file: Uint8Array): number {
  for (const { marker, offset } of jpegSegments(new Survey(bytesSource(file)))) {
    if (marker !== APP0 && marker !== APP1) return offset;
  }
  return 2;
}

/** Carriers of another writing keep their numbers; ours go on from there. */
function numberOfCarriers(file: Uint8Array): number {
  let count = 0;
  for (const { marker } of jpegSegments(new Survey(bytesSource(file)))) if (marker === APP15) count++;
  return count;
}

function segment(marker: number, ...data: Uint8Array[]): Uint8Array {
  const content = concatBytes(...data);
  return concatBytes(Uint8Array.of(0xff, marker), toBe16(content.length + 2), content);
}

function carrierSegments(text: KeyedText, number: number): Uint8Array[] {
  return pieces(packText(text)).map((piece, part) =>
    segment(APP15, utf8(JPEG_CARRIER), toBe16(number), toBe16(part), piece),
  );
}

function pieces(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / PIECE));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PIECE, (i + 1) * PIECE));
}

/** A packet that is too long for one segment goes as extended XMP, named by its MD5 in a short one. */
function xmpSegments(packet: Uint8Array): Uint8Array[] {
  if (packet.length <= PIECE) return [segment(APP1, utf8(XMP), packet)];
  const digest = toHex(md5(packet)).toUpperCase();
  const head = (at: number): Uint8Array => concatBytes(utf8(EXTENDED_XMP + digest), toBe32(packet.length), toBe32(at));
  return [
    segment(APP1, utf8(XMP), utf8(POINTER.replace("DIGEST", digest))),
    ...pieces(packet).map((piece, i) => segment(APP1, head(i * PIECE), piece)),
  ];
}

/** A segment with a packet. @throws SeedproofError `image.value-too-long` beyond 65,000 bytes */
export function jpegXmpSegment(packet: Uint8Array): Uint8Array {
  if (packet.length > PIECE) {
    throw new SeedproofError("image.value-too-long", `an XMP packet of ${packet.length} bytes needs several segments`);
  }
  return segment(APP1, utf8(XMP), packet);
}

const POINTER =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="DIGEST"/>' +
  "</rdf:RDF></x:xmpmeta>";
