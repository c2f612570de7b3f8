/** Bodies on their way through the relay, copied aside: short ones in memory, long ones in files. A slow disk costs a copy, never time. */

import { createWriteStream, rm, type WriteStream } from "node:fs";
import { concatBytes } from "../../base/bytes.ts";
import type { Sink } from "./relay.ts";

/** A body longer than this is not kept: no answer with images of a generator comes near. CWE-770. */
const MAX_BODY = 2 * 1024 * 1024 * 1024;

/** Bodies up to this stay in memory: requests, and answers of services that save images themselves. */
const IN_MEMORY = 256 * 1024;

/** Bytes of one body that may wait for the disk. A batch of images in base64 fits; beyond it the copy is given up. CWE-770. */
const MAX_QUEUED = 64 * 1024 * 1024;

/** A copied body. A file is the receiver's to remove. */
export type Copied = { readonly bytes: Uint8Array } | { readonly file: string };

/** Told once how a body ended: `undefined` where it was empty, broke off, was too long, or the disk failed. */
export type Spooled = (copy: Copied | undefined) => void;

/** A sink that copies a body aside, to a new file at `path` where it is long, and tells `done` when the copy is whole. Nothing here waits. */
export function spoolTo(path: string, done: Spooled): Sink {
  let chunks: Uint8Array[] = [];
  let stream: WriteStream | undefined;
  let size = 0;
  let failed = false;
  const giveUp = (): void => {
    if (failed) return;
    failed = true;
    chunks = [];
    stream?.destroy();
    if (stream) rm(path, { force: true }, () => undefined);
  };
  const toFile = (): WriteStream => {
    const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
    file.on("error", giveUp);
    for (const chunk of chunks) file.write(chunk);
    chunks = [];
    return file;
  };
  return {
    write(chunk) {
      if (failed) return;
      size += chunk.length;
      if (!stream && size <= IN_MEMORY) {
        chunks.push(chunk);
        return;
      }
      stream ??= toFile();
      stream.write(chunk);
      if (size > MAX_BODY || stream.writableLength > MAX_QUEUED) giveUp();
    },
    end(complete) {
      if (!complete) giveUp();
      if (failed || size === 0) done(undefined);
      else if (!stream) done({ bytes: concatBytes(...chunks) });
      else stream.end((error?: Error | null) => done(error || failed ? undefined : { file: path }));
    },
  };
}

/** Tells of copies in the order in which their bodies ended, however long each takes to reach the disk. */
export class OrderedTelling<T> {
  readonly #tell: (value: T) => void | Promise<void>;
  #last: Promise<void> = Promise.resolve();

  constructor(tell: (value: T) => void | Promise<void>) {
    this.#tell = tell;
  }

  /** A sink whose copy is told when its turn comes. @param value - made when the body ends, given its copy later */
  sink(path: string, ended: () => (copy: Copied | undefined) => T): Sink {
    let settle: Spooled = () => undefined;
    const copied = new Promise<Copied | undefined>((done) => {
      settle = done;
    });
    const sink = spoolTo(path, settle);
    return {
      write: sink.write,
      end: (complete) => {
        const value = ended();
        this.#then(async () => this.#tell(value(await copied)));
        sink.end(complete);
      },
    };
  }

  /** Tells something that has no body. */
  say(value: T): void {
    this.#then(() => this.#tell(value));
  }

  /** Waits until everything that ended is told. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #then(work: () => void | Promise<void>): void {
    this.#last = this.#last.then(work).catch(() => undefined);
  }
}
