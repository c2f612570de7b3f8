/** `seedproof protocol`: the critique's experiments, ready to run, with a certificate of what was done. */

import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { type Draw, detour, type ProtocolOutcome, path, repeat } from "../engine/protocols.ts";
import { modelPath } from "../node/find-model.ts";
import { workspace } from "../node/home.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { withRecipeOptions } from "./generate.ts";
import { type GenerateOptions, wantedRecipe } from "./generate-options.ts";
import { EXIT, findingLine, langFor, localised, print, printJson } from "./output.ts";
import { whole } from "./parse-options.ts";
import { VERSION } from "./version.ts";

/** What each protocol is, by the numbers of the critique's requirements. */
const PROTOCOLS = {
  restart: { requirement: "C8", about: "an image, then the same again in a new process" },
  repeat: { requirement: "C9", about: "the same image N times" },
  detour: { requirement: "C10", about: "another word, then another seed, then both back" },
  path: { requirement: "C12", about: "N random detours, then back" },
  invariance: { requirement: "C13", about: "other user, time zone, language, folder, threads" },
} as const;

type Name = keyof typeof PROTOCOLS;

interface ProtocolOptions extends GenerateOptions {
  readonly times: number;
  readonly word: string;
  readonly detourSeed: string;
}

/** Registers the commands. */
export function registerProtocol(program: Command): void {
  const protocol = program.command("protocol").description("experiments on determinism, ready to run");
  for (const name of Object.keys(PROTOCOLS) as Name[]) {
    const { about, requirement } = PROTOCOLS[name];
    const command = withRecipeOptions(protocol.command(name).description(`${about} (${requirement})`));
    if (name === "repeat" || name === "path") {
      command.option("--times <n>", "images or detours", whole(2, 10_000), 5);
    }
    if (name === "detour") {
      command.option("--word <from=to>", "the word that is changed", "night=day");
      command.addOption(new Option("--detour-seed <n>", "the other seed").default("119129788"));
    }
    command.action(async (_: object, command: Command) => {
      process.exitCode = await run(name, command.optsWithGlobals());
    });
  }
}

async function run(name: Name, options: ProtocolOptions): Promise<number> {
  const model = resolve(modelPath(options.model, workspace(options.home)));
  const recipe = await wantedRecipe(options, model);
  const started = new Date().toISOString();
  const outcome = await outcomeOf(name, recipe, model, options);
  const holds = outcome.findings.every(({ level }) => level !== "fails");
  const lang = langFor(options);
  const { requirement, about } = PROTOCOLS[name];
  const certificate = {
    ...{ protocol: name, requirement, about, tool: `seedproof ${VERSION}`, started, ended: new Date().toISOString() },
    ...{ holds, runs: outcome.runs, recipe, mode: options.mode, engine: outcome.engine },
  };
  if (options.json) printJson({ ...certificate, findings: localised(outcome.findings, lang) });
  else {
    print(`${name} (${requirement}): ${about}`);
    for (const { role, change, pixelsSha256 } of outcome.runs) {
      print(`${role.padEnd(8)} ${pixelsSha256}  ${JSON.stringify(change)}`);
    }
    for (const finding of outcome.findings) print(findingLine(finding, lang));
  }
  return holds ? EXIT.ok : EXIT.fails;
}

/** What came out, and the fingerprint of the engine where one process drew all. */
async function outcomeOf(
  name: Name,
  recipe: Recipe,
  model: string,
  options: ProtocolOptions,
): Promise<ProtocolOutcome & { readonly engine?: unknown }> {
  if (name === "restart" || name === "invariance") {
    const { restart, invariance } = await import("../node/protocol-process.ts");
    const args = ["--model", model, "--mode", options.mode, "--home", resolve(workspace(options.home))];
    const vae = options.vae ? ["--vae", options.vae] : [];
    return (name === "restart" ? restart : invariance)({ recipe, args: [...args, ...vae] });
  }
  const [{ openEmbedded }, { generate }] = [await import("../node/embedded.ts"), await import("../engine/pipeline.ts")];
  const [{ toRaster }, { pixelHash }] = [await import("../engine/pixels.ts"), await import("../image/pixel-hash.ts")];
  const { adapterFiles, requestFrom } = await import("../node/generate-request.ts");
  const home = workspace(options.home);
  const { adapters } = adapterFiles(recipe, home);
  const vae = options.vae && modelPath(options.vae, home);
  const { mode, workers } = options;
  const engine = await openEmbedded({ model, mode, workers, adapters, ...(vae && { vae }) });
  try {
    const { request } = await requestFrom(recipe, { batch: 1 }, engine);
    const draw: Draw = async (wanted) => {
      const { value } = await generate(engine.model, wanted).next();
      if (!value) throw new SeedproofError("engine.process-failed", "no image was drawn");
      return pixelHash(toRaster(value.pixels, "truncate"));
    };
    const outcome = await OUTCOMES[name](draw, request, options);
    return { ...outcome, engine: engine.fingerprint({ noise: request.source, dialect: request.dialect }) };
  } finally {
    await engine.close();
  }
}

const OUTCOMES: Readonly<
  Record<
    "repeat" | "detour" | "path",
    (draw: Draw, request: Parameters<Draw>[0], o: ProtocolOptions) => Promise<ProtocolOutcome>
  >
> = {
  repeat: (draw, request, { times }) => repeat(draw, request, times),
  path: (draw, request, { times }) => path(draw, request, times, () => randomInt(2 ** 47) / 2 ** 47),
  detour: (draw, request, { word, detourSeed }) => {
    const [from, to] = word.split("=");
    if (!from || !to) throw new SeedproofError("cli.usage", `"${word}" is no change of a word such as night=day`);
    if (!/^\d{1,19}$/.test(detourSeed)) throw new SeedproofError("cli.usage", `"${detourSeed}" is no seed`);
    return detour(draw, request, { from, to }, BigInt(detourSeed));
  },
};
