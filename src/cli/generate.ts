/** `seedproof generate`: images from a prompt, a recipe, another image's recipe, or pasted generation data. */

import { type Command, InvalidArgumentError, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import type { Understood } from "../engine/from-recipe.ts";
import type { Progress } from "../engine/request.ts";
import type { EmbeddedEngine } from "../node/embedded.ts";
import { modelPath } from "../node/find-model.ts";
import type { GeneratedFile } from "../node/generate-files.ts";
import { workspace } from "../node/home.ts";
import type { Adapter } from "../recipe/recipe.ts";
import { type GenerateOptions, wantedRecipe } from "./generate-options.ts";
import { EXIT, note, print, printJson } from "./output.ts";
import { decimal, sizeOf, whole } from "./parse-options.ts";
import { VERSION } from "./version.ts";

/** Images of one call. */
const MAX_BATCH = 10_000;

/** Registers the command. */
export function registerGenerate(program: Command): void {
  const command = program
    .command("generate")
    .description("draw images with the embedded engine; what is not said is taken from the recipe, or A1111's default")
    .option("--batch <n>", "images, with seeds counted up", whole(1, MAX_BATCH), 1)
    .option("--init <image>", "image to start from")
    .option("--mask <image>", "white where the image is painted anew")
    .option("--denoise <x>", "how much of the image is given up", decimal(0, 1))
    .option("-o, --output <path>", "folder, or a file ending in .png", ".")
    .option("--force", "write over a file that is there");
  withRecipeOptions(command).action(async (_: object, command: Command) => {
    process.exitCode = await run(command.optsWithGlobals());
  });
}

/** Options that say what is drawn, and with which model. */
export function withRecipeOptions(command: Command): Command {
  return command
    .option("--prompt <text>", "what to draw")
    .option("--negative <text>", "what not to draw")
    .option("--steps <n>", "steps of the sampler", whole(1, 1000))
    .option("--sampler <name>", 'by any tool\'s name: "DPM++ 2M", euler_ancestral, "DPM++ 2M SDE Karras"')
    .option("--schedule <name>", "noise schedule: karras, exponential, sgm_uniform …")
    .option("--cfg <x>", "guidance scale", decimal(0, 100))
    .option("--seed <n>", "0 … 2^64-1, or -1 for one drawn at random")
    .option("--size <WxH>", "pixels", sizeOf)
    .option("--lora <name:weight>", "adapter, may be given several times", collectAdapters, [])
    .option("--vae <name>", "another autoencoder")
    .option("--clip-skip <n>", "1 for the last layer of the text encoder", whole(1, 24))
    .addOption(
      new Option("--dialect <name>", "how the prompt is meant").choices(["a1111", "comfyui", "novelai", "plain"]),
    )
    .addOption(new Option("--rng <source>", "noise as A1111's setting of the name").choices(["cpu", "gpu", "nv"]))
    .option("--recipe <file>", "recipe or reading as JSON")
    .option("--from <image>", "the recipe of an image")
    .option("--infotext <file>", "pasted generation data, - for standard input")
    .option("--engine <name>", "the embedded engine", embeddedOnly, "embedded")
    .addOption(
      new Option("--mode <mode>", "reference: the same bits everywhere; fast: native code")
        .choices(["reference", "fast"])
        .default("reference"),
    )
    .option("--workers <n>", "threads; bits do not depend on them", whole(1, 256), 1)
    .option("--model <path>", "diffusers folder, checkpoint, or a name in the workspace's models/");
}

async function run(options: GenerateOptions): Promise<number> {
  const home = workspace(options.home);
  const model = modelPath(options.model, home);
  const recipe = await wantedRecipe(options, model);
  // The engine is loaded only here: other commands start without it.
  const { openEmbedded } = await import("../node/embedded.ts");
  const { generateFiles } = await import("../node/generate-files.ts");
  const { adapterFiles, modelRefs, requestFrom } = await import("../node/generate-request.ts");
  const { adapters, missing } = adapterFiles(recipe, home);
  const { mode, workers } = options;
  const vae = options.vae && modelPath(options.vae, home);
  const engine = await openEmbedded({ model, mode, workers, adapters, ...(vae && { vae }) });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new SeedproofError("engine.cancelled", "stopped before it was done"));
  process.once("SIGINT", interrupt);
  try {
    const understood = await requestFrom(recipe, options, engine);
    const files: GeneratedFile[] = [];
    const parts = { toolVersion: VERSION, models: modelRefs(engine, model), adapters: recipe.adapters };
    const destination = { output: options.output, force: options.force ?? false };
    const hooks = { signal: stop.signal, onProgress: showProgress };
    for await (const file of generateFiles(engine, understood.request, parts, destination, hooks)) {
      files.push(file);
      if (!options.json)
        print(`${file.file}  seed ${file.seed}  pixels ${file.pixelsSha256}  ${file.seconds.toFixed(1)} s`);
    }
    report(files, understood, missing, engine, options);
    return missing.length > 0 || understood.unsupported.length > 0 ? EXIT.incomplete : EXIT.ok;
  } finally {
    process.off("SIGINT", interrupt);
    await engine.close();
  }
}

function report(
  files: readonly GeneratedFile[],
  { request, assumed, unsupported }: Understood,
  missing: readonly string[],
  engine: EmbeddedEngine,
  options: GenerateOptions,
): void {
  for (const name of missing) note(`not at hand, drawn without it: ${name}`);
  for (const field of unsupported) note(`cannot be followed: ${field}`);
  if (!options.json) return;
  const { sha256: fingerprint, ...identity } = engine.fingerprint({ noise: request.source, dialect: request.dialect });
  printJson({
    images: files.map(({ recipe: _, ...file }) => file),
    engine: { name: "embedded", ...identity, fingerprint },
    recipe: files[0]?.recipe,
    assumed,
    unsupported,
    missing,
  });
}

function showProgress({ image, pass, step, steps }: Progress): void {
  if (!process.stderr.isTTY) return;
  const done = step + 1 === steps ? "\r\u001b[K" : "";
  process.stderr.write(`\r${image + 1}  ${pass === 1 ? "hires " : ""}${step + 1}/${steps}${done}`);
}

function embeddedOnly(name: string): string {
  if (name === "embedded") return name;
  throw new InvalidArgumentError("this version draws with the embedded engine");
}

function collectAdapters(text: string, before: readonly Adapter[]): readonly Adapter[] {
  const colon = text.lastIndexOf(":");
  const weight = colon < 0 ? 1 : Number(text.slice(colon + 1));
  if (!Number.isFinite(weight)) throw new InvalidArgumentError("name:weight, such as my-style:0.8");
  const name = colon < 0 ? text : text.slice(0, colon);
  return [...before, { type: "lora", name, weight, weightText: weight, hashes: [] }];
}
