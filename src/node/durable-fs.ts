/** Files that survive a crash: write aside, fsync, rename, fsync the folder. The few system calls this needs are an interface, so that tests can break each of them. */

import * as fs from "node:fs";
import { dirname, join } from "node:path";

/** The system calls that durable storage is built from. All are synchronous: the order of effects is the point. */
export interface FileSystem {
  /** Opens for writing: `create` fails where the file exists, `append` makes it where it does not. */
  open(path: string, mode: "create" | "append"): number;
  write(fd: number, bytes: Uint8Array): void;
  fsync(fd: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Makes one folder; false where it was there. */
  mkdir(path: string): boolean;
  /** Makes names in a folder durable. */
  fsyncFolder(path: string): void;
  /** `undefined` where there is no such file. */
  read(path: string): Uint8Array | undefined;
  /** Names in a folder, sorted; none where there is no such folder. */
  list(path: string): string[];
  exists(path: string): boolean;
  isFolder(path: string): boolean;
}

/** The real file system. Files are created readable by their owner alone; what is published is copied out. */
export const nodeFileSystem: FileSystem = {
  open: (path, mode) => fs.openSync(path, mode === "create" ? "wx" : "a", 0o600),
  write(fd, bytes) {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at);
  },
  fsync: (fd) => fs.fsyncSync(fd),
  close: (fd) => fs.closeSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  mkdir: (path) => created(() => fs.mkdirSync(path)),
  fsyncFolder(path) {
    const fd = fs.openSync(path, "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  read: (path) => found(() => fs.readFileSync(path)),
  list: (path) => found(() => fs.readdirSync(path))?.sort() ?? [],
  exists: (path) => fs.existsSync(path),
  // A file that is written beside us may be gone again.
  isFolder: (path) => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
};

/** Makes a folder and those above it, each name durable before anything is put below it. */
export function makeFolder(fs: FileSystem, path: string): void {
  if (fs.exists(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(fs, parent);
  if (fs.mkdir(path)) fs.fsyncFolder(parent);
}

/** A file to be written: its path and its bytes. */
export type NewFile = readonly [path: string, bytes: Uint8Array];

/**
 * Writes files so that after it returns they are there whole, and if it does not, each is there whole or as it was.
 * Each folder is synced once, after all of its files.
 */
export function writeDurable(fs: FileSystem, ...files: readonly NewFile[]): void {
  for (const [path, bytes] of files) {
    const aside = join(dirname(path), `.${path.slice(dirname(path).length + 1)}.tmp`);
    makeFolder(fs, dirname(path));
    if (fs.exists(aside)) fs.unlink(aside);
    const fd = fs.open(aside, "create");
    try {
      fs.write(fd, bytes);
      fs.fsync(fd);
    } finally {
      fs.close(fd);
    }
    fs.rename(aside, path);
  }
  for (const folder of new Set(files.map(([path]) => dirname(path)))) fs.fsyncFolder(folder);
}

function created(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function found<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
