/** Names of samplers and noise schedules: one canonical id for each, beside the spellings that the tools record. */

import type { Named } from "./recipe.ts";
import { type NameRow, SAMPLERS, SCHEDULERS } from "./sampler-names.ts";

/** Tools whose own spelling of a canonical id is known. */
export type NamingTool = "a1111" | "comfyui" | "diffusers";

/**
 * A spelling without case, separators and decoration: `sample_dpmpp_2m`, `DPM++ 2M` and `dpm++2m` are one. `a` at the end
 * is the tools' short form of `ancestral`; diffusers' class names lose their common endings.
 */
function fold(raw: string): string {
  return raw
    .trim()
    .replace(/(?<=[a-z0-9])(?:Discrete|Multistep)?Scheduler$|(?<=[a-z0-9])(?:Discrete|Multistep)$/, "")
    .toLowerCase()
    .replace(/^sample_/, "")
    .replace(/\+\+/g, "pp")
    .replace(/^k_/, "")
    .replace(/[\s_\-.[\]()]+/g, "-")
    .replace(/(?<=[2s]|euler|multistep)-?ancestral/, "-a")
    .replace(/^-+|-+$/g, "")
    .replace(/^dpm2?pp-?/, "dpmpp-");
}

interface Known {
  readonly id: string;
  readonly variant?: string;
}

function spellings(rows: readonly NameRow[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  const add = (spelling: string | undefined, entry: Known): void => {
    if (spelling !== undefined && !known.has(fold(spelling))) known.set(fold(spelling), entry);
  };
  for (const { id, a1111, comfyui, also = [], diffusers } of rows) {
    for (const other of also) if (typeof other !== "string") add(other[0], { id, variant: other[1] });
    for (const spelling of [id, a1111, comfyui, ...also, diffusers]) {
      if (typeof spelling !== "object") add(spelling, { id });
    }
  }
  return known;
}

const KNOWN_SAMPLERS = spellings(SAMPLERS);
const KNOWN_SCHEDULERS = spellings(SCHEDULERS);
/**
 * Schedules as endings of a sampler's name, the longest first. InvokeAI marks the Karras schedule by `_k`; what is a
 * sampler's name too ("DDIM") is no ending.
 */
const ENDINGS: readonly (readonly [ending: string, id: string])[] = [
  ...[...KNOWN_SCHEDULERS].map(([ending, { id }]) => [ending, id] as const),
  ["k", "karras"] as const,
]
  .filter(([ending]) => ending !== "ddim")
  .sort(([a], [b]) => b.length - a.length);

/** A sampler's recorded name, understood. */
export interface SamplerReading {
  /** An unknown name keeps its spelling and gets an id made from it. */
  readonly sampler: Named;
  /** The schedule that the name carries; `raw` is its part of the recorded name. */
  readonly scheduler?: Named;
}

/**
 * The sampler, and the schedule where it is a part of the name: `DPM++ 2M SDE Karras`, `euler_ancestral_karras`.
 * `variant` says what makes another picture with the same method (`gpu`, `bh2`, `v3`).
 */
export function readSampler(raw: string): SamplerReading {
  const folded = fold(raw);
  const known = lookUp(folded);
  if (known) return { sampler: named(known, raw) };
  for (const [ending, id] of ENDINGS) {
    if (!folded.endsWith(`-${ending}`)) continue;
    const base = lookUp(folded.slice(0, -ending.length - 1));
    if (base) return { sampler: named(base, raw), scheduler: { id, raw: lastWords(raw, ending) } };
  }
  return { sampler: { id: slug(raw), raw } };
}

/** A schedule by any tool's name; an unknown one keeps its spelling and gets an id made from it. */
export function readScheduler(raw: string): Named {
  const known = KNOWN_SCHEDULERS.get(fold(raw));
  return { id: known?.id ?? slug(raw).replaceAll("-", "_"), raw };
}

/** Whether some tool has a schedule of this name. */
export function isScheduler(raw: string): boolean {
  return KNOWN_SCHEDULERS.has(fold(raw));
}

/** The spelling that a tool uses for a canonical sampler id; `undefined` where the tool has no such sampler. */
export function samplerIn(id: string, tool: NamingTool, variant?: string): string | undefined {
  const name = SAMPLERS.find((row) => row.id === id)?.[tool];
  if (name === undefined || tool !== "comfyui") return name;
  return variant === "gpu" || variant === "bh2" ? `${name}_${variant}` : name;
}

/** The spelling that a tool uses for a canonical schedule id; `undefined` where the tool has no such schedule. */
export function schedulerIn(id: string, tool: NamingTool): string | undefined {
  return SCHEDULERS.find((row) => row.id === id)?.[tool];
}

/** Endings that make a variant of any sampler: noise drawn on the GPU, flow matching. */
const VARIANTS: readonly (readonly [ending: string, variant: string])[] = [
  ["-gpu", "gpu"],
  ["-flowmatch", "flow"],
];

function lookUp(folded: string): Known | undefined {
  const known = KNOWN_SAMPLERS.get(folded);
  if (known) return known;
  for (const [ending, variant] of VARIANTS) {
    const base = folded.endsWith(ending) ? KNOWN_SAMPLERS.get(folded.slice(0, -ending.length)) : undefined;
    if (base) return { ...base, variant };
  }
  return undefined;
}

function named({ id, variant }: Known, raw: string): Named {
  return variant === undefined ? { id, raw } : { id, raw, variant };
}

/** The end of a recorded name that folds to `ending`. */
function lastWords(raw: string, ending: string): string {
  const text = raw.trim();
  for (let from = text.length - 1; from > 0; from--) {
    if (/[\s_-]/.test(text[from - 1]!) && fold(text.slice(from)) === ending) return text.slice(from);
  }
  return text.slice(-ending.length);
}

function slug(raw: string): string {
  return raw
    .trim()
    .toLowerCase()
    .replace(/\+\+/g, "pp")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}
