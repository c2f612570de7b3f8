/** `seedproof calibrate`: the thresholds of verdicts, out of populations of pairs, with the errors that they make. */

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { ReproductionCalibration } from "../compare/calibration.ts";
import { modelPath, trainedSize } from "../node/find-model.ts";
import { workspace } from "../node/home.ts";
import { writeOutput } from "../node/output-file.ts";
import type { Size } from "../recipe/recipe.ts";
import { registerCalibrateCopies } from "./calibrate-copies.ts";
import { EXIT, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";
import { decimal, sizeOf, whole } from "./parse-options.ts";
import { shareText } from "./reproduce-texts.ts";
import { VERSION } from "./version.ts";

interface ReproductionOptions extends GlobalOptions {
  readonly model?: string;
  readonly mode: "reference" | "fast";
  readonly recipes: number;
  readonly seed: number;
  readonly size?: Size;
  readonly steps: number;
  readonly cfg: number;
  readonly sampler: string;
  readonly schedule: string;
  readonly prompts?: string;
  readonly note?: string;
  readonly output?: string;
  readonly force?: boolean;
}

/** Registers the commands: one for each kind of verdict. */
export function registerCalibrate(program: Command): void {
  const calibrate = program.command("calibrate").description("thresholds of verdicts, with their error rates");
  registerCalibrateCopies(calibrate);
  calibrate
    .command("reproduction")
    .description(
      "draw populations with the embedded engine: same recipe computed otherwise, other seed, other word …; a stopped run goes on",
    )
    .option("--model <path>", "diffusers folder, checkpoint, or a name or hash on the shelf")
    .addOption(new Option("--mode <mode>", "what draws").choices(["reference", "fast"]).default("reference"))
    .option("--recipes <n>", "base images, at least 8", whole(8, 100_000), 60)
    .option("--seed <n>", "seed of the first base image", whole(0, 2 ** 32 - 1), 1)
    .option("--size <WxH>", "pixels (default: what the model was trained on)", sizeOf)
    .option("--steps <n>", "steps of the sampler", whole(2, 1000), 16)
    .option("--cfg <x>", "guidance scale", decimal(0, 100), 4.5)
    .option("--sampler <id>", "sampler", "dpmpp-2m")
    .option("--schedule <id>", "noise schedule", "karras")
    .option("--prompts <file>", "lines of a prompt, a tab, and the same with one word changed")
    .option("--note <text>", "stands in the data, such as that the model is not final")
    .option("-o, --output <file>", "where the data goes as JSON")
    .option("--force", "write over a file that is there")
    .action(async (_: object, command: Command) => {
      process.exitCode = await reproduction(command.optsWithGlobals());
    });
}

async function reproduction(options: ReproductionOptions): Promise<number> {
  const { calibrateReproduction } = await import("../node/calibrate-reproduction.ts");
  const home = workspace(options.home);
  const model = resolve(modelPath(options.model, home));
  const size = options.size ?? trainedSize(model) ?? { width: 512, height: 512 };
  const { mode, recipes, seed, steps, cfg, sampler, schedule, note = "", prompts } = options;
  const stop = new AbortController();
  const interrupt = (): void =>
    stop.abort(new SeedproofError("engine.cancelled", "stopped; the next run goes on from here"));
  process.once("SIGINT", interrupt);
  try {
    const made = await calibrateReproduction({
      ...{ home, version: VERSION, model, name: basename(model).replace(/\.safetensors$/, ""), mode },
      ...{ recipes, seed, size, steps, cfg, sampler, schedule, note: { en: note, zh: note } },
      ...(prompts !== undefined && { prompts: promptPairs(prompts) }),
      ...{ now: () => new Date(), signal: stop.signal, onPair: showPairs },
    });
    if (options.output) writeOutput(options.output, utf8(`${JSON.stringify(made, null, 1)}\n`), options.force);
    show(made, options);
    return EXIT.ok;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function promptPairs(file: string): (readonly [string, string])[] {
  const pairs = readFileSync(file, "utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("\t"));
  if (pairs.length > 0 && pairs.every((pair) => pair.length === 2)) return pairs as [string, string][];
  throw new SeedproofError("cli.usage", `${file}: each line is a prompt, a tab, and the prompt with one word changed`);
}

function show(made: ReproductionCalibration, options: GlobalOptions): void {
  const lang = langFor(options);
  if (options.json) {
    printJson(localised(made, lang));
    return;
  }
  print(made.id);
  for (const [name, { low, value, high }] of Object.entries(made.thresholds)) {
    print(`${name.padEnd(10)} ${value}  (${low} … ${high})`);
  }
  for (const { name, kin, pairs, verdicts } of made.populations) {
    const shares = Object.entries(verdicts).map(([verdict, share]) => `${verdict} ${shareText(share)}`);
    print(`${kin.padEnd(8)} ${name.padEnd(18)} ${String(pairs).padStart(5)}  ${shares.join("  ")}`);
  }
  for (const [name, share] of Object.entries(made.errors)) print(`${name.padEnd(22)} ${shareText(share)}`);
}

function showPairs(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${of}${done >= of ? "\r\u001b[K" : ""}`);
}
