/** The sampler runs that an infotext tells of: base, refiner, hires fix, and ADetailer's, in their order. */

import type { Json } from "../../base/json.ts";
import type { Draft, SourceHint } from "../account.ts";
import type { Named } from "../recipe.ts";
import { isScheduler, readSampler, readScheduler } from "../samplers.ts";
import { countOf, nameOf, numberOf, sizeOfText, textOf } from "../values.ts";
import type { InfotextFields } from "./fields.ts";
import type { Parameter } from "./infotext.ts";

/** What a second pass takes from the first where its own key is absent or says so. */
interface FirstPass {
  readonly steps: number | undefined;
  readonly cfg: number | undefined;
  readonly sampler: Named | undefined;
  readonly scheduler: Named | undefined;
}

/** What is told beside the statements: which passes there are. */
export interface PassesTold {
  /** The image was enlarged after the base pass. */
  readonly hires: boolean;
  /** It was also drawn again then. */
  readonly redrawn: boolean;
}

/** States every pass; `schedule` is the tool's own where none is written. `Denoising strength` belongs to hires fix where there is one, else to the base pass. */
export function tellPasses(draft: Draft, fields: InfotextFields, schedule?: Named): PassesTold {
  const first = tellBase(draft, fields, schedule);
  let next = 1;
  if (fields.has("Refiner")) tellRefiner(draft, fields, `/passes/${next++}`, first);
  const hires = hasHires(fields);
  const redrawn = hires && tellHires(draft, fields, `/passes/${next++}`, first);
  if (!hires) fields.say("/passes/0/denoise", "Denoising strength", numberOf);
  for (const ordinal of detailers(fields)) tellDetailer(draft, fields, `/passes/${next++}`, ordinal);
  return { hires, redrawn };
}

/** Keys of the schedule: A1111's, SD.Next's, those of ComfyUI's savers and of sites. */
const SCHEDULE_KEYS = ["Schedule type", "Sampler sigma", "Schedule", "Scheduler"];

function tellBase(draft: Draft, fields: InfotextFields, schedule: Named | undefined): FirstPass {
  const at = "/passes/0";
  const steps = fields.say(`${at}/steps`, "Steps", countOf);
  const cfg = fields.say(`${at}/cfg`, "CFG scale", numberOf);
  fields.say(`${at}/guidance`, ["Distilled CFG Scale", "Guidance"], numberOf);
  const { sampler, scheduler } = tellSampler(draft, fields, at, "Sampler", SCHEDULE_KEYS);
  if (sampler && schedule && !scheduler) draft.say(`${at}/scheduler`, named(schedule), { status: "defaulted" });
  return { steps, cfg, sampler, scheduler: scheduler ?? (sampler && schedule) };
}

/** The sampler, and the schedule from its own key or from the sampler's name. */
function tellSampler(
  draft: Draft,
  fields: InfotextFields,
  path: string,
  key: string,
  scheduleKeys: readonly string[],
): Pick<FirstPass, "sampler" | "scheduler"> {
  const parameter = fields.take(key);
  const reading = parameter && nameOf(parameter.value) !== undefined ? readSampler(parameter.value) : undefined;
  if (parameter && reading) draft.say(`${path}/sampler`, named(reading.sampler), fields.at(parameter));
  let scheduler: Named | undefined;
  const known = scheduleKeys.filter((one) => !isLooseKey(one) || isScheduler(fields.value(one) ?? ""));
  fields.say(`${path}/scheduler`, known, (value) => {
    scheduler = nameOf(value) === undefined ? undefined : readScheduler(value);
    return scheduler && named(scheduler);
  });
  if (!scheduler && parameter && reading?.scheduler) {
    scheduler = reading.scheduler;
    draft.say(`${path}/scheduler`, named(scheduler), partOf(parameter, scheduler.raw, fields.at(parameter)));
  }
  return { sampler: reading?.sampler, scheduler };
}

/** SD.Next has the sampler's class under `Scheduler`: such keys count only with a schedule's name. */
function isLooseKey(key: string): boolean {
  return key === "Schedule" || key === "Scheduler";
}

/** The model changes during the run. @see A1111 modules/sd_samplers_common.py, apply_refiner */
function tellRefiner(draft: Draft, fields: InfotextFields, path: string, { steps }: FirstPass): void {
  draft.say(`${path}/role`, "refiner", { status: "derived" });
  fields.say(`${path}/model`, "Refiner", (value) => nameOf(withoutHash(value)), { keep: true });
  fields.say(
    `${path}/startStep`,
    "Refiner switch at",
    (value) => {
      const share = numberOf(value);
      return share === undefined || steps === undefined ? undefined : Math.floor(share * steps) + 1;
    },
    { status: "derived", keep: true },
  );
}

function hasHires(fields: InfotextFields): boolean {
  return fields.matching(/^hires (?:upscale|upscaler|scale|resize|size|steps)$|^first pass size$/i).length > 0;
}

