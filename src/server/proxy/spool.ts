/** Bodies on their way through the relay, copied to files: memory stays flat however long they are. */

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import type { Sink } from "./relay.ts";

/** A body longer than this is not kept: no answer with images of a generator comes near. CWE-770. */
const MAX_BODY = 2 * 1024 * 1024 * 1024;

/** How a spooled body ended: its file, or `undefined` where it broke off, was too long, or the disk failed. */
export type Spooled = (file: string | undefined) => void;

/** A sink that writes to a new file at `path` and tells `done` when the body is over. The file is the receiver's to remove. */
export function spoolTo(path: string, done: Spooled): Sink {
  let descriptor: number | undefined;
  let size = 0;
  let failed = false;
  const giveUp = (): void => {
    failed = true;
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
    rmSync(path, { force: true });
  };
  return {
    write(chunk) {
      if (failed) return;
      try {
        descriptor ??= openSync(path, "wx", 0o600);
        size += chunk.length;
        if (size > MAX_BODY) giveUp();
        else writeSync(descriptor, chunk);
      } catch {
        giveUp();
      }
    },
    end(complete) {
      if (!complete && !failed) giveUp();
      if (descriptor !== undefined) closeSync(descriptor);
      done(failed || descriptor === undefined ? undefined : path);
    },
  };
}
