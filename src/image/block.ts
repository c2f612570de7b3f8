/** A block: one piece of metadata in a file, with its place, key, encoding and text. */

/**
 * How a block's bytes became text.
 * `UNICODE-BE`, `UNICODE-LE`, `ASCII`, `JIS`, `NOHEADER`: an EXIF UserComment with that charset header, decoded as its bytes
 * show, whatever the header or the TIFF's byte order says.
 */
export type Encoding =
  | "ascii"
  | "latin-1"
  | "utf8"
  | "utf16"
  | "UNICODE-BE"
  | "UNICODE-LE"
  | "ASCII"
  | "NOHEADER"
  | "JIS"
  | "gzip+utf8"
  | "binary";

/** One piece of metadata of a file. */
export interface Block {
  /** Where it stands, in the container's own words: `tEXt`, `APP1/EXIF:Exif(BE)`, `heif mime`, `moov/udta/meta`, … */
  readonly where: string;
  /** Its key in that place: keyword, tag name, item type; empty where the place has no keys. */
  readonly key: string;
  /** File offset of the PNG chunk, JPEG marker, RIFF chunk or box that holds it; `null` where pixels hold it. */
  readonly offset: number | null;
  /** Bytes of the value as stored: the chunk's data, the EXIF value with its charset header, the item. */
  readonly length: number;
  readonly encoding: Encoding;
  /** The decoded text without trailing NULs; absent for binary blocks (a C2PA store, an ICC profile). */
  readonly text?: string;
  /** The raw bytes of a binary block, as far as {@link MAX_BINARY_BLOCK} allows. */
  readonly bytes?: Uint8Array;
  /** The block stands behind the pixels, where most writers do not put it. */
  readonly afterPixels?: true;
}

/** A binary block keeps at most this many bytes (a C2PA store of a real file is below 2 MiB). CWE-770. */
export const MAX_BINARY_BLOCK = 16 * 1024 * 1024;

/** One block keeps at most this much text (the largest workflow seen in the wild is below 4 MiB). CWE-409, CWE-770. */
export const MAX_TEXT = 64 * 1024 * 1024;
