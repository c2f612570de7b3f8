/** Folders of images that the user has added to the library. They are read and never written; what they are is a list in the workspace. */

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { utf8 } from "../../base/bytes.ts";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { nodeFileSystem, writeDurable } from "../durable-fs.ts";

/** A folder of the library. */
export interface LibraryFolder {
  /** Names it in requests: first digits of the path's hash. */
  readonly id: string;
  readonly path: string;
  /** Whether it is there now: a disk may be out. */
  readonly present: boolean;
}

/** Folders of one library. */
const MAX_FOLDERS = 200;

function fileOf(home: string): string {
  return join(home, "library", "folders.json");
}

/** The folders in the order in which they were added. */
export function libraryFolders(home: string): LibraryFolder[] {
  return pathsOf(home).map((path) => ({ id: idOf(path), path, present: isFolder(path) }));
}

/**
 * Adds a folder, with all below it. Links are followed here, once, and never below.
 * @throws SeedproofError `library.folder-relative`, `library.folder-missing`, `library.folder-own` for one that holds the workspace
 *   or stands in it, `library.folders-many`
 */
export function addFolder(home: string, asked: string): LibraryFolder {
  if (!isAbsolute(asked) || asked.includes("\0")) {
    throw new SeedproofError("library.folder-relative", "name the folder by its whole path");
  }
  if (!isFolder(asked)) throw new SeedproofError("library.folder-missing", `there is no folder ${asked}`);
  const path = realpathSync(asked);
  if (isWithin(path, realpathSync(home)) || isWithin(realpathSync(home), path)) {
    throw new SeedproofError("library.folder-own", "the workspace's own images are in the library already");
  }
  const paths = pathsOf(home);
  if (!paths.includes(path)) {
    if (paths.length >= MAX_FOLDERS) throw new SeedproofError("library.folders-many", "these are too many folders");
    keep(home, [...paths, path]);
  }
  return { id: idOf(path), path, present: true };
}

/** Takes a folder out of the library; its files stay as they are. @throws SeedproofError `library.folder-missing` */
export function removeFolder(home: string, id: string): void {
  const paths = pathsOf(home);
  const left = paths.filter((path) => idOf(path) !== id);
  if (left.length === paths.length) throw new SeedproofError("library.folder-missing", "there is no such folder");
  keep(home, left);
}

function keep(home: string, folders: readonly string[]): void {
  const json = JSON.stringify({ form: "seedproof.library/1", folders }, null, 1);
  writeDurable(nodeFileSystem, [fileOf(home), utf8(`${json}\n`)]);
}

function pathsOf(home: string): string[] {
  const file = fileOf(home);
  const json = existsSync(file) ? tryJson(readFileSync(file, "utf8")) : undefined;
  if (!isObject(json) || json.form !== "seedproof.library/1" || !Array.isArray(json.folders)) return [];
  return json.folders.filter((path): path is string => typeof path === "string" && isAbsolute(path));
}

function idOf(path: string): string {
  return sha256Hex(path).slice(0, 16);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether `inner` is `outer` or stands below it. */
function isWithin(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
