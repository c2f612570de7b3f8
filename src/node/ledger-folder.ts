/** A ledger's folder: where each file stands, and reading it. */

import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { join } from "node:path";
import { concatBytes, equalBytes, fromHex } from "../base/bytes.ts";
import type { TreeHasher } from "../ledger/merkle.ts";
import { treeHasher } from "../ledger/merkle.ts";
import type { Ed25519Verify } from "../ledger/note.ts";
import type { LogReader } from "../ledger/reader.ts";
import type { FileSystem } from "./durable-fs.ts";
import { nodeFileSystem } from "./durable-fs.ts";

/** Tree hashes over Node's SHA-256. */
export const nodeHasher: TreeHasher = treeHasher((data) => createHash("sha256").update(data).digest());

/** What stands before the 32 bytes of an Ed25519 public key in SPKI. @see RFC 8410, section 4 */
const SPKI_PREFIX = fromHex("302a300506032b6570032100");

/** The key of the last signature: a ledger's checkpoints nearly all have the same, and reading it costs as much as verifying. */
let lastKey: { readonly bytes: Uint8Array; readonly key: KeyObject } | undefined;

/** Node's Ed25519. */
export const nodeVerify: Ed25519Verify = (publicKey, message, signature) => {
  try {
    if (!lastKey || !equalBytes(lastKey.bytes, publicKey)) {
      const der = Buffer.from(concatBytes(SPKI_PREFIX, publicKey));
      lastKey = { bytes: publicKey.slice(), key: createPublicKey({ key: der, format: "der", type: "spki" }) };
    }
    return verify(null, message, lastKey.key, signature);
  } catch {
    return false;
  }
};

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
