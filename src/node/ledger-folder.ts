/** A ledger's folder: where each file stands, and reading it. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { TreeHasher } from "../ledger/merkle.ts";
import { treeHasher } from "../ledger/merkle.ts";
import type { LogReader } from "../ledger/reader.ts";
import type { FileSystem } from "./durable-fs.ts";
import { nodeFileSystem } from "./durable-fs.ts";

/** Tree hashes over Node's SHA-256. */
export const nodeHasher: TreeHasher = treeHasher((data) => createHash("sha256").update(data).digest());

/** The files of a ledger in a folder. Paths come from our own code, never from a file. */
export function folderReader(folder: string, fs: FileSystem = nodeFileSystem): Required<LogReader> {
  return {
    read: async (path) => fs.read(join(folder, path)),
    list: async (below) => walk(fs, folder, below),
  };
}

function walk(fs: FileSystem, folder: string, below: string): string[] {
  return fs.list(join(folder, below)).flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    return fs.isFolder(join(folder, path)) ? walk(fs, folder, path) : [path];
  });
}
