/** Bundles on disk: a folder or one zip file, opened without following anything out of it, written whole or not at all. */

import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { BundleFiles } from "../dossier/bundle-input.ts";
import { BUNDLE_LIMITS } from "../dossier/bundle-path.ts";
import { found } from "../dossier/findings.ts";
import { fileSource } from "../dossier/sources.ts";
import type { BundleSource } from "../dossier/verify.ts";
import { writeZip } from "../dossier/zip.ts";
import { nodeFileSystem, writeDurable } from "./durable-fs.ts";
import { writeOutput } from "./output-file.ts";

/**
 * Opens a bundle.
 * @throws SeedproofError `dossier.not-found`, `dossier.zip-*` for archives that no honest bundle is
 */
export function openBundle(path: string): BundleSource {
  if (!existsSync(path))
    throw new SeedproofError("dossier.not-found", `there is no ${path}`, { where: { file: path } });
  return lstatSync(path).isDirectory() ? openFolder(path) : openZip(path);
}

function openZip(path: string): BundleSource {
  const size = lstatSync(path).size;
  if (size > BUNDLE_LIMITS.totalBytes)
    throw new SeedproofError("dossier.zip-too-large", "the archive is larger than the limit");
  return fileSource(new Uint8Array(readFileSync(path)));
}

/** Links, devices and the like are told and never opened. */
function openFolder(folder: string): BundleSource {
  const paths: string[] = [];
  const findings: Finding[] = [];
  let bytes = 0;
  const visit = (below: string): void => {
    for (const name of readdirSync(join(folder, below)).toSorted()) {
      const path = below === "" ? name : `${below}/${name}`;
      const stat = lstatSync(join(folder, path));
      if (stat.isDirectory()) visit(path);
      else if (!stat.isFile()) findings.push(found("dossier.link", { file: path }, { file: path }));
      else {
        paths.push(path);
        bytes += stat.size;
      }
      if (paths.length > BUNDLE_LIMITS.files || bytes > BUNDLE_LIMITS.totalBytes) {
        throw new SeedproofError("dossier.too-large", `${folder} holds more than a bundle may`, {
          where: { file: folder },
        });
      }
    }
  };
  visit("");
  return { paths, read: async (path) => readRegular(join(folder, path)), findings };
}

/** A file that was put in the place of another one since the folder was listed is not followed either. */
function readRegular(path: string): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(fd).isFile())
      throw new SeedproofError("dossier.not-found", `${path} is no file`, { where: { file: path } });
    return new Uint8Array(readFileSync(fd));
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes a bundle: as one file where the name ends in `.zip`, else as a folder, which must not be there or be empty.
 * @throws SeedproofError `file.exists`
 */
export function writeBundle(files: BundleFiles, output: string, force = false): void {
  if (output.toLowerCase().endsWith(".zip")) writeOutput(output, writeZip(files), force);
  else writeFolder(files, output);
}

/** Aside first, then in one step under its name. */
function writeFolder(files: BundleFiles, output: string): void {
  const target = resolve(output);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new SeedproofError("file.exists", `${output} is not empty`, { where: { file: output } });
  }
  const aside = join(dirname(target), `.${basename(target)}.part-${process.pid}`);
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(aside, path)), { recursive: true });
      writeDurable(nodeFileSystem, [join(aside, path), bytes]);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(aside, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** OpenSSL's SHA-256, in hex. */
export const nodeSha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
