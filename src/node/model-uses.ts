/** Where the models of a workspace stand, and when each was used for what. */

import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";

/** One use of a model. */
export interface ModelUse {
  readonly time: string;
  readonly model: string;
  /** What was done with it: `generate`, `reproduce`, … */
  readonly command: string;
  readonly images: number;
}

const USES = "uses.jsonl";
/** Uses that are read back; the file is the user's own, yet it may have grown for years. */
const MAX_USES_BYTES = 64 * 1024 * 1024;

/** The folder of a workspace's models. */
export function shelfFolder(home: string): string {
  return join(home, "models");
}

/** Notes that a model was used; the note is lost rather than that anything waits for it. */
export function noteUse(home: string, use: ModelUse): void {
  const folder = shelfFolder(home);
  if (existsSync(folder)) appendFileSync(join(folder, USES), `${JSON.stringify(use)}\n`);
}

/** When a model was used for what, oldest first. */
export function usesOf(home: string, name: string): ModelUse[] {
  const path = join(shelfFolder(home), USES);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size > MAX_USES_BYTES) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .map((line) => tryJson(line))
    .filter((use): use is typeof use & ModelUse => isObject(use) && use.model === name);
}
