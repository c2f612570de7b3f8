/** CRC-32 as PNG uses it. @see ISO 15948 (PNG), annex D */

const ROWS = 8;
/** Row 0 advances the sum by one byte; row n does so for a byte that n more follow, so that eight go in one step. */
const TABLE = new Uint32Array(ROWS * 256);
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  TABLE[n] = c;
}
for (let n = 256; n < TABLE.length; n++) TABLE[n] = TABLE[TABLE[n - 256]! & 0xff]! ^ (TABLE[n - 256]! >>> 8);

/** The checksum of bytes, 32 bits. `previous` continues one over the bytes before. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let c = ~previous;
  let i = 0;
  for (; i + ROWS <= bytes.length; i += ROWS) {
    c =
      TABLE[1792 | ((c ^ bytes[i]!) & 0xff)]! ^
      TABLE[1536 | (((c >>> 8) ^ bytes[i + 1]!) & 0xff)]! ^
      TABLE[1280 | (((c >>> 16) ^ bytes[i + 2]!) & 0xff)]! ^
      TABLE[1024 | ((c >>> 24) ^ bytes[i + 3]!)]! ^
      TABLE[768 | bytes[i + 4]!]! ^
      TABLE[512 | bytes[i + 5]!]! ^
      TABLE[256 | bytes[i + 6]!]! ^
      TABLE[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]!) & 0xff]! ^ (c >>> 8);
  return ~c >>> 0;
}
