/** The frame of a bundle: a BagIt bag with SHA-256 manifests that `sha256sum -c` reads. @see RFC 8493 */

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import type { BundleFiles } from "./bundle-input.ts";

/** The declaration, the same in every bag. @see RFC 8493, section 2.1.1 */
export const BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/** Names of the bag's own files. */
export const BAG = {
  declaration: "bagit.txt",
  info: "bag-info.txt",
  manifest: "manifest-sha256.txt",
  tagManifest: "tagmanifest-sha256.txt",
} as const;

/** Facts of a bag that stand in `bag-info.txt`. */
export interface BagInfo {
  /** RFC 3339. */
  readonly made: string;
  readonly title: string;
  readonly reference?: string;
  readonly software: string;
}

/**
 * A bag around payload and tag files.
 * @param payload - by path below `data/` · @param tags - further tag files by their path
 */
export function makeBag(payload: BundleFiles, tags: BundleFiles, info: BagInfo): Map<string, Uint8Array> {
  const data = new Map([...payload].map(([path, bytes]) => [`data/${path}`, bytes] as const));
  const tagged = new Map<string, Uint8Array>([
    [BAG.declaration, utf8(BAGIT)],
    [BAG.info, utf8(infoText(info, payload))],
    [BAG.manifest, utf8(manifestText(data))],
    ...tags,
  ]);
  const all = new Map([...data, ...tagged, [BAG.tagManifest, utf8(manifestText(tagged))]]);
  return new Map([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Hash, two spaces, path; in the order of the paths, so that one bag has one manifest. */
function manifestText(files: BundleFiles): string {
  const lines = [...files].map(([path, bytes]) => [path, `${sha256Hex(bytes)}  ${encodePath(path)}\n`] as const);
  return lines
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, line]) => line)
    .join("");
}

/** @see RFC 8493, section 2.1.3 */
const encodePath = (path: string): string =>
  path.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

function infoText({ made, title, reference, software }: BagInfo, payload: BundleFiles): string {
  const bytes = [...payload.values()].reduce((sum, { length }) => sum + length, 0);
  const fields: [string, string | undefined][] = [
    ["Bag-Software-Agent", software],
    ["Bagging-Date", made.slice(0, 10)],
    ["External-Description", title],
    ["External-Identifier", reference],
    ["Payload-Oxum", `${bytes}.${payload.size}`],
  ];
  return fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value!.replaceAll(/\s+/g, " ").trim()}\n`)
    .join("");
}

/** One line of a manifest that was read. */
export interface ManifestLine {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Lines of one manifest; a bundle of a thousand images has some 2,000. CWE-770. */
export const MAX_MANIFEST_LINES = 200_000;

/** Lines of a manifest in exactly the form that it is written in; `undefined` where it has another. */
export function readManifest(bytes: Uint8Array): ManifestLine[] | undefined {
  const text = fromUtf8(bytes);
  if (text === undefined || (text !== "" && !text.endsWith("\n"))) return undefined;
  const rows = text.split("\n").slice(0, -1);
  if (rows.length > MAX_MANIFEST_LINES) return undefined;
  const lines = rows.map((row) => /^([0-9a-f]{64}) {2}([^\r]+)$/.exec(row));
  if (!lines.every((line) => line !== null)) return undefined;
  const read = lines.map(([, sha256, path]) => ({ sha256: sha256!, path: decodePath(path!) }));
  const ordered = read.every(({ path }, i) => i === 0 || read[i - 1]!.path < path);
  return ordered && read.every(({ path }, i) => encodePath(path) === lines[i]![2]) ? read : undefined;
}

const decodePath = (path: string): string =>
  path.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
