/** A prompt of any dialect as ComfyUI writes the same texts with the same weights, as far as it can. */

import type { Dialect } from "../recipe.ts";
import { parseComfyPrompt } from "./comfyui.ts";
import { networkTags } from "./networks.ts";
import { parsePrompt } from "./prompt.ts";
import type { WeightedText } from "./weighted.ts";

/** What ComfyUI's prompt grammar has no word for. */
export type PromptLoss = "weights" | "chunks" | "schedule" | "combination";

/** A prompt for `CLIPTextEncode`, and what of its meaning is gone or changed. */
export interface ComfyPrompt {
  readonly text: string;
  readonly losses: readonly PromptLoss[];
}

/**
 * The prompt for ComfyUI: network tags taken out, weights as `(text:1.2)`. Of a schedule the first stage is kept, parts
 * that `AND` combines and chunks of `BREAK` become one text.
 */
export function promptForComfyui(text: string, dialect: Dialect): ComfyPrompt {
  if (dialect === "comfyui" || dialect === "invokeai") return { text, losses: [] };
  const { subprompts } = parsePrompt(text, dialect);
  const stages = subprompts.map((subprompt) => subprompt.stages[0]!);
  const parts = stages.flatMap(({ chunks }) => chunks.flat());
  const losses: PromptLoss[] = [];
  if (parts.some(({ weight }) => weight !== 1)) losses.push("weights");
  if (stages.some(({ chunks }) => chunks.length > 1)) losses.push("chunks");
  if (subprompts.some((subprompt) => subprompt.stages.length > 1)) losses.push("schedule");
  if (subprompts.length > 1) losses.push("combination");
  const plain = losses.length === 0 && networkTags(text).length === 0 && means(text, text);
  const joined = stages.flatMap(({ chunks }) => chunks.map((chunk) => chunk.map(written).join("").trim())).join(" ");
  return { text: plain ? text : joined, losses };
}

/** Whether ComfyUI reads `text` as exactly this plain text. */
function means(text: string, plain: string): boolean {
  const parts = parseComfyPrompt(text);
  return parts.every(({ weight }) => weight === 1) && parts.map((part) => part.text).join("") === plain;
}

function written({ text, weight }: WeightedText): string {
  const escaped = text.replace(/[()]/g, "\\$&");
  if (weight === 1 || text.trim() === "") return escaped;
  return `(${escaped}:${Number(weight.toFixed(4))})`;
}
