/** What walking a file gives: its kind, its measured size in pixels, its blocks, and traces of its history. */

import type { Finding } from "../base/findings.ts";
import type { Block } from "./block.ts";

/** File kinds, told by content, never by extension. */
export type ContainerKind =
  | "png"
  | "jpeg"
  | "webp"
  | "gif"
  | "avif"
  | "heic"
  | "jxl"
  | "mp4"
  | "webm"
  | "tiff"
  | "unknown";

/** Width and height in pixels as the container states them, before any orientation is applied. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** A walked file. */
export interface Container {
  readonly kind: ContainerKind;
  readonly pixels: Pixels | undefined;
  /** Whether the file has more than one frame. */
  readonly animated: boolean;
  /** Whether decoded pixels can carry data in their low bits: PNG, or WebP in its lossless form. */
  readonly lossless: boolean;
  /** Whether a lossless file has an alpha channel. */
  readonly alpha: boolean;
  readonly blocks: readonly Block[];
  /** Structure of the file that tells of its history: re-saving, cuts, bad checksums, data out of place. */
  readonly findings: readonly Finding[];
}
