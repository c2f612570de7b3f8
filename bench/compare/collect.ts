/**
 * Collects the images of the comparison's bench from Debian packages: `tsx bench/compare/collect.ts FOLDER` downloads them, takes
 * their pictures out and writes `images.tsv` beside this file: hash, size, package and path of each that is used. The pictures
 * themselves are not in the repository; their licences stand in each package's `copyright` file.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { lumaOf } from "../../src/compare/pair/plane.ts";
import { pdqDihedral, pdqDistance } from "../../src/compare/pdq.ts";
import { decodeWithin } from "../../src/node/pixels.ts";
import { PACKAGES } from "./packages.ts";

/** Pictures below these are icons and textures. */
const LEAST = { bytes: 15_000, shortSide: 200, longSide: 320 };
/** Bits of 256 up to which two pictures count as one, in any of the eight positions. */
const DUPLICATE = 72;
/** A package gives no more pictures than this, unless its entry says otherwise. */
const MOST_OF_ONE = 900;

interface Found {
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly package: string;
  readonly path: string;
}

function fetch(folder: string, name: string): string {
  const target = join(folder, "raw", name);
  if (existsSync(target)) return target;
  mkdirSync(target, { recursive: true });
  execFileSync("apt-get", ["download", name], { cwd: folder, stdio: "ignore" });
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
  if (!file) throw new Error(`${name} was not downloaded`);
  execFileSync("dpkg-deb", ["-x", join(folder, file), target]);
  return target;
}

function pictures(root: string, only = /./): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:png|jpe?g|webp)$/i.test(path) && only.test(path))
    .filter((path) => statSync(join(root, path)).isFile() && statSync(join(root, path)).size >= LEAST.bytes)
    .sort();
}

/** Evenly over the sorted paths, so that frames of one animation are not taken one after the other. */
function thinned(paths: readonly string[], most: number): string[] {
  const step = Math.max(1, paths.length / most);
  return Array.from({ length: Math.min(paths.length, most) }, (_, i) => paths[Math.floor(i * step)]!);
}

async function look(root: string, name: string, path: string): Promise<{ found: Found; hashes: string[] } | undefined> {
  try {
    const bytes = readFileSync(join(root, path));
    const { width = 0, height = 0, pages = 1 } = await sharp(bytes).metadata();
    if (Math.min(width, height) < LEAST.shortSide || Math.max(width, height) < LEAST.longSide || pages > 1)
      return undefined;
    const { hashes, quality } = pdqDihedral(lumaOf(await decodeWithin(bytes, 256)));
    if (quality < 20) return undefined;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { found: { sha256, width, height, package: name, path }, hashes: Object.values(hashes) };
  } catch {
    return undefined;
  }
}

const folder = resolve(process.argv[2] ?? "compare-images");
const kept: { found: Found; hashes: string[] }[] = [];
const seen: string[] = [];
let duplicates = 0;
for (const { name, only, most = MOST_OF_ONE } of PACKAGES) {
  const root = fetch(folder, name);
  const before = kept.length;
  for (const path of thinned(pictures(root, only), most)) {
    const one = await look(root, name, path);
    if (!one) continue;
    const upright = one.hashes[0]!;
    if (
      seen.some((hash) => pdqDistance(hash, upright) <= DUPLICATE) ||
      one.hashes.slice(1).some((h) => kept.some((k) => pdqDistance(k.hashes[0]!, h) <= DUPLICATE))
    ) {
      duplicates++;
      continue;
    }
    kept.push(one);
    seen.push(upright);
  }
  console.error(`${name}: ${kept.length - before} (${duplicates} duplicates so far)`);
}
const lines = kept.map(({ found }) => [found.sha256, found.width, found.height, found.package, found.path].join("\t"));
writeFileSync(join(import.meta.dirname, "images.tsv"), `${lines.join("\n")}\n`);
console.log(`${kept.length} images from ${PACKAGES.length} packages, ${duplicates} near-duplicates left out`);
