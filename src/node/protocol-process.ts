/** Protocols that need processes of their own: a restart, and other surroundings. Each image is drawn by `seedproof generate`. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { differing, equal, type ProtocolOutcome, type ProtocolRun } from "../engine/protocols.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { PROGRAM } from "./program.ts";

/** How images of a recipe are drawn elsewhere. */
export interface ProcessSettings {
  readonly recipe: Recipe;
  /** Arguments of `generate` that say model, mode and workspace. */
  readonly args: readonly string[];
}

/** What is other for one process. */
interface Surroundings {
  readonly seed?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly args?: readonly string[];
}

/**
 * `restart`: an image in one process, the same again in a new one, and a control with the next seed in a third.
 * @throws SeedproofError `engine.process-failed` with what the process said
 */
export async function restart(settings: ProcessSettings): Promise<ProtocolOutcome> {
  const first = await drawIn(settings, "first", {}, {});
  const again = await drawIn(settings, "again", {}, {});
  const control = await drawIn(settings, "control", { seed: nextSeed(settings.recipe) }, {});
  return { runs: [first, again, control], findings: [equal([first, again]), differing(first, [control])] };
}

/**
 * `invariance`: another user name, time zone, language, folder and number of threads each leave the pixels as they are.
 * @throws SeedproofError `engine.process-failed`
 */
export async function invariance(settings: ProcessSettings): Promise<ProtocolOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-elsewhere-"));
  try {
    const places: readonly Surroundings[] = [
      { env: { USER: "someone", LOGNAME: "someone", USERNAME: "someone", HOME: folder } },
      { env: { TZ: "Pacific/Kiritimati" } },
      { env: { LANG: "zh_CN.UTF-8", LC_ALL: "zh_CN.UTF-8" } },
      { cwd: folder },
      { args: ["--workers", "2"] },
    ];
    const first = await drawIn(settings, "first", {}, {});
    const others: ProtocolRun[] = [];
    for (const place of places) {
      const { env, cwd, args } = place;
      const change = { ...env, ...(cwd && { folder: cwd }), ...(args && { workers: args[1]! }) };
      others.push(await drawIn(settings, "again", change, place));
    }
    const control = await drawIn(settings, "control", { seed: nextSeed(settings.recipe) }, {});
    return {
      runs: [first, ...others, control],
      findings: [equal([first, ...others]), differing(first, [control])],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function nextSeed({ seed }: Recipe): string {
  return String(BigInt.asUintN(64, BigInt(seed ?? "0") + 1n));
}

async function drawIn(
  { recipe, args }: ProcessSettings,
  role: string,
  change: JsonObject,
  place: Surroundings,
): Promise<ProtocolRun> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-protocol-"));
  try {
    const file = join(folder, "recipe.json");
    writeFileSync(file, JSON.stringify(recipe));
    const seed = typeof change.seed === "string" ? ["--seed", change.seed] : [];
    const all = ["generate", "--json", "--recipe", file, "-o", join(folder, "image.png"), ...args, ...seed];
    const { pid, json } = await runProgram([...all, ...(place.args ?? [])], place);
    return { role, change: { ...change, pid }, pixelsSha256: hashIn(json) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runProgram(args: readonly string[], place: Surroundings): Promise<{ pid: number; json: unknown }> {
  return new Promise((resolve, reject) => {
    const [program, ...before] = PROGRAM;
    const child = spawn(program, [...before, ...args], {
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

function hashIn(json: unknown): string {
  const [image] = isObject(json) && Array.isArray(json.images) ? json.images : [];
  return isObject(image) ? String(image.pixelsSha256) : "";
}
