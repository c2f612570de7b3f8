/** From what a graph was followed to, to the statements of an account. */

import type { Json } from "../../base/json.ts";
import { readSampler, readScheduler } from "../samplers.ts";
import { seedOf } from "../values.ts";
import type { Conditioning } from "./conditioning.ts";
import { originNode } from "./follow.ts";
import { isLink } from "./graph.ts";
import type { Known } from "./known.ts";
import type { Materials } from "./materials.ts";
import { modeOf } from "./mode.ts";
import type { Output } from "./output-node.ts";
import type { GraphPass } from "./passes.ts";
import { tellService } from "./service.ts";
import { batchOf, type KnownSize, sizeOfLink } from "./sizes.ts";
import { tellPassPrompt, tellPrompts } from "./tell-prompts.ts";
import { at, say, type Teller } from "./teller.ts";
import type { Walk } from "./walk.ts";

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

function sizeValue({ width, height }: KnownSize): Json {
  return { width: width.value, height: height.value };
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

/** The size of the base latent, and of the output where passes do not say it. */
function tellSize(teller: Teller, walk: Walk, { making, size }: Output): void {
  const base = making.passes[0];
  const latent = base && originNode(walk, base.sampling.latent, "latent", "latent");
  const batch = latent && batchOf(walk, latent.at);
  if (batch && Number.isSafeInteger(batch.value) && batch.value > 1) say(teller, "/batch/size", batch);
  const start = base && (base.sampling.latent ? sizeOfLink(walk, base.sampling.latent) : base.size);
  if (start) teller.draft.say("/size", sizeValue(start), at(teller, start.width));
  const last = making.passes.at(-1)?.size;
  // Scripts enlarge inside of the sampler that the output hangs on.
  if (last === undefined || making.passes.some(({ sampling }) => /script/i.test(sampling.node.type))) return;
  const same = size?.width === last.width.value && size.height === last.height.value;
  if (size === undefined) teller.draft.say("/extra/outputUnknown", true, { status: "derived" });
  else if (!same) teller.draft.say("/extra/outputSize", { ...size }, { status: "derived" });
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
