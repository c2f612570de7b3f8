/** The thread in which the page reads images, so that it never waits for megabytes to be hashed. */

import { SeedproofError } from "../../base/errors.ts";
import { readText } from "../../label/file-reading.ts";
import { readInPage } from "./page-host.ts";

/** What is asked: an image's bytes, or pasted generation data. */
export interface ReadAsk {
  readonly id: number;
  readonly name: string;
  readonly from: Uint8Array<ArrayBuffer> | string;
}

addEventListener("message", async ({ data: { id, name, from } }: MessageEvent<ReadAsk>) => {
  try {
    postMessage({ id, reading: typeof from === "string" ? readText(name, from) : await readInPage(name, from) });
  } catch (error) {
    const code = error instanceof SeedproofError ? error.code : "image.unreadable";
    postMessage({ id, error: { code, message: String((error as Error)?.message ?? error) } });
  }
});
