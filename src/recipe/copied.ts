/** An image's generation data as another program takes it: as it was recorded where possible, else written anew. */

import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Reading } from "./reading.ts";
import { recordedGraph, writeComfyui } from "./write-comfyui.ts";
import { writeInfotext } from "./write-infotext.ts";

/** Forms that generation data can be copied in. */
export const FORMS = ["a1111", "comfyui", "json"] as const;

/** One of {@link FORMS}. */
export type Form = (typeof FORMS)[number];

/** Generation data in one form, and what of the recipe it does not hold. */
export interface Copied {
  readonly text: string;
  /** `recorded`: letter for letter as the file holds it; `written`: put into this form here. */
  readonly origin: "recorded" | "written";
  readonly losses: readonly Finding[];
}

/** A reading with the texts of its blocks. */
export interface Copyable extends Pick<Reading, "recipe" | "tool" | "provenance" | "repairs"> {
  readonly file: string;
  readonly blocks: readonly { readonly key: string; readonly text?: string }[];
}

/** @throws SeedproofError `recipe.none` where the file says nothing of how it was made */
export function copiedAs(form: Form, reading: Copyable): Copied {
  const graph = form === "comfyui" ? recordedGraph(reading.blocks) : undefined;
  if (graph !== undefined) return { text: graph, origin: "recorded", losses: [] };
  const { recipe, tool } = reading;
  if (!recipe) throw new SeedproofError("recipe.none", "the file holds no recipe", { where: { file: reading.file } });
  if (form === "json") return { text: JSON.stringify(recipe, null, 2), origin: "written", losses: [] };
  const recorded = form === "a1111" ? recordedInfotext(reading) : undefined;
  if (recorded !== undefined) return { text: recorded, origin: "recorded", losses: [] };
  return { ...(form === "a1111" ? writeInfotext(recipe, tool) : writeComfyui(recipe)), origin: "written" };
}

/** The infotext that the prompt came from, where it needed no repair: JSON has pointers, an infotext only spans. */
function recordedInfotext({ provenance, blocks, repairs }: Copyable): string | undefined {
  const from = provenance["/prompt/positive"];
  const steps = provenance["/passes/0/steps"];
  if (!from || from.pointer !== undefined || steps?.block !== from.block || repairs.length > 0) return undefined;
  return blocks[from.block]?.text;
}
