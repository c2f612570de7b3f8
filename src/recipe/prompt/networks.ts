/** Network tags of a prompt: `<lora:name:weight>`. A1111 takes them out before it reads the prompt. */

import type { Span } from "../../base/json-text.ts";
import type { Adapter } from "../recipe.ts";

/** A `<lora:name:weight>`, `<lyco:…>` or `<hypernet:…>`. */
export interface NetworkTag {
  readonly type: "lora" | "lycoris" | "hypernetwork";
  readonly name: string;
  /** For the model; 1 where the tag names no weight, absent where what it names is no number. */
  readonly weight?: number;
  /** For the text encoder. */
  readonly weightText?: number;
  /** Whether the tag names a weight at all. */
  readonly weighted: boolean;
  readonly span: Span;
}

const TAG = /<(lora|lyco|hypernet):([^<>:\n]{1,300})((?::[^<>:\n]{0,100}){0,8})>/gi;
const TYPES = { lora: "lora", lyco: "lycoris", hypernet: "hypernetwork" } as const;

/** The tags in order. @see AUTOMATIC1111/stable-diffusion-webui, modules/extra_networks.py, extensions-builtin/Lora */
export function networkTags(prompt: string): NetworkTag[] {
  return [...prompt.matchAll(TAG)].map((match) => {
    const type = TYPES[match[1]!.toLowerCase() as keyof typeof TYPES];
    const span: Span = [match.index, match.index + match[0].length];
    return { type, name: match[2]!.trim(), ...weightsOf(match[3]!.split(":").slice(1)), span };
  });
}

/** The adapters that a prompt names itself, in its order; no tag knows a hash. */
export function taggedAdapters(prompt: string): Adapter[] {
  return networkTags(prompt).map(({ type, name, weight = 1, weightText = weight }) => {
    return { type, name, weight, weightText, hashes: [] };
  });
}

/** `:te:unet` by place, or `te=`, `unet=` by name; one number is for both. */
function weightsOf(items: readonly string[]): Pick<NetworkTag, "weight" | "weightText" | "weighted"> {
  const places = items.filter((item) => !item.includes("="));
  const named = new Map(items.map((item) => [item.split("=")[0]!.trim(), item.split("=")[1]]));
  const textItem = named.get("te") ?? places[0];
  const weightText = textItem === undefined ? 1 : leadingNumber(textItem);
  const modelItem = named.get("unet") ?? places[1];
  const weight = (modelItem === undefined ? undefined : leadingNumber(modelItem)) ?? weightText;
  return {
    weighted: textItem !== undefined || modelItem !== undefined,
    ...(weight !== undefined && { weight }),
    ...(weightText !== undefined && { weightText }),
  };
}

function leadingNumber(item: string): number | undefined {
  const number = Number.parseFloat(item);
  return Number.isFinite(number) ? number : undefined;
}
