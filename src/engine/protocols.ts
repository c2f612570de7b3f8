/**
 * The critique's experiments on determinism, as protocols: what is drawn in which order, and what must come out.
 *
 * Each compares pixels by their hash and has a control that must differ: that images are equal says something only
 * where others are not.
 */

import type { Finding } from "../base/findings.ts";
import type { JsonObject } from "../base/json.ts";
import type { GenerateRequest } from "./request.ts";

/** One image of a protocol. */
export interface ProtocolRun {
  /** `first`, `again`, `control`, `detour`, `return`. */
  readonly role: string;
  /** What was changed against the first image. */
  readonly change: JsonObject;
  readonly pixelsSha256: string;
  /** Of the file, where one was written. */
  readonly sha256?: string;
  /** Of the engine that drew it, where each image had one of its own. */
  readonly fingerprint?: string;
}

/** What was done and what came out. It holds when no finding fails. */
export interface ProtocolOutcome {
  readonly runs: readonly ProtocolRun[];
  readonly findings: readonly Finding[];
}

/** Draws the one image of a request and gives its pixel hash. */
export type Draw = (request: GenerateRequest) => Promise<string>;

/** What a detour changes. */
type Change = Partial<Pick<GenerateRequest, "prompt" | "seeds" | "cfg" | "steps">>;

/**
 * `repeat`: the same request `times` times, and once with the next seed.
 * @param times - at least 2
 */
export async function repeat(draw: Draw, request: GenerateRequest, times: number): Promise<ProtocolOutcome> {
  const runs: ProtocolRun[] = [];
  for (let i = 0; i < times; i++) runs.push(await runOf(draw, request, i === 0 ? "first" : "again", {}));
  const control = await runOf(draw, request, "control", nextSeed(request));
  return { runs: [...runs, control], findings: [equal(runs), differing(runs[0]!, [control])] };
}

/**
 * `detour`: another word, then another seed, then both back.
 * @param word - what is replaced in the prompt, and by what; put at its end where the prompt has no such word
 */
export async function detour(
  draw: Draw,
  request: GenerateRequest,
  word: { readonly from: string; readonly to: string },
  seed: bigint,
): Promise<ProtocolOutcome> {
  const replaced = request.prompt.replaceAll(word.from, word.to);
  const prompt = replaced === request.prompt ? `${request.prompt}, ${word.to}` : replaced;
  const first = await runOf(draw, request, "first", {});
  const away = [
    await runOf(draw, request, "detour", { prompt }),
    await runOf(draw, request, "detour", { prompt, seeds: [seed] }),
  ];
  const back = await runOf(draw, request, "return", {});
  return { runs: [first, ...away, back], findings: [equal([first, back]), differing(first, away)] };
}

/**
 * `path`: any number of detours, each by one change of prompt, seed, guidance or steps, then back.
 * @param random - numbers in [0, 1) that choose the detours
 */
export async function path(
  draw: Draw,
  request: GenerateRequest,
  detours: number,
  random: () => number,
): Promise<ProtocolOutcome> {
  const first = await runOf(draw, request, "first", {});
  const away: ProtocolRun[] = [];
  for (let i = 0; i < detours; i++) away.push(await runOf(draw, request, "detour", changeOf(request, random)));
  const back = await runOf(draw, request, "return", {});
  return { runs: [first, ...away, back], findings: [equal([first, back]), differing(first, away)] };
}

function changeOf(request: GenerateRequest, random: () => number): Change {
  const kinds: readonly (() => Change)[] = [
    () => ({ seeds: [BigInt.asUintN(64, request.seeds[0]! + 1n + BigInt(Math.floor(random() * 1e9)))] }),
    () => ({ cfg: request.cfg + 0.5 + Math.floor(random() * 8) / 2 }),
    () => ({ steps: request.steps + 1 + Math.floor(random() * 4) }),
    () => ({ prompt: `${request.prompt}, ${["night", "snow", "red", "two"][Math.floor(random() * 4)]}` }),
  ];
  return kinds[Math.floor(random() * kinds.length)]!();
}

/** The control of every protocol: the next seed. */
export function nextSeed(request: GenerateRequest): Change {
  return { seeds: [BigInt.asUintN(64, request.seeds[0]! + 1n)] };
}

async function runOf(draw: Draw, request: GenerateRequest, role: string, change: Change): Promise<ProtocolRun> {
  const { seeds, ...rest } = change;
  const told: JsonObject = { ...rest, ...(seeds && { seed: String(seeds[0]) }) };
  return { role, change: told, pixelsSha256: await draw({ ...request, ...change }) };
}

/** Whether all these images have the same pixels. */
export function equal(runs: readonly ProtocolRun[]): Finding {
  const same = runs.every(({ pixelsSha256 }) => pixelsSha256 === runs[0]!.pixelsSha256);
  return {
    code: "engine.protocol-equal",
    level: same ? "holds" : "fails",
    text: same
      ? { en: "The same inputs gave the same pixels every time.", zh: "相同的输入每次都得到相同的像素。" }
      : { en: "The same inputs gave different pixels.", zh: "相同的输入得到了不同的像素。" },
  };
}

/** Whether each of the others has other pixels than the first. */
export function differing(first: ProtocolRun, others: readonly ProtocolRun[]): Finding {
  const differ = others.every(({ pixelsSha256 }) => pixelsSha256 !== first.pixelsSha256);
  return {
    code: "engine.protocol-control",
    level: differ ? "holds" : "fails",
    text: differ
      ? { en: "Every changed input gave other pixels.", zh: "每次改变输入都得到不同的像素。" }
      : { en: "A changed input gave the pixels of the first image.", zh: "改变输入后仍得到第一张图的像素。" },
  };
}
