/** ComfyUI's history: from a running server, or as somebody saved it. The server forgets it when it stops. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { comfyuiHistory } from "../../process/import/comfyui.ts";
import type { NamedImage } from "../../process/import/run.ts";
import { imageFolder } from "./image-folder.ts";
import type { FoundHistory, FoundRun } from "./source.ts";

/** Bytes of a history: ten thousand runs, the most that a server keeps, of twenty kilobytes each. CWE-770. */
const MAX_HISTORY = 256 * 1024 * 1024;
const MAX_IMAGE = 512 * 1024 * 1024;
const MOST_ANSWER_MS = 60_000;

/**
 * The history of a server's address or of a saved file.
 * @throws SeedproofError `record.source-unknown`, `record.source-too-large`, `record.server-failed`
 */
export async function comfyuiSource(source: string, images?: string): Promise<FoundHistory> {
  const url = /^https?:\/\//i.test(source) ? source.replace(/\/+$/, "") : undefined;
  const json = url ? await fromServer(url) : fromFile(source);
  const found = comfyuiHistory(json ?? null);
  if (!found) throw new SeedproofError("record.source-unknown", `${source} gives no history of ComfyUI`);
  const bytesOf = images === undefined && url ? viewOf(url) : savedImages(images ?? besides(source));
  return { name: url ? new URL(url).host : basename(source), runs: found.map((run) => ({ run, bytesOf })) };
}

function fromFile(file: string): Json | undefined {
  if (statSync(file).size > MAX_HISTORY) throw new SeedproofError("record.source-too-large", `${file} is too long`);
  return tryJson(readFileSync(file, "utf8"));
}

async function fromServer(url: string): Promise<Json | undefined> {
  const bytes = await ask(`${url}/history`, MAX_HISTORY);
  if (!bytes) throw new SeedproofError("record.server-failed", `${url} gives no history`);
  return tryJson(Buffer.from(bytes).toString("utf8"));
}

function viewOf(url: string): FoundRun["bytesOf"] {
  return ({ name, subfolder, type = "output" }: NamedImage) =>
    ask(`${url}/view?${new URLSearchParams({ filename: name, subfolder, type })}`, MAX_IMAGE);
}

/** A saved history stands in ComfyUI's folder, in its `output`, or beside the images. */
function besides(file: string): string {
  const folder = dirname(file);
  return existsSync(join(folder, "output")) ? join(folder, "output") : folder;
}

/** Images of `temp` are never in the folder of those that were saved. */
function savedImages(folder: string): FoundRun["bytesOf"] {
  const read = imageFolder(folder);
  return async (image) => (image.type === "temp" ? undefined : read(image));
}

async function ask(url: string, most: number): Promise<Uint8Array | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(MOST_ANSWER_MS), redirect: "error" });
    if (!answer.ok) return undefined;
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body ?? []) {
      size += part.length;
      if (size > most) return undefined;
      parts.push(part);
    }
    return new Uint8Array(Buffer.concat(parts));
  } catch {
    return undefined;
  }
}
