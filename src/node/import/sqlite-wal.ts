/**
 * The write-ahead log of an SQLite database: what was committed and is not yet in the database's own file. A copy of the
 * database is brought up to it in memory; the files stay as they are.
 * @see https://www.sqlite.org/fileformat2.html, section 4
 */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** The database's bytes with every committed frame of the log applied, in the form that needs no log. */
export function withWal(database: Uint8Array, wal: Uint8Array | undefined): Uint8Array {
  const pages = wal ? committedPages(wal) : undefined;
  const { pageSize, count } = pages ?? { pageSize: 0, count: 0 };
  const bytes = new Uint8Array(pages ? pageSize * count : database.length);
  bytes.set(database.subarray(0, bytes.length));
  for (const [number, page] of pages?.pages ?? []) {
    if (number <= count) bytes.set(page, (number - 1) * pageSize);
  }
  // Versions of the file format for writing and reading: 1 is without, 2 with a log beside it.
  if (bytes.length > 19) bytes.fill(1, 18, 20);
  return bytes;
}

interface CommittedPages {
  readonly pageSize: number;
  /** Pages of the database after the last commit. */
  readonly count: number;
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

/** The newest committed page of each number. A frame that is not whole, or of an older log, ends the log. */
function committedPages(wal: Uint8Array): CommittedPages | undefined {
  if (wal.length < HEADER_BYTES) return undefined;
  const view = new DataView(wal.buffer, wal.byteOffset, wal.length);
  const magic = view.getUint32(0);
  const pageSize = view.getUint32(8);
  if ((magic & ~1) >>> 0 !== 0x377f0682 || pageSize < 512 || pageSize > 65536) return undefined;
  const add = checksum(view, (magic & 1) === 0);
  let sum = add([0, 0], 0, 24);
  if (sum[0] !== view.getUint32(24) || sum[1] !== view.getUint32(28)) return undefined;
  const committed = new Map<number, Uint8Array>();
  let open = new Map<number, Uint8Array>();
  let count = 0;
  for (let at = HEADER_BYTES; at + FRAME_HEADER_BYTES + pageSize <= wal.length; at += FRAME_HEADER_BYTES + pageSize) {
    const salted = view.getUint32(at + 8) === view.getUint32(16) && view.getUint32(at + 12) === view.getUint32(20);
    sum = add(add(sum, at, 8), at + FRAME_HEADER_BYTES, pageSize);
    if (!salted || sum[0] !== view.getUint32(at + 16) || sum[1] !== view.getUint32(at + 20)) break;
    open.set(view.getUint32(at), wal.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + pageSize));
    const after = view.getUint32(at + 4);
    if (after === 0) continue;
    count = after;
    for (const [number, page] of open) committed.set(number, page);
    open = new Map();
  }
  return count > 0 ? { pageSize, count, pages: committed } : undefined;
}

/** The running sum over pairs of 32-bit words. */
function checksum(view: DataView, littleEndian: boolean) {
  return ([a, b]: readonly [number, number], from: number, length: number): [number, number] => {
    for (let at = from; at < from + length; at += 8) {
      a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
      b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
    }
    return [a, b];
  };
}