/** States the pass; says whether it runs the sampler. */
function tellHires(draft: Draft, fields: InfotextFields, path: string, first: FirstPass): boolean {
  // SD.Next records an upscale without a sampler run as hires too; it says so in its operations.
  const operations = fields.value("Operations");
  const samples = operations === undefined || /\b(?:hires|img2img)\b/.test(operations) || fields.has("Hires steps");
  draft.say(`${path}/role`, samples ? "hires" : "upscale", { status: "derived" });
  fields.say(`${path}/denoise`, ["Hires strength", "Denoising strength"], numberOf);
  fields.say(`${path}/upscale/method`, "Hires upscaler", nameOf);
  fields.say(`${path}/upscale/factor`, ["Hires upscale", "Hires scale"], numberOf);
  const to = sizeOfText(fields.value("Hires resize") ?? fields.value("Hires size"));
  const source = to && (fields.take("Hires resize") ?? fields.take("Hires size"));
  if (to && source) {
    draft.say(`${path}/upscale/width`, to.width, fields.at(source));
    draft.say(`${path}/upscale/height`, to.height, fields.at(source));
  }
  if (samples) tellHiresRun(draft, fields, path, first);
  return samples;
}

/** Steps, sampler and CFG of hires fix are those of the first pass unless they are written. */
function tellHiresRun(draft: Draft, fields: InfotextFields, path: string, first: FirstPass): void {
  const byDefault = (name: string, value: Json | undefined, said: unknown): void => {
    if (said === undefined) draft.say(`${path}/${name}`, value, { status: "defaulted" });
  };
  byDefault("steps", first.steps, fields.say(`${path}/steps`, "Hires steps", positive));
  byDefault("cfg", first.cfg, fields.say(`${path}/cfg`, "Hires CFG Scale", positive));
  fields.say(`${path}/guidance`, "Hires Distilled CFG Scale", numberOf);
  fields.say(`${path}/model`, "Hires checkpoint", (value) => nameOf(withoutHash(value)), { keep: true });
  fields.say(`${path}/prompt/positive`, "Hires prompt", textOf);
  fields.say(`${path}/prompt/negative`, "Hires negative prompt", textOf);
  const own = tellSampler(draft, fields, path, "Hires sampler", ["Hires schedule type"]);
  if (first.sampler) byDefault("sampler", named(first.sampler), own.sampler);
  if (first.scheduler) byDefault("scheduler", named(first.scheduler), own.scheduler);
}

/** Endings of ADetailer's keys, one a unit: none, ` 2nd`, ` 3rd` … */
function detailers(fields: InfotextFields): string[] {
  const models = fields
    .matching(/^ADetailer model(?: \d{1,2}(?:nd|rd|th))?$/i)
    .filter(({ value }) => nameOf(value) !== undefined);
  return [...new Set(models.map(({ key }) => key.slice("ADetailer model".length)))];
}

/** One ADetailer unit. Its keys stay under `/extra`: most of them are about finding the place. */
function tellDetailer(draft: Draft, fields: InfotextFields, path: string, ordinal: string): void {
  const keep = { keep: true };
  const key = (name: string): string => `ADetailer ${name}${ordinal}`;
  draft.say(`${path}/role`, "adetailer", { status: "derived" });
  draft.say(`${path}/node`, `ADetailer${ordinal}`, { status: "derived" });
  fields.say(`${path}/denoise`, key("denoising strength"), numberOf, keep);
  fields.say(`${path}/steps`, key("steps"), countOf, keep);
  fields.say(`${path}/cfg`, key("CFG scale"), numberOf, keep);
  fields.say(`${path}/model`, key("checkpoint"), ownName, keep);
  fields.say(`${path}/prompt/positive`, key("prompt"), textOf, keep);
  fields.say(`${path}/prompt/negative`, key("negative prompt"), textOf, keep);
  fields.say(
    `${path}/sampler`,
    key("sampler"),
    (value) => (ownName(value) ? named(readSampler(value).sampler) : undefined),
    keep,
  );
  fields.say(`${path}/scheduler`, key("scheduler"), (value) => ownName(value) && named(readScheduler(value)), keep);
}

/** A name that stands for itself, not for "as in the base pass". */
function ownName(value: string): string | undefined {
  return /^use same/i.test(value) ? undefined : nameOf(value);
}

/** `name [hash]` without its hash. */
export function withoutHash(value: string): string {
  return value.replace(/\s?\[[0-9a-f]{6,64}\]\s*$/i, "");
}

function positive(value: string): number | undefined {
  return numberOf(value) || undefined;
}

function named({ id, raw, variant }: Named): { id: string; raw: string; variant?: string } {
  return variant === undefined ? { id, raw } : { id, raw, variant };
}

/** The place of a part of a value that stands without escapes. */
function partOf(parameter: Parameter, part: string, hint: SourceHint): SourceHint {
  const at = parameter.raw.lastIndexOf(part);
  if (at < 0 || hint.status === "repaired") return hint;
  const from = parameter.span[0] + at;
  return { ...hint, span: [from, from + part.length] };
}
