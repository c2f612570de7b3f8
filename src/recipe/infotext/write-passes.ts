/** The runs of a recipe in A1111's keys: the base pass, the refiner, hires fix. */

import type { Named, Pass } from "../recipe.ts";
import { readSampler, samplerIn, schedulerIn } from "../samplers.ts";
import { fileName, type Writing } from "./writing.ts";

/** Writers for the places where A1111 puts each part. */
export interface PassWriters {
  readonly base: () => void;
  readonly hires: { readonly denoise: () => void; readonly rest: () => void };
}

/** Sorts the passes into what A1111 knows; what it does not know is lost, and said. */
export function writePasses(writing: Writing): PassWriters {
  const { recipe, lose } = writing;
  const [base = {}, ...others] = recipe.passes;
  const hires = others.find(isHires);
  const refiner = others.find(({ role }) => role === "refiner");
  for (const [i, pass] of others.entries()) {
    // ADetailer's keys are in `extra`, where the recipe keeps them.
    const isKept = writing.native && pass.role === "adetailer";
    if (pass === hires || pass === refiner || isKept) continue;
    lose(`/passes/${i + 1}`, { en: "A1111 has no keys for this further run", zh: "A1111 没有记录这一后续采样的键" });
  }
  return {
    base: () => {
      writeBase(writing, base);
      if (refiner) writeRefiner(writing, base, refiner);
    },
    hires: {
      denoise: () => writeDenoise(writing, base, hires),
      rest: () => hires && writeHires(writing, base, hires),
    },
  };
}

/** Hires fix, or a second run of another tool that enlarges or re-draws what the first made. */
function isHires({ role, denoise, upscale }: Pass): boolean {
  if (role === "hires" || role === "upscale") return true;
  return role === undefined && (upscale !== undefined || (denoise !== undefined && denoise < 1));
}

function writeBase({ line, native, lose }: Writing, base: Pass): void {
  line.add("Steps", base.steps);
  const names = samplerNames(base.sampler, base.scheduler, native);
  line.add("Sampler", names.sampler);
  line.add("Schedule type", names.scheduler);
  for (const name of names.unknown) {
    lose("/passes/0/sampler", { en: `A1111 has no sampler or schedule ${name}`, zh: `A1111 没有采样器或调度 ${name}` });
  }
  if (!native && base.sampler?.variant !== undefined) {
    const { raw, variant } = base.sampler;
    lose("/passes/0/sampler", {
      en: `A1111's sampler is not the variant ${variant} of ${raw}: it makes another picture`,
      zh: `A1111 的采样器并非 ${raw} 的 ${variant} 变体，会得到不同的图像`,
    });
  }
  line.add("CFG scale", base.cfg);
  line.add("Distilled CFG Scale", base.guidance);
}

interface Names {
  readonly sampler: string | undefined;
  readonly scheduler: string | undefined;
  readonly unknown: readonly string[];
}

/**
 * A1111's names for sampler and schedule. A recipe of the family keeps its own spelling, with the schedule in the
 * sampler's name where it was.
 */
function samplerNames(sampler: Named | undefined, scheduler: Named | undefined, native: boolean): Names {
  const nameIn = (named: Named | undefined, find: typeof schedulerIn): string | undefined =>
    named && (native ? named.raw : (find(named.id, "a1111") ?? named.raw));
  const unknown = native
    ? []
    : [
        ...(sampler && samplerIn(sampler.id, "a1111") === undefined ? [sampler.raw] : []),
        ...(scheduler && schedulerIn(scheduler.id, "a1111") === undefined ? [scheduler.raw] : []),
      ];
  const fused = sampler && readSampler(sampler.raw).scheduler;
  const isInName = native && fused !== undefined && fused.id === scheduler?.id && fused.raw === scheduler.raw;
  return {
    sampler: nameIn(sampler, samplerIn),
    scheduler: isInName ? undefined : nameIn(scheduler, schedulerIn),
    unknown,
  };
}

function writeRefiner({ line, recipe }: Writing, base: Pass, refiner: Pass): void {
  if (refiner.model !== undefined) line.add("Refiner", withHash(recipe.models, "refiner", refiner.model));
  if ("Refiner switch at" in recipe.extra || !refiner.startStep || !base.steps) return;
  line.add("Refiner switch at", (refiner.startStep - 1) / base.steps);
}

/** A name with its short hash in brackets, as A1111 titles a checkpoint. */
function withHash(models: Writing["recipe"]["models"], role: string, name: string): string {
  const model = models.find((other) => other.role === role && other.name === name);
  const hash = model?.hashes.find(({ kind }) => kind === "autov2" || kind === "autov1");
  return hash ? `${name} [${hash.value}]` : name;
}

/** Without hires fix a denoising strength makes it img2img, so that txt2img must not write its 1. */
function writeDenoise({ line, recipe, lose }: Writing, base: Pass, hires: Pass | undefined): void {
  if (hires) {
    line.add("Denoising strength", hires.denoise);
    if (base.denoise !== undefined && base.denoise !== 1) {
      lose("/passes/0/denoise", {
        en: "with hires fix, A1111 records the denoising strength of the second run only",
        zh: "使用高分辨率修复时，A1111 只记录第二次采样的去噪强度",
      });
    }
  } else if (base.denoise !== 1 || (recipe.mode !== undefined && recipe.mode !== "txt2img")) {
    line.add("Denoising strength", base.denoise);
  }
}

/** Steps, CFG and sampler are written where they differ from the first run, as A1111 does. */
function writeHires(writing: Writing, base: Pass, hires: Pass): void {
  const { line, native, recipe, lose } = writing;
  const own = <T>(value: T | undefined, first: T | undefined): T | undefined => (value === first ? undefined : value);
  const { upscale = {} } = hires;
  line.add("Hires upscale", upscale.factor);
  if (upscale.width && upscale.height) line.add("Hires resize", `${upscale.width}x${upscale.height}`);
  const isShown = Object.keys(upscale).length > 0;
  line.add("Hires steps", isShown ? own(hires.steps, base.steps) : (hires.steps ?? 0));
  line.add("Hires upscaler", upscale.method);
  line.add("Hires CFG Scale", own(hires.cfg, base.cfg));
  line.add("Hires Distilled CFG Scale", hires.guidance);
  if (hires.model !== undefined && hires.model !== base.model) {
    line.add("Hires checkpoint", withHash(recipe.models, "checkpoint", native ? hires.model : fileName(hires.model)));
  }
  const names = samplerNames(hires.sampler, hires.scheduler, native);
  const isSame = hires.sampler?.raw === base.sampler?.raw;
  line.add("Hires sampler", isSame ? undefined : names.sampler);
  line.add("Hires schedule type", hires.scheduler?.raw === base.scheduler?.raw ? undefined : names.scheduler);
  line.add("Hires prompt", hires.prompt?.positive);
  line.add("Hires negative prompt", hires.prompt?.negative);
  if (hires.seed !== undefined && hires.seed !== recipe.seed) {
    lose("/passes/1/seed", {
      en: "A1111 draws the second run from the same seed",
      zh: "A1111 的第二次采样沿用同一种子",
    });
  }
}
