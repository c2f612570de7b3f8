/** Asks the reading thread; it is started with the first image and stays. */

import type { FileReading } from "../../label/file-reading.ts";
import type { ReadAsk } from "./reading-worker.ts";

/** A reading, or why there is none. */
export type ReadAnswer =
  | { readonly reading: FileReading }
  | { readonly error: { readonly code: string; readonly message: string } };

let worker: Worker | undefined;
let newWorker: (() => Worker) | undefined;
let count = 0;
const waiting = new Map<number, (answer: ReadAnswer) => void>();

/** Says how the thread is started: from a file of its own, or from the page itself where there is only one file. */
export function readWith(start: () => Worker): void {
  newWorker = start;
}

/** Reads an image, or pasted generation data, in the thread. Never rejects. */
export function readInThread(name: string, from: ReadAsk["from"]): Promise<ReadAnswer> {
  worker ??= started();
  const id = count++;
  worker.postMessage({ id, name, from } satisfies ReadAsk);
  return new Promise((done) => waiting.set(id, done));
}

function started(): Worker {
  if (!newWorker) throw new Error("nobody said how the reading thread is started");
  const one = newWorker();
  one.addEventListener("message", ({ data: { id, ...answer } }: MessageEvent<{ id: number } & ReadAnswer>) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  // A file that brings the thread down must not leave the page waiting.
  one.addEventListener("error", ({ message }) => {
    for (const done of waiting.values()) done({ error: { code: "image.unreadable", message } });
    waiting.clear();
    worker = undefined;
  });
  return one;
}
