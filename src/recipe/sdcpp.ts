/**
 * stable-diffusion.cpp: A1111's infotext with its own words for sampler and noise source, since 2026 with the whole recipe once
 * more as JSON at the end (`SDCPP: {…}`), which also holds what the text leaves out.
 * @see https://github.com/leejet/stable-diffusion.cpp, examples/common/common.cpp (get_image_params)
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { readXmp } from "../image/xmp.ts";
import { isXmp } from "../image/xmp-names.ts";
import type { Draft } from "./account.ts";
import type { Generator } from "./generator.ts";
import { type Family, infotextAccount } from "./infotext/account.ts";
import { parseInfotext } from "./infotext/infotext.ts";
import { type JsonTeller, tellJson } from "./json-teller.ts";
import { adapterRef } from "./model-statements.ts";
import { readScheduler } from "./samplers.ts";
import { countOf, nameOf, numberOf } from "./values.ts";

/** Images of the programs and the server of stable-diffusion.cpp. */
export const sdcppFamily: Family = {
  tool: ({ parameters }) =>
    parameters.some(({ key, value }) => key === "Version" && /^stable-diffusion\.cpp/.test(value))
      ? "sdcpp"
      : undefined,
  tell(draft, fields) {
    // Its "cuda" generator is the Philox one that A1111 calls NV.
    fields.say("/rng/source", "RNG", (value) => RNG[value]);
    const parameter = fields.take("SDCPP");
    const json = parameter && tryJson(parameter.value);
    if (parameter && isObject(json) && String(json.schema).startsWith("sdcpp.image.params/")) {
      tellRecord(draft, json, tellJson(draft, json, "", fields.at(parameter)));
    }
  },
};

const NAMESPACE = "https://github.com/leejet/stable-diffusion.cpp/ns/1.0/";

/** WebP images, where the same text stands in an XMP property; its place in the packet is that of the whole property. */
export const sdcpp: Generator = {
  name: "sdcpp",
  read({ entries }) {
    return entries.flatMap(({ index, block }) => {
      if (!isXmp(block) || !block.text!.includes(NAMESPACE)) return [];
      const property = readXmp(block.text!).find(
        ({ namespace, name }) => namespace === NAMESPACE && name === "parameters",
      );
      const info = property && parseInfotext(property.value);
      if (!property || !info) return [];
      const account = infotextAccount("sdcpp", index, info, sdcppFamily);
      const source = { block: index, span: property.span };
      return [{ ...account, statements: account.statements.map((statement) => ({ ...statement, source })) }];
    });
  },
};

const RNG: Readonly<Record<string, string>> = { cuda: "nv", cpu: "cpu", std_default: "cpu" };

/** What the text in front does not say as well: version, schedule, LoRAs, the second run, and everything else verbatim. */
function tellRecord(draft: Draft, json: JsonObject, tell: JsonTeller): void {
  tell.say("/toolVersion", "generator", versionOf);
  tell.say("/passes/0/scheduler", "sampling", scheduleOf);
  for (const key of ["schema", "seed", "width", "height", "prompt", "models", "rng"]) tell.take(key);
  const clipSkip = numberOf(tell.take("clip_skip"));
  if (clipSkip !== undefined && clipSkip > 0) draft.say("/clipSkip", clipSkip, tell.at("clip_skip"));
  const loras = tell.take("loras");
  for (const [i, lora] of (Array.isArray(loras) ? loras : []).entries()) {
    if (!isObject(lora)) continue;
    draft.say(`/adapters/${i}`, adapterRef("lora", lora.name, { weight: lora.multiplier }), tell.at("loras", i));
  }
  tell.say("/passes/1", "hires", hiresOf);
  if (isObject(json.hires) && json.hires.enabled === false) tell.take("hires");
  tell.rest();
}

function versionOf(generator: Json): string | undefined {
  if (!isObject(generator)) return undefined;
  const parts = [generator.name, generator.version, generator.commit].flatMap((part) => nameOf(part) ?? []);
  return parts.join(" ") || undefined;
}

function scheduleOf(sampling: Json): Json | undefined {
  const name = isObject(sampling) ? nameOf(sampling.scheduler) : undefined;
  return name === undefined ? undefined : { ...readScheduler(name) };
}

function hiresOf(hires: Json): Json | undefined {
  if (!isObject(hires) || hires.enabled === false) return undefined;
  const [width, height] = [countOf(hires.target_width), countOf(hires.target_height)];
  const [method, factor] = [nameOf(hires.upscaler), numberOf(hires.scale)];
  const [steps, denoise] = [countOf(hires.steps), numberOf(hires.denoising_strength)];
  return {
    role: "hires",
    ...(steps && { steps }),
    ...(denoise !== undefined && { denoise }),
    upscale: { ...(method && { method }), ...(width && height ? { width, height } : factor ? { factor } : {}) },
  };
}
