/** Converting an image to another container with all that it says about itself. */

import { SeedproofError } from "../base/errors.ts";
import type { Block } from "../image/block.ts";
import type { Container } from "../image/container.ts";
import { adapted, embed, hasC2pa, type WritableKind } from "../image/embed.ts";
import { metadataOf } from "../image/metadata.ts";
import { bytesSource } from "../image/source.ts";
import { readStealth } from "../image/stealth.ts";
import { walk } from "../image/walk.ts";
import { brotli } from "./brotli.ts";
import { decodeStored, PIXEL_LIMITS } from "./pixels.ts";

/** How the pixels are written. */
export interface ConvertOptions {
  /** 1 to 100, for JPEG and for WebP from a lossy source. Default 95. */
  readonly quality?: number;
  /** Convert although the file holds Content Credentials, which the new file cannot have. Default false. */
  readonly leaveCredentials?: boolean;
}

/** A converted file. */
export interface Converted {
  readonly bytes: Uint8Array;
  /** Blocks that the new file could not take over: Content Credentials, bytes behind the image. */
  readonly left: readonly Block[];
}

/**
 * The image in another container. Texts keep every byte; EXIF and XMP move whole. PNG and lossless WebP keep the
 * samples where the source has them; what was hidden in pixels becomes a text where they do not keep it.
 * @throws SeedproofError `image.signed`, `image.animated`, and as `walk` and `decodeStored`
 */
export async function convertImage(
  file: Uint8Array,
  to: WritableKind,
  options: ConvertOptions = {},
): Promise<Converted> {
  const source = bytesSource(file);
  const walked = walk(source, { brotli });
  if (hasC2pa(walked) && !options.leaveCredentials) {
    throw new SeedproofError("image.signed", "the file holds Content Credentials, which no other file can take over");
  }
  if (walked.animated) throw new SeedproofError("image.animated", "a file with several frames is not converted");
  const container = to === "jpeg" && walked.lossless ? await withHidden(file, walked) : walked;
  const metadata = metadataOf(source, container);
  const userComment = container.blocks.find(({ key }) => key === "UserComment")?.text;
  const pixels = await encode(file, to, walked, options.quality ?? 95);
  return { bytes: embed(pixels, adapted(metadata, to, userComment)), left: metadata.left };
}

async function withHidden(file: Uint8Array, container: Container): Promise<Container> {
  const { blocks } = readStealth(await decodeStored(file));
  return { ...container, blocks: [...container.blocks, ...blocks] };
}

/** The pixels alone, as stored, with their colour profile: the orientation stays a matter of the EXIF that moves along. */
async function encode(
  file: Uint8Array,
  to: WritableKind,
  { lossless }: Container,
  quality: number,
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const image = sharp(file, { limitInputPixels: PIXEL_LIMITS.pixels }).keepIccProfile();
  const encoded = {
    png: () => image.png(),
    webp: () => image.webp(lossless ? { lossless: true, exact: true } : { quality }),
    jpeg: () => image.flatten({ background: "white" }).jpeg({ quality, chromaSubsampling: "4:4:4" }),
  };
  try {
    return await encoded[to]().toBuffer();
  } catch (cause) {
    throw new SeedproofError("image.pixels-malformed", "the pixels of the image cannot be decoded", { cause });
  }
}
