/** The questions of the thread of pictures. */

import { Handed } from "../../node/thread-calls.ts";
import { imageBytes, smallPicture, type Width } from "./small-picture.ts";

/** Pictures that are decoded at once: each may take half a gigabyte. */
const AT_ONCE = 2;

/** Answers in the order asked, newest first where many wait: what has scrolled by is not needed soon. */
export function pictureAnswers({ home }: { readonly home: string }) {
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.pop()?.();
    }
  };
  return {
    small: ({ sha256, width, paths }: { sha256: string; width: Width; paths: readonly string[] }) =>
      turn(async () => new Handed(await smallPicture(home, sha256, width, paths))),
    whole: async ({ sha256, paths }: { sha256: string; paths: readonly string[] }) =>
      new Handed(await imageBytes(sha256, paths)),
  };
}
