/** One making of images as another program's history tells it: all of it that program's claim. */

import type { Json } from "../../base/json.ts";
import type { Recipe } from "../../recipe/recipe.ts";

/** An image that a history names. Its bytes are looked for by the host. */
export interface NamedImage {
  /** The name alone, without folders. */
  readonly name: string;
  /** Folders below the one where the program keeps its images; empty where it stands there. */
  readonly subfolder: string;
  /** ComfyUI's `output` or `temp`. */
  readonly type?: string;
}

/** One run of a history. */
export interface ImportedRun {
  /** Names the run within its history. */
  readonly key: string;
  readonly tool: "comfyui" | "invokeai" | "fooocus";
  /** RFC 3339 with `Z`, or without a zone where the source names none. */
  readonly claimedAt?: string;
  readonly claimedEnd?: string;
  /** `uploaded`: an image that was brought in and not made. */
  readonly status: "done" | "failed" | "uploaded";
  readonly why?: string;
  readonly cached?: true;
  /** A person has marked it as good. */
  readonly starred?: true;
  readonly recipe: Recipe;
  /** What the history says of it, without secrets. */
  readonly raw: Json;
  readonly images: readonly NamedImage[];
}

/** Runs of one history, at most. A studio's database of years has some hundred thousand. CWE-770. */
export const MAX_RUNS = 2_000_000;

/** The image of this name, or `undefined` for a name that would lead anywhere but to one file below its folder. */
export function namedImage(name: unknown, subfolder: unknown = "", type?: unknown): NamedImage | undefined {
  if (typeof name !== "string" || typeof subfolder !== "string" || !isFileName(name)) return undefined;
  const parts = subfolder.split(/[\\/]/).filter((part) => part !== "" && part !== ".");
  if (!parts.every(isFileName) || parts.length > 16) return undefined;
  return { name, subfolder: parts.join("/"), ...(typeof type === "string" && { type }) };
}

/** One part of a path: no separators, no way up, nothing that a system reads otherwise. */
function isFileName(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names of files hold none.
  return text.length > 0 && text.length <= 255 && !/^\.{1,2}$|[\\/:\x00-\x1f]/.test(text);
}

/** Runs in the order of the times that they claim; those without one first, in the order of their source. */
export function inOrder(runs: readonly ImportedRun[]): ImportedRun[] {
  return runs.toSorted(({ claimedAt: a = "" }, { claimedAt: b = "" }) => (a < b ? -1 : a > b ? 1 : 0));
}
