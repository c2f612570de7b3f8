/** `seedproof reproduce`: makes an image again from its own recipe and says how far that went, beside a negative control. */

import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import { readCalibration } from "../compare/calibration.ts";
import type { Region } from "../compare/regions.ts";
import type { EngineProgress } from "../engine/engine.ts";
import { modelPath } from "../node/find-model.ts";
import { workspace } from "../node/home.ts";
import { readInput } from "../node/input-file.ts";
import type { EngineChoice } from "../node/open-engine.ts";
import { readRecipeFile } from "../node/recipe-file.ts";
import type { ReproduceSettings, ReproduceStage, ReproductionReport } from "../node/reproduce.ts";
import type { SearchSettings } from "../node/search-recipe.ts";
import { readTextFile } from "../node/text-file.ts";
import { engineChoice } from "./engine-choice.ts";
import { noteUses } from "./generate.ts";
import { EXIT, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";
import { whole } from "./parse-options.ts";
import { reportLines } from "./reproduce-texts.ts";
import { VERSION } from "./version.ts";

interface ReproduceOptions extends GlobalOptions {
  readonly engine: EngineChoice;
  readonly mode: "reference" | "fast";
  readonly workers: number;
  readonly model?: string;
  readonly vae?: string;
  readonly init?: string;
  readonly mask?: string;
  readonly recipe?: string;
  readonly region: readonly Region[];
  readonly grid: number;
  readonly calibration?: string;
  readonly search?: boolean;
  readonly runs: number;
  readonly seconds: number;
  readonly searchSeed: number;
  readonly seeds?: readonly bigint[];
  readonly try: Readonly<Record<string, readonly Json[]>>;
  readonly output?: string;
}

/** Seeds of one range: more is no search but an exhaustion. */
const MAX_SEEDS = 1_000_000;

/** Registers the command. */
export function registerReproduce(program: Command): void {
  program
    .command("reproduce")
    .description("make an image again from the recipe in it: twice, and once with the next seed as negative control")
    .argument("<image>")
    .option("--engine <name>", "embedded, or a server: a1111=URL, comfyui=URL, sdcpp=URL", engineChoice, {
      name: "embedded",
    })
    .addOption(
      new Option("--mode <mode>", "reference: the same bits everywhere; fast: native code")
        .choices(["reference", "fast"])
        .default("reference"),
    )
    .option("--workers <n>", "threads; bits do not depend on them", whole(1, 256), 1)
    .option(
      "--model <path>",
      "draw with this one: a path, or a name or hash on the shelf (default: the recipe's, by its hash)",
    )
    .option("--vae <path>", "another autoencoder")
    .option("--init <image>", "the image that it started from")
    .option("--mask <image>", "the mask, white where the image was painted anew")
    .option("--recipe <file>", "this recipe in place of the image's own")
    .option("--region <name=x,y,w,h>", "a part to be judged on its own, may be given several times", collectRegion, [])
    .option("--grid <n>", "cells a side of the table of regions, 0 for none", whole(0, 16), 3)
    .option("--calibration <file>", "thresholds from seedproof calibrate reproduction")
    .option("--search", "try likely values for what the file does not say")
    .option("--runs <n>", "attempts of the search at most", whole(1, 1_000_000), 40)
    .option("--seconds <n>", "seconds of the search at most", whole(1, 10_000_000), 600)
    .option("--search-seed <n>", "order among equally likely values", whole(0, 2 ** 32 - 1), 1)
    .option("--seeds <from-to>", "seeds to try where none is recorded", seedRange)
    .option("--try <pointer=v,v,…>", "values for a field of the recipe, such as /passes/0/steps=20,30", collectTry, {})
    .option("-o, --output <folder>", "where the pictures go (default: reproductions/ in the workspace)")
    .action(async (image: string, _: object, command: Command) => {
      process.exitCode = await run(image, command.optsWithGlobals());
    });
}

async function run(image: string, options: ReproduceOptions): Promise<number> {
  const home = workspace(options.home);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new SeedproofError("engine.cancelled", "stopped before it was done"));
  process.once("SIGINT", interrupt);
  const settings = settingsOf(image, home, options);
  const lang = langFor(options);
  // The engine is loaded only here: other commands start without it.
  const { reproduceFile } = await import("../node/reproduce.ts");
  try {
    const report = await reproduceFile({
      ...settings,
      hooks: {
        signal: stop.signal,
        onProgress: showProgress,
        onStage: (stage) => process.stderr.isTTY && note(STAGES[stage][lang]),
      },
    });
    if (report.image) noteUses(home, "reproduce", [report.recipe]);
    if (options.json) printJson(localised(report, lang));
    else for (const line of reportLines(report, lang)) print(line);
    return statusOf(report);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function settingsOf(image: string, home: string, options: ReproduceOptions): ReproduceSettings {
  const { engine, mode, workers, region, grid } = options;
  const local = engine.name === "embedded";
  return {
    ...{ image, home, version: VERSION, engine, mode, workers, grid, boxes: region },
    ...(local && options.model !== undefined && { model: resolve(modelPath(options.model, home)) }),
    ...(local && options.vae !== undefined && { vae: modelPath(options.vae, home) }),
    ...(options.init !== undefined && { init: readInput(options.init) }),
    ...(options.mask !== undefined && { mask: readInput(options.mask) }),
    ...(options.recipe !== undefined && { recipe: readRecipeFile(options.recipe) }),
    ...(options.calibration !== undefined && {
      calibration: readCalibration(tryJson(readTextFile(options.calibration))),
    }),
    ...(options.search && { search: searchOf(options) }),
    output: options.output ?? join(home, "reproductions", new Date().toISOString().replace(/[:.]/g, "-")),
  };
}

function searchOf({ runs, seconds, searchSeed, seeds, try: values }: ReproduceOptions): SearchSettings {
  return { runs, seconds, seed: searchSeed, ...(seeds && { seeds }), values };
}

/** Reproduced, in whatever degree, is 0; different 1; not drawn for want of something 2; undetermined 3. */
function statusOf({ verdict, certainty }: ReproductionReport): number {
  if (verdict === "not-reproducible") return EXIT.incomplete;
  if (certainty === "undetermined") return EXIT.cannotTell;
  return verdict === "different" ? EXIT.fails : EXIT.ok;
}

function collectRegion(text: string, before: readonly Region[]): readonly Region[] {
  const [, name, ...sides] = /^([^=]{1,80})=(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})$/.exec(text) ?? [];
  const [x, y, width, height] = sides.map(Number);
  if (!name || x === undefined) throw new InvalidArgumentError("name=x,y,w,h in pixels, such as face=40,12,30,30");
  return [...before, { name, x, y: y!, width: width!, height: height! }];
}

function collectTry(text: string, before: ReproduceOptions["try"]): ReproduceOptions["try"] {
  const [, field, list] =
    /^(\/(?:seed|clipSkip|dialect|rng\/\w+|extra\/\w+|passes\/\d\/(?:steps|cfg|sampler|scheduler|denoise)))=(.+)$/.exec(
      text,
    ) ?? [];
  if (!field || !list) throw new InvalidArgumentError("pointer=value,value such as /passes/0/steps=20,30");
  return {
    ...before,
    [field]: list
      .split(",")
      .map((value): Json => (field !== "/seed" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value)),
  };
}

function seedRange(text: string): bigint[] {
  const [, from, to] = /^(\d{1,19})-(\d{1,19})$/.exec(text) ?? [];
  const count = from && to ? BigInt(to) - BigInt(from) + 1n : 0n;
  if (count < 1n || count > BigInt(MAX_SEEDS)) throw new InvalidArgumentError(`from-to, at most ${MAX_SEEDS} seeds`);
  return Array.from({ length: Number(count) }, (_, i) => BigInt(from!) + BigInt(i));
}

function showProgress({ pass, step, steps }: EngineProgress): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${pass > 0 ? "hires " : ""}${step}/${steps}${step >= steps ? "\r\u001b[K" : ""}`);
}

const STAGES: Readonly<Record<ReproduceStage, Text>> = {
  search: { en: "search over what the file does not say", zh: "搜索文件未载明的字段" },
  reproduction: { en: "reproduction", zh: "重现" },
  repeat: { en: "the same again", zh: "再次重现" },
  control: { en: "negative control: the next seed", zh: "阴性对照：下一个种子" },
};
