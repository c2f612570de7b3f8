/** Images of the workspace by their SHA-256: outputs, uploads, and blobs of the ledger. Only images are given out. */

import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { sniff } from "../image/walk.ts";
import { blobPath } from "../ledger/entry.ts";
import { nodeFileSystem, writeDurable } from "../node/durable-fs.ts";
import { ledgerFolders } from "../node/ledger-home.ts";

/** Images by hash. */
export interface ImageStore {
  /** Remembers where an image stands. */
  know(sha256: string, path: string): void;
  /** Keeps an image that was sent; gives its hash. @throws SeedproofError `image.unknown` for anything but an image */
  add(bytes: Uint8Array): string;
  /** Where an image stands; `undefined` where it is not at hand. */
  path(sha256: string): string | undefined;
  /** Where an image stands, of which only the first bytes are read. @throws SeedproofError `file.not-found` where there is no such image */
  file(sha256: string): string;
  /** @throws SeedproofError `file.not-found` where there is no such image */
  bytes(sha256: string): Uint8Array<ArrayBuffer>;
}

/** Opens the images of a workspace. Hashes are checked by whoever asks: they are 64 hex digits. */
export function imageStore(home: string): ImageStore {
  const known = new Map<string, string>();
  const uploads = join(home, "uploads");
  const path = (sha256: string): string | undefined =>
    [known.get(sha256), join(uploads, sha256), join(ledgerFolders(home).log, blobPath(sha256))].find(
      (one) => one !== undefined && existsSync(one),
    );
  const file = (sha256: string): string => {
    const found = path(sha256);
    if (found === undefined || sniff(headOf(found)) === "unknown")
      throw new SeedproofError("file.not-found", "there is no such image");
    return found;
  };
  return {
    know: (sha256, place) => known.set(sha256, place),
    path,
    add(bytes) {
      if (sniff(bytes) === "unknown") throw new SeedproofError("image.unknown", "this is no image that is known here");
      const sha256 = sha256Hex(bytes);
      if (path(sha256) === undefined) writeDurable(nodeFileSystem, [join(uploads, sha256), bytes]);
      return sha256;
    },
    file,
    bytes: (sha256) => new Uint8Array(readFileSync(file(sha256))),
  };
}

/** What tells the kind of an image: the brands of a film or AVIF stand in the first some hundred bytes. */
const HEAD_BYTES = 4_096;

function headOf(file: string): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const opened = openSync(file, "r");
  try {
    return head.subarray(0, readSync(opened, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(opened);
  }
}
