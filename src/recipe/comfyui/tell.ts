/** From what a graph was followed to, to the statements of an account. */

import type { Json } from "../../base/json.ts";
import type { Draft, SourceHint } from "../account.ts";
import { readSampler, readScheduler } from "../samplers.ts";
import { seedOf, textOf } from "../values.ts";
import type { Conditioning, PromptText } from "./conditioning.ts";
import { originNode } from "./follow.ts";
import { isLink } from "./graph.ts";
import type { Known } from "./known.ts";
import type { Materials } from "./materials.ts";
import { modeOf } from "./mode.ts";
import type { Output } from "./output-node.ts";
import type { GraphPass } from "./passes.ts";
import { tellService } from "./service.ts";
import { batchOf, type KnownSize, sizeOfLink } from "./sizes.ts";
import type { Walk } from "./walk.ts";

/** States values at their places in the recipe; `block` holds them, `derived` where none was in force for this image. */
export interface Teller {
  readonly draft: Draft;
  readonly block: number;
  readonly derived: boolean;
}

/** States everything that an output was made with. */
export function tellOutput(teller: Teller, walk: Walk, output: Output): void {
  const { passes, materials } = output.making;
  tellDialect(teller, passes);
  const mode = modeOf(walk, output.making);
  if (mode) teller.draft.say("/mode", mode, { status: "derived" });
  tellPrompts(teller, passes);
  for (const [i, pass] of passes.entries()) tellPass(teller, pass, i, passes);
  tellMaterials(teller, materials, passes);
  if (passes.length === 0) tellService(teller.draft, walk, output.making.nodes, teller.derived);
  tellSize(teller, walk, output);
  if (output.node) {
    teller.draft.say("/extra/outputNode", output.node.id, {
      ...at(teller, { pointer: output.node.pointer }),
      status: "derived",
    });
  }
}

/** Encoders that read prompts by A1111's rules say so; the core has rules of its own. Noise is drawn on the CPU, or said. */
function tellDialect(teller: Teller, passes: readonly GraphPass[]): void {
  const parser = passes[0]?.positive.texts[0]?.encoder?.inputs.get("parser");
  const a1111 = parser !== undefined && !isLink(parser) && parser.value === "A1111";
  teller.draft.say("/dialect", a1111 ? "a1111" : "comfyui", { status: "derived" });
  const source = passes[0]?.sampling.noiseSource;
  const named = source && /^(cpu|gpu|nv)/i.exec(source.value)?.[1];
  if (source && named) say(teller, "/rng/source", { ...source, computed: true }, named.toLowerCase());
}

function at({ block, derived }: Teller, { pointer, computed }: Pick<Known, "pointer" | "computed">): SourceHint {
  return { block, pointer, status: derived || computed ? "derived" : "recorded" };
}

function say(teller: Teller, path: string, known: Known | undefined, value: Json | undefined = known?.value): void {
  if (known !== undefined) teller.draft.say(path, value, at(teller, known));
}

function tellPass(teller: Teller, pass: GraphPass, i: number, passes: readonly GraphPass[]): void {
  const { sampling } = pass;
  const path = `/passes/${i}`;
  const place = { pointer: sampling.node.pointer, computed: true as const };
  say(teller, `${path}/node`, { value: sampling.node.id, ...place });
  say(teller, `${path}/role`, { value: pass.role, ...place });
  tellSeed(teller, sampling.seed, i);
  for (const key of ["steps", "startStep", "endStep", "cfg", "denoise", "addNoise", "leftoverNoise"] as const) {
    say(teller, `${path}/${key}`, sampling[key]);
  }
  say(teller, `${path}/guidance`, sampling.guidance ?? pass.positive.guidance);
  tellSampler(teller, path, pass);
  say(teller, `${path}/model`, pass.model);
  if (i > 0) tellPassPrompt(teller, path, pass, passes);
  if (pass.size) teller.draft.say(`${path}/size`, sizeValue(pass.size), at(teller, { ...pass.size.width }));
  for (const key of ["method", "factor", "width", "height"] as const)
    say(teller, `${path}/upscale/${key}`, pass.upscale?.[key]);
}

