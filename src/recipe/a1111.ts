/**
 * AUTOMATIC1111's web UI and every program that writes its infotext: as PNG text, EXIF UserComment, GIF or JPEG comment, or
 * in the low bits of pixels. Which program it was is told by each family's own file.
 * @see https://github.com/AUTOMATIC1111/stable-diffusion-webui, modules/images.py, modules/infotext_utils.py
 */

import type { Account } from "./account.ts";
import { civitaiFamily } from "./civitai.ts";
import { schemeEntries } from "./fooocus.ts";
import { forgeFamily } from "./forge.ts";
import type { Entry, Evidence, Generator } from "./generator.ts";
import { draftInfotext, type Family } from "./infotext/account.ts";
import { type Infotext, parseInfotext } from "./infotext/infotext.ts";
import { sdNextFamily } from "./sd-next.ts";
import { sdcppFamily } from "./sdcpp.ts";
import type { ToolId } from "./tools.ts";

/** A1111 itself. */
const a1111Family: Family = {
  tool: () => "a1111",
  schedule(fields) {
    // Until 1.9 the schedule was a part of the sampler's name, and a name without one meant the sampler's own.
    const [, minor] = /^v?1\.(\d{1,3})/.exec(fields.value("Version") ?? "v1.0") ?? [];
    return Number(minor) < 9 ? { id: "automatic", raw: "Automatic" } : undefined;
  },
};

/** Images that this program made, where they carry infotext. */
const ownFamily: Family = {
  tool: (info) => (/^seedproof\b/i.test(valueIn(info, "App") ?? "") ? "seedproof" : undefined),
};

/** Save nodes of ComfyUI that write A1111's infotext, with or without the graph beside it. */
const comfySaverFamily: Family = {
  tool: (info, evidence) => (isFromComfySaver(info, evidence) ? "comfyui" : undefined),
  dialect: "comfyui",
};

const FAMILIES: readonly Family[] = [
  ownFamily,
  civitaiFamily,
  sdNextFamily,
  sdcppFamily,
  forgeFamily,
  comfySaverFamily,
  a1111Family,
];

/** Every infotext of a file, each as an account of its own. */
export const a1111: Generator = {
  name: "a1111",
  read(evidence) {
    if (schemeEntries(evidence).length > 0) return [];
    return evidence.entries.flatMap((entry) => {
      const info = infotextOf(entry);
      return info ? [account(entry.index, info, evidence)] : [];
    });
  },
};

/**
 * The account of text that a person pasted, with its repairs; `undefined` where it holds no parameters. It speaks of
 * block 0, which is the text itself.
 */
export function readPastedInfotext(text: string): Account | undefined {
  const info = parseInfotext(text, { pasted: true });
  return info && account(0, info, { container: "unknown", pixels: undefined, entries: [] });
}

/** The infotext of a block, if it holds one. */
export function infotextOf({ block }: Entry): Infotext | undefined {
  if (block.text === undefined || isJsonOrXml(block.text)) return undefined;
  return parseInfotext(block.text);
}

function account(block: number, info: Infotext, evidence: Evidence): Account {
  const [tool, family] = familyOf(info, evidence);
  const draft = draftInfotext(tool, block, info, family);
  family.beside?.(draft, evidence);
  for (const { index, block: extra } of evidence.entries) {
    if (!/^(?:postprocessing|extras)$/.test(extra.key) || extra.text === undefined || index === block) continue;
    draft.say(`/extra/${extra.key}`, extra.text, { block: index });
    draft.say("/extra/outputUnknown", true, { block: index, status: "derived" });
  }
  return draft.done("recipe");
}

function familyOf(info: Infotext, evidence: Evidence): [ToolId, Family] {
  for (const family of FAMILIES) {
    const tool = family.tool(info, evidence);
    if (tool) return [tool, family];
  }
  return ["a1111", a1111Family];
}

/** A prompt may begin with a bracket, but then it does not end as JSON and hold its punctuation. */
function isJsonOrXml(text: string): boolean {
  if (/^\s{0,8}<(?:\?xpacket|\?xml|x:xmpmeta)/.test(text)) return true;
  return /^\s{0,8}(?:\{\s{0,8}["}]|\[\s{0,8}[{["])/.test(text) && /[}\]]\s{0,8}$/.test(text.slice(-16));
}

function valueIn({ parameters }: Infotext, name: string): string | undefined {
  return parameters.find(({ key }) => key === name)?.value;
}

/**
 * Savers name themselves in `Version`, or write none; then their own spellings show: samplers as ComfyUI names them,
 * model files with their ending, seeds beyond the 32 bits that A1111 draws.
 */
function isFromComfySaver(info: Infotext, { entries }: Evidence): boolean {
  const version = valueIn(info, "Version");
  if (version !== undefined) return /^ComfyUI/i.test(version);
  if (
    entries.some(({ block }) => /^(?:prompt|workflow)$/i.test(block.key) && /class_type|"nodes"/.test(block.text ?? ""))
  ) {
    return true;
  }
  const hasEnding = /\.(?:safetensors|ckpt|gguf|sft)$/i.test(valueIn(info, "Model") ?? "");
  const ownSpelling = /^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(valueIn(info, "Sampler") ?? "");
  const seed = valueIn(info, "Seed") ?? "";
  return hasEnding || ownSpelling || (/^\d{11,20}$/.test(seed) && valueIn(info, "App") === undefined);
}
