/** Protocols that need processes of their own: a restart, and other surroundings. Each image is drawn by `seedproof generate`. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { EngineIdentity } from "../engine/engine.ts";
import { differing, equal, type ProtocolOutcome, type ProtocolRun } from "../engine/protocols.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { PROGRAM } from "./program.ts";

/** How images of a recipe are drawn elsewhere. */
export interface ProcessSettings {
  readonly recipe: Recipe;
  /** Arguments of `generate` that say model, mode and workspace. */
  readonly args: readonly string[];
}

/** What was drawn, and the engine that the first process stated. */
export type ProcessOutcome = ProtocolOutcome & { readonly engine: EngineIdentity };

/** An image of one process, and the engine that drew it. */
interface Drawn {
  readonly run: ProtocolRun;
  readonly engine: EngineIdentity;
}

/** Two months, the critique's own example of a clock put back. */
const DAYS_BACK = 61;

/** A module that puts the clock of a process back before anything else runs in it. */
export const CLOCK_BACK = `data:text/javascript,${encodeURIComponent(`
  const real = Date, now = () => real.now() - ${DAYS_BACK * 86_400_000};
  globalThis.Date = new Proxy(real, {
    construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [now()], made),
    apply: () => new real(now()).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });`)}`;

/** What is other for one process. */
interface Surroundings {
  readonly seed?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly args?: readonly string[];
  /** A module that the process loads first. */
  readonly load?: string;
}

/**
 * `restart`: an image in one process, the same again in a new one, and a control with the next seed in a third.
 * @throws SeedproofError `engine.process-failed` with what the process said
 */
export async function restart(settings: ProcessSettings): Promise<ProcessOutcome> {
  const first = await drawIn(settings, "first", {}, {});
  const again = await drawIn(settings, "again", {}, {});
  const control = await drawIn(settings, "control", { seed: nextSeed(settings.recipe) }, {});
  return outcomeOf([first, again], control);
}

/**
 * `invariance`: another user name, clock, time zone, language, folder and number of threads each leave the pixels as they are.
 * @throws SeedproofError `engine.process-failed`
 */
export async function invariance(settings: ProcessSettings): Promise<ProcessOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-elsewhere-"));
  try {
    const places: readonly Surroundings[] = [
      { env: { USER: "someone", LOGNAME: "someone", USERNAME: "someone", HOME: folder } },
      { load: CLOCK_BACK },
      { env: { TZ: "Pacific/Kiritimati" } },
      { env: { LANG: "zh_CN.UTF-8", LC_ALL: "zh_CN.UTF-8" } },
      { cwd: folder },
      { args: ["--workers", "2"] },
    ];
    const first = await drawIn(settings, "first", {}, {});
    const others: Drawn[] = [];
    for (const place of places) {
      const { env, cwd, args, load } = place;
      const change = {
        ...{ ...env, ...(cwd && { folder: cwd }), ...(args && { workers: args[1]! }) },
        ...(load && { clock: `${DAYS_BACK} days back` }),
      };
      others.push(await drawIn(settings, "again", change, place));
    }
    const control = await drawIn(settings, "control", { seed: nextSeed(settings.recipe) }, {});
    return outcomeOf([first, ...others], control);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same engine must have drawn all: a file that was exchanged in between is another one. */
function outcomeOf(same: readonly Drawn[], control: Drawn): ProcessOutcome {
  const all = [...same, control];
  const [first] = same;
  const { fingerprint } = first!.engine;
  const kept = all.every(({ engine }) => engine.fingerprint === fingerprint);
  const runs = same.map(({ run }) => run);
  const findings = [equal(runs), differing(runs[0]!, [control.run]), ...(kept ? [] : [OTHER_ENGINE])];
  return { runs: all.map(({ run }) => run), findings, engine: first!.engine };
}

const OTHER_ENGINE: Finding = {
  code: "engine.protocol-engine",
  level: "fails",
  text: {
    en: "The engine changed between the images: their fingerprints differ.",
    zh: "各图像之间引擎发生了变化：其指纹不同。",
  },
};

function nextSeed({ seed }: Recipe): string {
  return String(BigInt.asUintN(64, BigInt(seed ?? "0") + 1n));
}

async function drawIn(
  { recipe, args }: ProcessSettings,
  role: string,
  change: JsonObject,
  place: Surroundings,
): Promise<Drawn> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-protocol-"));
  try {
    const file = join(folder, "recipe.json");
    writeFileSync(file, JSON.stringify(recipe));
    const seed = typeof change.seed === "string" ? ["--seed", change.seed] : [];
    const all = ["generate", "--json", "--recipe", file, "-o", join(folder, "image.png"), ...args, ...seed];
    const { pid, json } = await runProgram([...all, ...(place.args ?? [])], place);
    const { image, engine } = statedIn(json);
    return { run: { role, change: { ...change, pid }, ...image, fingerprint: engine.fingerprint }, engine };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runProgram(args: readonly string[], place: Surroundings): Promise<{ pid: number; json: unknown }> {
  return new Promise((resolve, reject) => {
    const [program, ...before] = PROGRAM;
    const child = spawn(program, [...(place.load ? ["--import", place.load] : []), ...before, ...args], {
      env: { ...process.env, ...place.env },
      ...(place.cwd && { cwd: place.cwd }),
      // It ends with this process: see `main.ts`.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    let [out, said] = ["", ""];
    child.stdout!.on("data", (data) => {
      out += data;
    });
    child.stderr!.on("data", (data) => {
      said += data;
    });
    child.on("error", reject);
    child.on("close", () => {
      const json = tryJson(out);
      if (isObject(json) && Array.isArray(json.images)) resolve({ pid: child.pid!, json });
      else
        reject(new SeedproofError("engine.process-failed", `a process drew no image: ${(said || out).slice(0, 500)}`));
    });
  });
}

/** What `generate --json` says of its image and its engine. */
function statedIn(json: unknown): { image: { pixelsSha256: string; sha256: string }; engine: EngineIdentity } {
  const { images, engine } = json as { images: [{ pixelsSha256: string; sha256: string }]; engine: EngineIdentity };
  const [{ pixelsSha256, sha256 }] = images;
  return { image: { pixelsSha256, sha256 }, engine };
}
