/** Walking a file: its kind is told by its bytes, never by its name, and each kind has its walker. */

import { SeedproofError } from "../base/errors.ts";
import type { Container, ContainerKind } from "./container.ts";
import { walkEbml } from "./ebml.ts";
import { walkGif } from "./gif.ts";
import { historyOf } from "./history.ts";
import { kindOfBrands, walkIsobmff } from "./isobmff.ts";
import { walkJpeg } from "./jpeg.ts";
import { walkJxl } from "./jxl.ts";
import { walkPng } from "./png.ts";
import type { ByteSource } from "./source.ts";
import type { WalkOptions } from "./survey.ts";
import { walkTiff } from "./tiff.ts";
import { be16, be32, fourCc } from "./uint.ts";
import { walkWebp } from "./webp.ts";

type Walker = (source: ByteSource, options: WalkOptions) => Container;

const WALKERS: Readonly<Record<Exclude<ContainerKind, "unknown">, Walker>> = {
  png: walkPng,
  jpeg: walkJpeg,
  webp: walkWebp,
  gif: walkGif,
  avif: walkIsobmff,
  heic: walkIsobmff,
  mp4: walkIsobmff,
  jxl: walkJxl,
  webm: walkEbml,
  tiff: walkTiff,
};

/**
 * The blocks, the size and the traces of a file. Pixels are not decoded, and only the few bytes that metadata take
 * are read. A damaged file gives what stands before the damage, and a finding that says where it is.
 * @throws SeedproofError `image.empty`, `image.unknown-kind`; `image.truncated` when not even its size can be told
 */
export function walk(source: ByteSource, options: WalkOptions = {}): Container {
  if (source.size === 0) throw new SeedproofError("image.empty", "the file is empty", { where: { byte: 0 } });
  const kind = sniff(source.read(0, 256));
  if (kind === "unknown") {
    throw new SeedproofError("image.unknown-kind", "the file is no image or video that is known here");
  }
  const container = WALKERS[kind](source, options);
  return { ...container, findings: [...container.findings, ...historyOf(container.blocks)] };
}

/** Boxes that QuickTime files older than `ftyp` start with. */
const QUICKTIME = new Set(["moov", "mdat", "wide", "free", "skip"]);

/** The kind of a file by its first 256 bytes, or as many as there are. */
export function sniff(head: Uint8Array): ContainerKind {
  const magic = be32(head, 0);
  if (magic === 0x89504e47 && be32(head, 4) === 0x0d0a1a0a) return "png";
  if (magic >>> 8 === 0xffd8ff) return "jpeg";
  if (fourCc(head, 0) === "RIFF" && fourCc(head, 8) === "WEBP") return "webp";
  if (fourCc(head, 0) === "GIF8") return "gif";
  if (be16(head, 0) === 0xff0a || (magic === 12 && fourCc(head, 4) === "JXL ")) return "jxl";
  if (magic === 0x49492a00 || magic === 0x4d4d002a) return "tiff";
  if (magic === 0x1a45dfa3) return "webm";
  if (fourCc(head, 4) === "ftyp") return kindOfBrands(head.subarray(0, magic));
  if (QUICKTIME.has(fourCc(head, 4))) return "mp4";
  return "unknown";
}
