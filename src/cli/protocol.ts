/** `seedproof protocol`: the critique's experiments, ready to run, with a certificate of what was done. */

import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import type { EngineIdentity } from "../engine/engine.ts";
import { type Draw, detour, type ProtocolOutcome, path, repeat } from "../engine/protocols.ts";
import { modelPath } from "../node/find-model.ts";
import { workspace } from "../node/home.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { engineOf, orderOf, sizingModel } from "./engine-choice.ts";
import { withRecipeOptions } from "./generate.ts";
import { type GenerateOptions, wantedRecipe } from "./generate-options.ts";
import { EXIT, langFor, localised, print, printJson } from "./output.ts";
import { whole } from "./parse-options.ts";
import { certificateLines, recipeHash } from "./protocol-certificate.ts";
import { TOOL } from "./version.ts";

/** What each protocol is, by the numbers of the critique's requirements. */
const PROTOCOLS = {
  restart: {
    requirement: "C8",
    about: { en: "an image, then the same again in a new process", zh: "先生成一张图像，再在新进程中生成相同的图像" },
  },
  repeat: { requirement: "C9", about: { en: "the same image N times", zh: "同一图像生成 N 次" } },
  detour: {
    requirement: "C10",
    about: { en: "another word, then another seed, then both back", zh: "先换词，再换种子，然后都改回" },
  },
  path: { requirement: "C12", about: { en: "N random detours, then back", zh: "N 次随机绕行，然后返回" } },
  invariance: {
    requirement: "C13",
    about: {
      en: "other user, clock, time zone, language, folder, threads",
      zh: "不同的用户、时钟、时区、语言、文件夹与线程数",
    },
  },
} as const satisfies Readonly<Record<string, { readonly requirement: string; readonly about: Text }>>;

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
    const command = withRecipeOptions(protocol.command(name).description(`${about.en} (${requirement})`));
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
  const recipe = await wantedRecipe(options, sizingModel(options, workspace(options.home)));
  const started = new Date().toISOString();
  const outcome = await outcomeOf(name, recipe, options);
  const holds = outcome.findings.every(({ level }) => level !== "fails");
  const lang = langFor(options);
  const { requirement, about } = PROTOCOLS[name];
  const certificate = {
    ...{ protocol: name, requirement, about: about[lang], tool: TOOL },
    ...{
      started,
      ended: new Date().toISOString(),
      holds,
      runs: outcome.runs,
      recipe,
      recipeSha256: recipeHash(recipe),
    },
    ...{ mode: options.mode, engine: outcome.engine, findings: outcome.findings },
  };
  if (options.json) printJson({ ...certificate, findings: localised(outcome.findings, lang) });
  else for (const line of certificateLines(certificate, lang)) print(line);
  return holds ? EXIT.ok : EXIT.fails;
}

/** What came out, and what the engine says of itself where one process drew all. */
async function outcomeOf(
  name: Name,
  recipe: Recipe,
  options: ProtocolOptions,
): Promise<ProtocolOutcome & { readonly engine: EngineIdentity }> {
  const home = workspace(options.home);
  if (name === "restart" || name === "invariance") {
    const { restart, invariance } = await import("../node/protocol-process.ts");
    const outcome = await (name === "restart" ? restart : invariance)({ recipe, args: processArgs(options, home) });
    return options.engine.name === "embedded" ? outcome : withServerKept(outcome);
  }
  const [{ requestOf }, { pixelHash }] = [
    await import("../engine/from-recipe.ts"),
    await import("../image/pixel-hash.ts"),
  ];
  const engine = await engineOf(options, home);
  try {
    const order = await orderOf(recipe, { ...options, batch: 1 });
    const draw: Draw = async (wanted) => {
      const { value } = await engine.generate({ ...order, recipe: withRequest(order.recipe, wanted) }).next();
      if (!value) throw new SeedproofError("engine.process-failed", "no image was drawn");
      return pixelHash(value.pixels);
    };
    const identity = await engine.identity(order);
    return { ...(await OUTCOMES[name](draw, requestOf(recipe).request, options)), engine: identity };
  } finally {
    await engine.close();
  }
}

/** What a process of its own is told beside the recipe. */
function processArgs({ engine, model, mode, vae }: ProtocolOptions, home: string): string[] {
  const place = ["--mode", mode, "--home", resolve(home), ...(vae === undefined ? [] : ["--vae", vae])];
  if (engine.name === "embedded") return ["--model", resolve(modelPath(model, home)), ...place];
  return ["--engine", `${engine.name}=${engine.url}`, ...(model === undefined ? [] : ["--model", model]), ...place];
}

/** The recipe with what a protocol changes in it. */
function withRequest(recipe: Recipe, { prompt, seeds, cfg, steps }: Parameters<Draw>[0]): Recipe {
  const [first, ...others] = recipe.passes;
  const seed = String(seeds[0]);
  return {
    ...recipe,
    prompt: { ...recipe.prompt, positive: prompt },
    seed,
    passes: [{ ...first, seed, cfg, steps }, ...others],
  };
}

/** A server's process is not ours to start anew. */
function withServerKept<Outcome extends ProtocolOutcome>(outcome: Outcome): Outcome {
  const text = {
    en: "The programs that asked were new; the server was not started anew.",
    zh: "发出请求的程序是新启动的；服务器没有重新启动。",
  };
  const finding: Finding = { code: "engine.protocol-server-kept", level: "informs", text };
  return { ...outcome, findings: [...outcome.findings, finding] };
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
