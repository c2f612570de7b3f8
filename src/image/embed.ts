/**
 * Writing metadata into a file by editing its container: pixels and every chunk that is there keep their bytes.
 *
 * | | PNG | JPEG | WebP |
 * |---|---|---|---|
 * | EXIF | `eXIf` | APP1 | `EXIF` |
 * | XMP | `iTXt` `XML:com.adobe.xmp` | APP1, with extended XMP beyond 64 KiB | `XMP ` |
 * | text with a key | `tEXt`, or `iTXt` where it is not ASCII | APP15 carrier | `SEED` carrier |
 */

import { SeedproofError } from "../base/errors.ts";
import type { KeyedText } from "./carrier.ts";
import type { Container, ContainerKind } from "./container.ts";
import { embedJpeg } from "./embed-jpeg.ts";
import { embedPng } from "./embed-png.ts";
import { embedWebp } from "./embed-webp.ts";
import { atLabels, readJumbf } from "./jumbf.ts";
import type { Metadata } from "./metadata.ts";
import { bytesSource } from "./source.ts";
import { makeExif } from "./tiff-write.ts";
import { walk } from "./walk.ts";

/** Containers that metadata can be written into. */
export type WritableKind = "png" | "jpeg" | "webp";

const WRITERS = { png: embedPng, jpeg: embedJpeg, webp: embedWebp } as const;

/** Whether metadata can be written into files of this kind. */
export const isWritable = (kind: ContainerKind): kind is WritableKind => kind in WRITERS;

/** Whether a file holds Content Credentials, which any change of its bytes would break. */
export function hasC2pa({ blocks }: Container): boolean {
  return blocks.some(({ key, bytes }) => {
    if (key === "c2pa") return true;
    return key === "jumbf" && bytes !== undefined && atLabels(readJumbf(bytes), "c2pa") !== undefined;
  });
}

/** What to put into a file. */
export type Additions = Partial<Pick<Metadata, "exif" | "xmp" | "texts">>;

const DAMAGED = new Set(["image.cut", "image.malformed", "image.limit"]);

/**
 * The file with these metadata beside those that it has.
 * @throws SeedproofError `image.signed` when it holds Content Credentials · `image.not-writable` when it is no PNG,
 * JPEG or WebP, or damaged · `image.metadata-exists` when it has EXIF or XMP and more is to be added · what `walk` throws
 */
export function embed(file: Uint8Array, additions: Additions): Uint8Array {
  const container = walk(bytesSource(file));
  const { kind, blocks } = container;
  refuseUnwritable(container);
  const exists =
    (additions.exif && hasExif(container)) || (additions.xmp && blocks.some(({ key }) => /xmp$/i.test(key)));
  if (exists) throw new SeedproofError("image.metadata-exists", "the file has EXIF or XMP of its own");
  return WRITERS[kind as WritableKind](file, {
    exif: additions.exif,
    xmp: additions.xmp,
    texts: additions.texts ?? [],
  });
}

/** @throws SeedproofError `image.signed`, `image.not-writable`, as {@link embed} */
export function refuseUnwritable(container: Container): void {
  if (hasC2pa(container)) {
    throw new SeedproofError("image.signed", "the file holds Content Credentials, which writing into it would break");
  }
  if (!isWritable(container.kind) || container.findings.some(({ code }) => DAMAGED.has(code))) {
    throw new SeedproofError("image.not-writable", `metadata cannot be written into this ${container.kind} file`);
  }
}

/**
 * The file with these texts beside those that it has, also where programs look for them (see {@link adapted}) when
 * the file has no EXIF yet. @throws SeedproofError as {@link embed}
 */
export function writeTexts(file: Uint8Array, texts: readonly Pick<KeyedText, "key" | "text">[]): Uint8Array {
  const container = walk(bytesSource(file));
  const { kind } = container;
  const metadata: Metadata = { texts: texts.map((text) => ({ where: "seedproof", ...text })), left: [] };
  const copies = isWritable(kind) && kind !== "png" && !hasExif(container);
  return embed(file, copies ? adapted(metadata, kind, undefined) : metadata);
}

const hasExif = ({ blocks }: Container): boolean => blocks.some(({ where }) => where.includes("EXIF:"));

/**
 * Metadata as programs look for them in files of the other kind. Nothing is taken away; what is added are copies:
 *
 * - Into JPEG and WebP without EXIF, `parameters` that are an infotext or SwarmUI's JSON go as the UserComment, where
 *   A1111's family and SwarmUI put them; into WebP, `prompt` and `workflow` that are JSON go as Model and Make, where
 *   ComfyUI puts and finds them.
 * - Into PNG, a UserComment of these two forms goes as `parameters`.
 */
export function adapted(metadata: Metadata, kind: WritableKind, userComment: string | undefined): Metadata {
  const textOf = (key: string): string | undefined => metadata.texts.find((text) => text.key === key)?.text;
  if (kind === "png") {
    const shown = userComment !== undefined && PARAMETERS.test(userComment) && textOf("parameters") === undefined;
    const copy = shown ? [{ where: "iTXt", key: "parameters", text: userComment }] : [];
    return { ...metadata, texts: [...metadata.texts, ...copy] };
  }
  const prefixed = (key: string): string | undefined => {
    const text = kind === "webp" ? textOf(key) : undefined;
    return text?.startsWith("{") ? `${key}:${text}` : undefined;
  };
  const parameters = textOf("parameters");
  const shown = parameters !== undefined && PARAMETERS.test(parameters) ? parameters : undefined;
  const texts = { make: prefixed("workflow"), model: prefixed("prompt"), userComment: shown };
  if (metadata.exif || Object.values(texts).every((text) => text === undefined)) return metadata;
  const exif = makeExif(texts);
  // An APP1 segment cannot be longer.
  return kind === "jpeg" && exif.length > 65_000 ? metadata : { ...metadata, exif };
}

/** The mark of an infotext's last line, or of SwarmUI's JSON. */
const PARAMETERS = /\bSteps: \d|"sui_image_params"/;
