/** What the parts of the infotext writer share. */

import type { Text } from "../../base/texts.ts";
import type { Recipe } from "../recipe.ts";
import type { ParameterLine } from "./write-line.ts";

/** A recipe on its way into an infotext. */
export interface Writing {
  readonly recipe: Recipe;
  readonly line: ParameterLine;
  /** The recipe was read from an infotext: its own spellings and its `extra` are of this format. */
  readonly native: boolean;
  /** Reports what is not written, or not as it was. */
  lose(path: string, text: Text): void;
}

/** A1111 names a model by its file without folder and ending. */
export function fileName(name: string): string {
  return name.replace(/^.*[\\/]/, "").replace(/\.(?:safetensors|ckpt|pt|pth|bin|gguf|sft)$/i, "");
}
