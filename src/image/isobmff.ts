/** Files made of boxes: AVIF and HEIC images, MP4 and QuickTime videos. @see ISO 14496-12; ISO 23008-12 (HEIF) */

import { boxes } from "./boxes.ts";
import type { Container, ContainerKind, Pixels } from "./container.ts";
import { readHeifMeta } from "./heif.ts";
import { readMovie } from "./movie.ts";
import { readSideBox } from "./side-box.ts";
import type { ByteSource } from "./source.ts";
import { Survey, type WalkOptions } from "./survey.ts";
import { fourCc } from "./uint.ts";

const BRANDS: Readonly<Record<string, ContainerKind>> = {
  avif: "avif",
  avis: "avif",
  heic: "heic",
  heix: "heic",
  heim: "heic",
  heis: "heic",
  hevc: "heic",
  hevx: "heic",
};

/** The kind that an `ftyp` box names: its first brand that says more than that it is an image, else a video. */
export function kindOfBrands(ftyp: Uint8Array): ContainerKind {
  const brands = [fourCc(ftyp, 8)];
  for (let at = 16; at + 4 <= ftyp.length; at += 4) brands.push(fourCc(ftyp, at));
  const named = brands.map((brand) => BRANDS[brand]).find(Boolean);
  return named ?? (brands.includes("mif1") || brands.includes("msf1") ? "heic" : "mp4");
}

/** Walks an AVIF, HEIC, MP4 or QuickTime file. Media data are stepped over. */
export function walkIsobmff(source: ByteSource, options: WalkOptions = {}): Container {
  const survey = new Survey(source, options);
  let kind: ContainerKind = "mp4";
  let pixels: Pixels | undefined;
  let animated = false;
  for (const box of boxes(survey, 0, source.size)) {
    if (box.type === "ftyp") kind = kindOfBrands(source.read(box.offset, Math.min(box.end - box.offset, 256)));
    else if (box.type === "meta") pixels = readHeifMeta(survey, box) ?? pixels;
    else if (box.type === "moov") {
      animated = true;
      pixels ??= readMovie(survey, box);
    } else readSideBox(survey, box);
  }
  return { kind, pixels, animated, lossless: false, alpha: false, blocks: survey.blocks, findings: survey.findings };
}
