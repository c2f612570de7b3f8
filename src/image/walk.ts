/** Walking a file: its kind is told by its bytes, never by its name, and each kind has its walker. */

import { SeedproofError } from "../base/errors.ts";
import type { Container, ContainerKind } from "./container.ts";
import { walkJpeg } from "./jpeg.ts";
import { walkPng } from "./png.ts";
import type { ByteSource } from "./source.ts";
import { be16, be32, fourCc } from "./uint.ts";
import { walkWebp } from "./webp.ts";

const WALKERS: Partial<Record<ContainerKind, (source: ByteSource) => Container>> = {
  png: walkPng,
  jpeg: walkJpeg,
  webp: walkWebp,
};

/**
 * The blocks, the size and the traces of a file. Pixels are not decoded, and only the few bytes that metadata take
 * are read. A damaged file gives what stands before the damage, and a finding that says where it is.
 * @throws SeedproofError `image.empty`, `image.unknown-kind`; `image.truncated` when not even its size can be told
 */
export function walk(source: ByteSource): Container {
  if (source.size === 0) throw new SeedproofError("image.empty", "the file is empty", { where: { byte: 0 } });
  const walker = WALKERS[sniff(source.read(0, 32))];
  if (!walker) throw new SeedproofError("image.unknown-kind", "the file is no image or video that is known here");
  return walker(source);
}

/** The kind of a file by its first 32 bytes. */
export function sniff(head: Uint8Array): ContainerKind {
  const magic = be32(head, 0);
  if (magic === 0x89504e47 && be32(head, 4) === 0x0d0a1a0a) return "png";
  if (magic >>> 8 === 0xffd8ff) return "jpeg";
  if (fourCc(head, 0) === "RIFF" && fourCc(head, 8) === "WEBP") return "webp";
  if (be16(head, 0) === 0xff0a) return "jxl";
  return "unknown";
}
