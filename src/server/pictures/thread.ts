/** The thread of pictures as the server asks it: what is in the cache is given at once, and what is asked for twice is made once. */

import { readFile } from "node:fs/promises";
import { SeedproofError } from "../../base/errors.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import { callThread } from "../../node/thread-calls.ts";
import type { pictureAnswers } from "./answers.ts";
import { smallPath, type Width } from "./small-picture.ts";

/** Pictures of images, whole or small. @throws SeedproofError `file.not-found`, `image.pixels-malformed`, `server.busy` */
export interface Pictures {
  small(sha256: string, width: Width, paths: () => Promise<readonly string[]>): Promise<Uint8Array<ArrayBuffer>>;
  whole(sha256: string, paths: readonly string[]): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Pictures that may wait to be made; who asks for more is told to come again. CWE-770. */
const MAX_WAITING = 400;

/** Starts the thread with the first picture that is not in the cache. */
export function picturesOf(home: string): Pictures {
  const thread = callThread<ReturnType<typeof pictureAnswers>>(() =>
    moduleWorker(import.meta.url, "./pictures-worker", { workerData: { home } }),
  );
  const making = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  return {
    async small(sha256, width, paths) {
      const file = smallPath(home, sha256, width);
      const cached = await readFile(file).catch(() => undefined);
      if (cached) return new Uint8Array(cached);
      const known = making.get(file);
      if (known) return known.then((bytes) => bytes.slice());
      if (making.size >= MAX_WAITING)
        throw new SeedproofError("server.busy", "too many pictures are asked for at once");
      const made = paths()
        .then((found) => thread.ask("small", { sha256, width, paths: found }))
        .finally(() => making.delete(file));
      making.set(file, made);
      return made;
    },
    whole: (sha256, paths) => thread.ask("whole", { sha256, paths }),
    close: () => thread.end(),
  };
}