/** A negative seed asks for a random one: the seed that was drawn is not in the file. */
function tellSeed({ draft, ...teller }: Teller, known: Known | undefined, i: number): void {
  if (known === undefined) return;
  const seed = seedOf(known.value);
  const hint = at({ draft, ...teller }, known);
  if (seed === undefined) {
    draft.find({
      code: "recipe.seed-not-recorded",
      level: "informs",
      text: {
        en: "The graph asks for a random seed; the one that was drawn is not recorded.",
        zh: "节点图要求随机种子；实际抽取的种子未被记录。",
      },
      where: { pointer: known.pointer },
    });
    return;
  }
  draft.say(`/passes/${i}/seed`, seed, hint);
  if (i === 0) draft.say("/seed", seed, hint);
}

function tellSampler(teller: Teller, path: string, { sampling }: GraphPass): void {
  if (sampling.sampler) {
    const { sampler, scheduler } = readSampler(sampling.sampler.value);
    say(teller, `${path}/sampler`, sampling.sampler, { ...sampler });
    if (scheduler && !sampling.scheduler) say(teller, `${path}/scheduler`, sampling.sampler, { ...scheduler });
  }
  if (sampling.scheduler)
    say(teller, `${path}/scheduler`, sampling.scheduler, { ...readScheduler(sampling.scheduler.value) });
}

function sizeValue({ width, height }: KnownSize): Json {
  return { width: width.value, height: height.value };
}

/** The size of the base latent, and of the output where passes do not say it. */
function tellSize(teller: Teller, walk: Walk, { making, size }: Output): void {
  const base = making.passes[0];
  const latent = base && originNode(walk, base.sampling.latent, "latent", "latent");
  const batch = latent && batchOf(walk, latent.at);
  if (batch && Number.isSafeInteger(batch.value) && batch.value > 1) say(teller, "/batch/size", batch);
  const start = base && sizeOfLink(walk, base.sampling.latent);
  if (start) teller.draft.say("/size", sizeValue(start), at(teller, start.width));
  const last = making.passes.at(-1)?.size;
  // Scripts enlarge inside of the sampler that the output hangs on.
  if (last === undefined || making.passes.some(({ sampling }) => /script/i.test(sampling.node.type))) return;
  const same = size?.width === last.width.value && size.height === last.height.value;
  if (size === undefined) teller.draft.say("/extra/outputUnknown", true, { status: "derived" });
  else if (!same) teller.draft.say("/extra/outputSize", { ...size }, { status: "derived" });
}

/** The pass whose prompt is the image's: the first that has any. */
function promptPass(passes: readonly GraphPass[], side: "positive" | "negative"): GraphPass | undefined {
  return passes.find((pass) => pass[side].texts.length > 0) ?? passes[0];
}

/** The prompts of the first pass that has any. */
function tellPrompts(teller: Teller, passes: readonly GraphPass[]): void {
  for (const side of ["positive", "negative"] as const) {
    const pass = promptPass(passes, side);
    if (pass === undefined) continue;
    const { texts, zeroed } = pass[side];
    const text = joined(texts);
    if (text === undefined) tellEmpty(teller, pass, side, zeroed?.pointer);
    else if (text.unrecorded) tellUnrecorded(teller, side, text, text.unrecorded.id);
    else say(teller, `/prompt/${side}`, text);
  }
  tellParts(teller, passes);
}

/** An emptied conditioning, or a sampler that takes no negative one, works like an empty prompt. */
function tellEmpty(teller: Teller, pass: GraphPass, side: "positive" | "negative", zeroed: string | undefined): void {
  if (zeroed !== undefined)
    teller.draft.say(`/prompt/${side}`, "", { block: teller.block, pointer: zeroed, status: "derived" });
  else if (side === "negative" && pass.sampling.negative === undefined) {
    teller.draft.say("/prompt/negative", "", {
      block: teller.block,
      pointer: pass.sampling.node.pointer,
      status: "defaulted",
    });
  }
}

function tellUnrecorded(
  { draft, ...teller }: Teller,
  side: "positive" | "negative",
  text: Known<string>,
  node: string,
): void {
  const template = side === "positive" ? "template" : "negativeTemplate";
  if (text.value !== "") draft.say(`/prompt/${template}`, text.value, at({ draft, ...teller }, text));
  draft.find({
    code: "recipe.prompt-not-recorded",
    level: "informs",
    text: {
      en: `The ${side} prompt was made while the graph ran (node ${node}); the file holds only what was typed.`,
      zh: `${side === "positive" ? "正向" : "反向"}提示词是在节点图运行时生成的（节点 ${node}）；文件中只有用户输入的文字。`,
    },
    where: { node, pointer: text.pointer },
  });
}

