/** The image door: files as containers of blocks, their pixels, and writing metadata into them. */

export { type Block, type Encoding, MAX_BINARY_BLOCK } from "./block.ts";
export type { KeyedText } from "./carrier.ts";
export type { Container, ContainerKind, Pixels } from "./container.ts";
export { type Additions, adapted, embed, hasC2pa, isWritable, type WritableKind, writeTexts } from "./embed.ts";
export { type ContentBox, JUMBF_LIMITS, readJumbf, type Superbox } from "./jumbf.ts";
export { type Metadata, metadataOf } from "./metadata.ts";
export { pixelHash } from "./pixel-hash.ts";
export { type Raster, toRgb, toRgba } from "./raster.ts";
export { type ByteSource, bytesSource, partOf } from "./source.ts";
export { readStealth, type Stealth } from "./stealth.ts";
export { WALK_LIMITS, type WalkOptions } from "./survey.ts";
export type { TraceCode } from "./traces.ts";
export { sniff, walk } from "./walk.ts";
export { readXmp, XMP_LIMITS, type XmpProperty, xmpValue } from "./xmp.ts";
