/** Images of the workspace by their SHA-256: outputs, uploads, and blobs of the ledger. Only images are given out. */

import { existsSync, readFileSync } from "node:fs";
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
  return {
    know: (sha256, file) => known.set(sha256, file),
    path,
    add(bytes) {
      if (sniff(bytes) === "unknown") throw new SeedproofError("image.unknown", "this is no image that is known here");
      const sha256 = sha256Hex(bytes);
      if (path(sha256) === undefined) writeDurable(nodeFileSystem, [join(uploads, sha256), bytes]);
      return sha256;
    },
    bytes(sha256) {
      const file = path(sha256);
      const bytes = file === undefined ? undefined : new Uint8Array(readFileSync(file));
      if (!bytes || sniff(bytes) === "unknown") throw new SeedproofError("file.not-found", "there is no such image");
      return bytes;
    },
  };
}
