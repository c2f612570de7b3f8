/** `seedproof generate`: images from a prompt, a recipe, another image's recipe, or pasted generation data. */

import { freemem } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { fill, type Lang, type Text } from "../base/texts.ts";
import type { EngineIdentity, EngineProgress, Resolution } from "../engine/engine.ts";
import type { GeneratedFile } from "../node/generate-files.ts";
import { workspace } from "../node/home.ts";
import { noteUse } from "../node/model-uses.ts";
import type { Adapter, Recipe } from "../recipe/recipe.ts";
import { engineChoice, engineOf, orderOf, sizingModel } from "./engine-choice.ts";
import { type GenerateOptions, wantedRecipe } from "./generate-options.ts";
import { EXIT, findingLine, langFor, localised, note, print, printJson } from "./output.ts";
import { decimal, sizeOf, whole } from "./parse-options.ts";

/** Images of one call. */
const MAX_BATCH = 10_000;

/** Registers the command. */
export function registerGenerate(program: Command): void {
  const command = program
    .command("generate")
    .description(
      "draw images with the embedded engine or a connected one; what is not said is taken from the recipe, or A1111's default",
    )
    .option("--batch <n>", "images, with seeds counted up", whole(1, MAX_BATCH), 1)
    .option("--init <image>", "image to start from")
    .option("--mask <image>", "white where the image is painted anew")
    .option("--denoise <x>", "how much of the image is given up", decimal(0, 1))
    .option("-o, --output <path>", "folder, or a file ending in .png", ".")
    .option(
      "--aigc-producer <code>",
      "write the AIGC label of GB 45438 with this producer; its number is the hash of the pixels",
    )
    .option("--force", "write over a file that is there")
    .option("--resume", "draw only what of the batch is not in the folder yet");
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
    .option("--engine <name>", "embedded, or a server: a1111=URL, comfyui=URL, sdcpp=URL", engineChoice, {
      name: "embedded",
    })
    .addOption(
      new Option("--mode <mode>", "reference: the same bits everywhere; fast: native code")
        .choices(["reference", "fast"])
        .default("reference"),
    )
    .option("--workers <n>", "threads; bits do not depend on them", whole(1, 256), 1)
    .option("--model <path>", "diffusers folder, checkpoint, or a name or hash on the shelf (seedproof models)");
}

async function run(options: GenerateOptions): Promise<number> {
  const home = workspace(options.home);
  const recipe = await wantedRecipe(options, sizingModel(options, home));
  const order = await orderOf(recipe, options);
  // The engine is loaded only here: other commands start without it.
  const { generateFiles } = await import("../node/generate-files.ts");
  const { restOfBatch } = await import("../node/resume-batch.ts");
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new SeedproofError("engine.cancelled", "stopped before it was done"));
  process.once("SIGINT", interrupt);
  const engine = await engineOf(options, home);
  try {
    const identity = await engine.identity(order, stop.signal);
    const resolution = await engine.resolve(order, stop.signal);
    sayMemory(resolution, langFor(options));
    const rest = options.resume ? await restOfBatch(order, identity, resolution, options.output) : { order, there: [] };
    for (const file of rest.there) note(fill(THERE, { file })[langFor(options)]);
    const files: GeneratedFile[] = [];
    const { output, force = false, aigcProducer } = options;
    const destination = { output, force, ...(aigcProducer !== undefined && { producer: aigcProducer }) };
    const hooks = { signal: stop.signal, onProgress: showProgress };
    for await (const file of rest.order ? generateFiles(engine, rest.order, destination, hooks) : []) {
      files.push(file);
      if (!options.json)
        print(`${file.file}  seed ${file.seed}  pixels ${file.pixelsSha256}  ${file.seconds.toFixed(1)} s`);
    }
    noteUses(
      home,
      "generate",
      files.map(({ recipe }) => recipe),
    );
    return report(files, resolution, identity, options);
  } finally {
    process.off("SIGINT", interrupt);
    await engine.close();
  }
}

/** Prints what is not an image, and gives the exit status: what was not drawn as asked is incomplete. */
function report(
  files: readonly GeneratedFile[],
  { assumed, losses, missing }: Resolution,
  identity: EngineIdentity,
  options: GenerateOptions,
): number {
  const lang = langFor(options);
  const found = files.flatMap(({ findings }) => findings);
  for (const name of missing) note(`not at hand, drawn without it: ${name}`);
  for (const finding of [...losses, ...found]) note(findingLine(finding, lang));
  if (options.json) {
    printJson({
      images: files.map(({ recipe: _, findings, ...file }) => ({
        ...file,
        ...(findings.length > 0 && { findings: localised(findings, lang) }),
      })),
      engine: identity,
      recipe: files[0]?.recipe,
      assumed,
      unsupported: losses.map(({ where }) => where?.pointer ?? ""),
      losses: localised(losses, lang),
      missing,
    });
  }
  if (found.some(({ level }) => level === "fails")) return EXIT.fails;
  return missing.length > 0 || losses.length > 0 ? EXIT.incomplete : EXIT.ok;
}

const THERE: Text = { en: "there already: {file}", zh: "已存在：{file}" };

/** Memory that is worth a word before minutes pass. */
const LARGE = 1e9;

/** Says what a large model takes before it is loaded. */
export function sayMemory({ memoryBytes = 0 }: Resolution, lang: Lang): void {
  if (memoryBytes < LARGE) return;
  const values = { needed: (memoryBytes / 1e9).toFixed(1), free: (freemem() / 1e9).toFixed(1) };
  note(fill(MEMORY, values)[lang]);
}

const MEMORY: Text = {
  en: "loading and drawing take up to {needed} GB; {free} GB are free",
  zh: "加载与绘制最多需 {needed} GB 内存；当前空闲 {free} GB",
};

/** Leaves a note on the shelf which model drew. */
export function noteUses(home: string, command: string, recipes: readonly (Recipe | undefined)[]): void {
  const model = recipes[0]?.models.find(({ role }) => role === "checkpoint")?.name;
  if (model !== undefined) noteUse(home, { time: new Date().toISOString(), model, command, images: recipes.length });
}

function showProgress({ image, pass, step, steps }: EngineProgress): void {
  if (!process.stderr.isTTY) return;
  const done = step >= steps ? "\r\u001b[K" : "";
  process.stderr.write(`\r${image + 1}  ${pass > 0 ? "hires " : ""}${step}/${steps}${done}`);
}

function collectAdapters(text: string, before: readonly Adapter[]): readonly Adapter[] {
  const colon = text.lastIndexOf(":");
  const weight = colon < 0 ? 1 : Number(text.slice(colon + 1));
  if (!Number.isFinite(weight)) throw new InvalidArgumentError("name:weight, such as my-style:0.8");
  const name = colon < 0 ? text : text.slice(0, colon);
  return [...before, { type: "lora", name, weight, weightText: weight, hashes: [] }];
}
