/** Reading metadata: files a second and the share of bytes taken, beside other readers in one run over the samples. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import exifr from "exifr";
import exifReader from "exifreader";
import sharp from "sharp";
import { walk } from "../src/image/walk.ts";
import { openFile } from "../src/node/files.ts";
import { readImageSource } from "../src/node/read-image.ts";

const SAMPLES = resolve(import.meta.dirname, "../samples");
const ROUNDS = 15;
const files = readdirSync(SAMPLES)
  .filter((name) => /\.(png|jpe?g|webp|avif)$/.test(name))
  .map((name) => join(SAMPLES, name));
const totalBytes = files.reduce((sum, file) => sum + statSync(file).size, 0);

interface Reader {
  readonly name: string;
  /** Reads one file and gives the bytes that it took from it. */
  readonly read: (file: string) => number | Promise<number>;
}

/** Bytes of a file for a reader that wants it whole. */
function whole(file: string): Buffer {
  return readFileSync(file);
}

const READERS: readonly Reader[] = [
  {
    name: "seedproof, blocks",
    read(file) {
      const source = openFile(file);
      try {
        walk(source);
        return source.bytesRead;
      } finally {
        source.close();
      }
    },
  },
  {
    name: "seedproof, recipe",
    async read(file) {
      const source = openFile(file);
      try {
        await readImageSource(file, source, { hash: false, pixels: false });
        return source.bytesRead;
      } finally {
        source.close();
      }
    },
  },
  {
    name: "exifreader",
    read(file) {
      const bytes = whole(file);
      exifReader.load(bytes);
      return bytes.length;
    },
  },
  {
    name: "exifr, buffer",
    async read(file) {
      const bytes = whole(file);
      await exifr.parse(bytes, true).catch(() => undefined);
      return bytes.length;
    },
  },
  {
    name: "exifr, path",
    async read(file) {
      await exifr.parse(file, true).catch(() => undefined);
      return Number.NaN;
    },
  },
  {
    name: "sharp metadata",
    async read(file) {
      await sharp(file).metadata();
      return Number.NaN;
    },
  },
];

/** A file that a reader refuses counts as read: nobody is to be slower for saying more. */
async function taken(read: Reader["read"], file: string): Promise<number> {
  try {
    return await read(file);
  } catch {
    return 0;
  }
}

/** Milliseconds and bytes of one pass over all files. */
async function pass({ read }: Reader): Promise<{ ms: number; bytes: number }> {
  let bytes = 0;
  const begun = performance.now();
  for (const file of files) bytes += await taken(read, file);
  return { ms: performance.now() - begun, bytes };
}

/** Medians over the rounds. In each round every reader has its turn, so that what else the machine does hits all alike. */
async function measure(): Promise<{ name: string; ms: number; bytes: number }[]> {
  const passes = READERS.map((): { ms: number; bytes: number }[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, reader] of READERS.entries()) {
      const one = await pass(reader);
      // The first round warms the page cache and the compiler.
      if (round > 0) passes[i]!.push(one);
    }
  }
  return passes.map((all, i) => {
    all.sort((a, b) => a.ms - b.ms);
    return { name: READERS[i]!.name, ...all[Math.floor(all.length / 2)]! };
  });
}

/** One exiftool process for all files, as its users run it; `undefined` where it is not installed. */
function exiftoolMs(): number | undefined {
  try {
    execFileSync("exiftool", ["-ver"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  const begun = performance.now();
  execFileSync("exiftool", ["-j", "-a", "-G1", ...files], { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
  return performance.now() - begun;
}

/** Prints the table. */
export async function run(): Promise<void> {
  const rows = await measure();
  const exiftool = exiftoolMs();
  if (exiftool !== undefined) rows.push({ name: "exiftool, one process", ms: exiftool, bytes: Number.NaN });
  const own = rows[0]!.ms;
  console.log(
    `read: ${files.length} files, ${(totalBytes / 1e6).toFixed(1)} MB, median of ${ROUNDS} rounds, warm cache`,
  );
  console.log("reader                   files/s   time ÷ ours   bytes taken");
  for (const { name, ms, bytes } of rows) {
    const rate = Math.round((files.length / ms) * 1000);
    const share = Number.isNaN(bytes) ? "own reads" : `${((100 * bytes) / totalBytes).toFixed(1)} %`;
    console.log(`${name.padEnd(22)} ${String(rate).padStart(9)} ${(ms / own).toFixed(2).padStart(13)}   ${share}`);
  }
  console.log("limit: opening and closing files; blocks are read in one to three positioned reads each");
}