/** All texts in order, each once; one made at run time makes the whole so. */
function joined(texts: readonly PromptText[]): Known<string> | undefined {
  const clean = texts.map(({ text }) => ({ ...text, value: textOf(text.value) ?? "" }));
  const unique = clean.filter(({ value }, i) => clean.findIndex((other) => other.value === value) === i);
  const filled = unique.filter(({ value }) => value !== "");
  const [first] = filled.length > 0 ? filled : unique;
  if (first === undefined) return undefined;
  const unrecorded = unique.find((text) => text.unrecorded)?.unrecorded;
  const one = filled.length <= 1;
  return {
    value: one ? first.value : filled.map(({ value }) => value).join("\n"),
    pointer: first.pointer,
    ...((first.computed || !one) && { computed: true }),
    ...(unrecorded && { unrecorded }),
  };
}

function tellPassPrompt(teller: Teller, path: string, pass: GraphPass, passes: readonly GraphPass[]): void {
  for (const side of ["positive", "negative"] as const) {
    const text = joined(pass[side].texts);
    const main = promptPass(passes, side);
    if (text === undefined || text.unrecorded || text.value === joined(main?.[side].texts ?? [])?.value) continue;
    say(teller, `${path}/prompt/${side}`, text);
  }
}

/** Several texts, or texts for regions, are stated one by one beside the joined prompt. */
function tellParts(teller: Teller, passes: readonly GraphPass[]): void {
  let count = 0;
  for (const side of ["positive", "negative"] as const) {
    const pass = passes.find((other) => other[side].texts.length > 0);
    const texts = pass?.[side].texts ?? [];
    if (pass === undefined || (texts.length < 2 && texts[0]?.area === undefined)) continue;
    for (const part of texts) {
      if (part.text.unrecorded) continue;
      const region = regionOf(part, pass);
      const value = { text: textOf(part.text.value) ?? "", role: side, ...(region && { region }) };
      teller.draft.say(`/prompt/parts/${count++}`, value, at(teller, part.text));
    }
  }
}

function regionOf(
  { area }: PromptText,
  { size }: GraphPass,
): { x: number; y: number; width: number; height: number } | undefined {
  if (area === undefined || area.percent) return area?.region;
  if (size === undefined) return undefined;
  const [w, h] = [size.width.value, size.height.value];
  const { x, y, width, height } = area.region;
  return { x: x / w, y: y / h, width: width / w, height: height / h };
}

function tellMaterials(teller: Teller, materials: Materials, passes: readonly GraphPass[]): void {
  say(teller, "/clipSkip", materials.clipSkip);
  if (materials.shift) say(teller, "/extra/shift", materials.shift);
  const first = passes[0]?.model?.value;
  const models = [...materials.models.values()];
  models.sort((a, b) => Number(b.name.value === first) - Number(a.name.value === first));
  for (const [i, { role, name }] of models.entries()) {
    say(teller, `/models/${i}/role`, { ...name, computed: true }, role);
    say(teller, `/models/${i}/name`, name);
  }
  tellAdapters(teller, materials, passes);
  for (const [i, { role, name }] of [...materials.inputs.values()].entries()) {
    teller.draft.say(`/inputs/${i}`, { role, name: name.value }, at(teller, name));
  }
}

function tellAdapters(teller: Teller, materials: Materials, passes: readonly GraphPass[]): void {
  const adapters = [...materials.adapters.values(), ...embeddings(passes)];
  for (const [i, { type, name, ...numbers }] of adapters.entries()) {
    say(teller, `/adapters/${i}/type`, { ...name, computed: true }, type);
    say(teller, `/adapters/${i}/name`, name);
    for (const [key, known] of Object.entries(numbers)) say(teller, `/adapters/${i}/${key}`, known);
  }
}

/** Embeddings are named in the texts: `embedding:EasyNegative`. */
function embeddings(passes: readonly GraphPass[]): { type: "embedding"; name: Known<string> }[] {
  const found = new Map<string, Known<string>>();
  const sides: Conditioning[] = passes.flatMap(({ positive, negative }) => [positive, negative]);
  for (const { text } of sides.flatMap(({ texts }) => texts)) {
    for (const [, name] of text.value.matchAll(/\bembedding:([^\s,:()[\]]{1,200})/g)) {
      if (name !== undefined && found.size < 100)
        found.set(name, { value: name, pointer: text.pointer, computed: true });
    }
  }
  return [...found.values()].map((name) => ({ type: "embedding", name }));
}
