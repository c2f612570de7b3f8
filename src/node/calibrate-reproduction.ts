/** Populations for the thresholds of reproductions, drawn with the embedded engine: resumable, one base image after the other. */

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { canonicalJson, isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import { toolName } from "../base/tool.ts";
import {
  calibrate,
  type Kin,
  type PairMeasures,
  type Population,
  type ReproductionCalibration,
} from "../compare/calibration.ts";
import { measurePair } from "../compare/metrics.ts";
import { gridRegions, measureRegions } from "../compare/regions.ts";
import type { Backend, DiffusionModel } from "../engine/backend.ts";
import { engineFingerprint } from "../engine/fingerprint.ts";
import { modelOn } from "../engine/load.ts";
import { roundedToBfloat16, withNoisyUNet } from "../engine/perturb.ts";
import { generate } from "../engine/pipeline.ts";
import { toRaster } from "../engine/pixels.ts";
import type { GenerateRequest, PixelSize } from "../engine/request.ts";
import type { Raster } from "../image/raster.ts";
import { makeFolder, nodeFileSystem } from "./durable-fs.ts";
import { readModelParts } from "./embedded.ts";
import { fastBackend } from "./fast-backend.ts";
import { weightHashes } from "./model-file.ts";
import { referenceBackend } from "./reference-backend.ts";

/** What populations are drawn from. */
export interface CalibrateSettings {
  readonly home: string;
  readonly version: string;
  /** Path of the model, and its name in the data. */
  readonly model: string;
  readonly name: string;
  readonly mode: "reference" | "fast";
  readonly recipes: number;
  readonly seed: number;
  readonly size: PixelSize;
  readonly steps: number;
  readonly cfg: number;
  readonly sampler: string;
  readonly schedule: string;
  /** Pairs of a prompt and the same with one word changed; ours where absent. */
  readonly prompts?: readonly (readonly [prompt: string, changed: string])[];
  readonly note: Text;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly onPair?: (done: number, of: number) => void;
}

/** One way to draw a base image otherwise. */
interface Change {
  readonly name: string;
  readonly kin: Kin;
  readonly about: Text;
  /** Drawn for every n-th base image only. */
  readonly every?: number;
  readonly draw: (studio: Studio, request: GenerateRequest, index: number, base: Raster) => Promise<Raster>;
}

/** Models that images are drawn with. */
interface Studio {
  readonly own: DiffusionModel;
  readonly bfloat16: DiffusionModel;
  /** The other mode's, where it is installed. */
  readonly other: DiffusionModel | undefined;
  readonly changed: (index: number) => string;
  readonly draw: (model: DiffusionModel, request: GenerateRequest, image?: number) => Promise<Raster>;
}

/**
 * Thresholds come from other seeds, so that those are drawn for every base image; what costs a drawing and decides nothing, for every
 * third: an odd number, so that both halves of the base images have some.
 */
const SOME = 3;

/** The populations, those that decide first. `same`: the recipe computed otherwise or saved lossily. */
const CHANGES: readonly Change[] = [
  change("other-seed", "other", "the next seed, same prompt", "下一个种子，提示词相同", ({ own, draw }, request) =>
    draw(own, { ...request, seeds: [request.seeds[0]! + 1n] }),
  ),
  ...[95, 75, 50].map(
    (quality): Change => ({
      name: `jpeg-${quality}`,
      kin: "same",
      about: { en: `saved as JPEG of quality ${quality}`, zh: `保存为质量 ${quality} 的 JPEG` },
      draw: (_, __, ___, base) => throughJpeg(base, quality),
    }),
  ),
  ...[1e-3, 1e-4, 1e-5, 1e-6].map((share): Change => {
    const en = `every answer of the UNet off by ${share} of itself, at random`;
    return some(
      `unet-noise-${share.toExponential(0)}`,
      "same",
      en,
      `UNet 每次输出随机偏移 ${share}（相对）`,
      ({ own, draw }, request, i) => draw(withNoisyUNet(own, share, BigInt(i + 1)), request),
    );
  }),
  some("bfloat16", "same", "weights rounded to bfloat16", "权重舍入为 bfloat16", ({ bfloat16, draw }, request) =>
    draw(bfloat16, request),
  ),
  some(
    "libm-noise",
    "same",
    "noise as PyTorch draws it without AVX2",
    "无 AVX2 时 PyTorch 的噪声",
    ({ own, draw }, request) => draw(own, { ...request, source: "torch-cpu-libm" }),
  ),
  some(
    "word",
    "between",
    "one word of the prompt changed, same seed",
    "提示词改动一词，种子相同",
    ({ own, draw, changed }, request, i) => draw(own, { ...request, prompt: changed(i) }),
  ),
  some(
    "sampler",
    "between",
    "another sampler, without fresh noise: Euler, else DPM++ 2M",
    "另一采样器（不另取噪声）：Euler 或 DPM++ 2M",
    ({ own, draw }, request) => draw(own, { ...request, sampler: request.sampler === "euler" ? "dpmpp-2m" : "euler" }),
  ),
  some("steps", "between", "a quarter more steps", "步数增加四分之一", ({ own, draw }, request) =>
    draw(own, { ...request, steps: Math.ceil(request.steps * 1.25) }),
  ),
  some("guidance", "between", "guidance higher by 1.5", "引导系数加 1.5", ({ own, draw }, request) =>
    draw(own, { ...request, cfg: request.cfg + 1.5 }),
  ),
  some("batch", "same", "the second image of a batch of two", "两张一批中的第二张", ({ own, draw }, request) =>
    draw(own, { ...request, seeds: [request.seeds[0]! + 7n, request.seeds[0]!] }, 1),
  ),
  some(
    "other-runtime",
    "same",
    "the other mode: WebAssembly against native code",
    "另一运行模式：WebAssembly 对本机代码",
    ({ other, own, draw }, request) => draw(other ?? own, request),
  ),
];

function some(...args: Parameters<typeof change>): Change {
  return { ...change(...args), every: SOME };
}

function change(name: string, kin: Kin, en: string, zh: string, draw: Change["draw"]): Change {
  return { name, kin, about: { en, zh }, draw };
}

/** One line of the file that a stopped calibration goes on from. */
interface Line {
  readonly population: string;
  readonly pair: PairMeasures;
}

/**
 * Draws what is not drawn yet and sets thresholds. A run that was stopped goes on where it was: pairs are kept in
 * the workspace by all that they depend on.
 * @throws SeedproofError as opening the engine and drawing do; the reason of the signal
 */
export async function calibrateReproduction(settings: CalibrateSettings): Promise<ReproductionCalibration> {
  const weights = await weightHashes(settings.model);
  const { prompts = PROMPTS, recipes, mode } = settings;
  // Pairs do not depend on how many there are: a longer calibration goes on from a shorter one.
  const { home: _, model: __, version: ___, recipes: ____, note, now, signal, onPair, ...plan } = settings;
  const key = sha256Hex(canonicalJson({ ...plan, prompts: prompts.map((pair) => [...pair]), weights, form: 1 })).slice(
    0,
    16,
  );
  const file = join(settings.home, "calibration", `reproduction-${key}.jsonl`);
  const lines = readLines(file);
  const studio = await openStudio(settings, prompts);
  const total = CHANGES.reduce((sum, { every = 1 }) => sum + Math.ceil(recipes / every), 0);
  try {
    // Two rounds: what decides for all base images, then the rest.
    for (const late of [false, true]) {
      for (let i = 0; i < recipes; i++) {
        const wanted = CHANGES.filter(
          ({ name, every = 1 }) =>
            every > 1 === late &&
            i % every === 0 &&
            !hasPair(lines, name, i) &&
            (name !== "other-runtime" || studio.other),
        );
        if (wanted.length === 0) continue;
        const request = requestOf(settings, prompts, i);
        const base = await studio.draw(studio.own, request);
        for (const { name, draw } of wanted) {
          const line: Line = { population: name, pair: pairOf(i, base, await draw(studio, request, i, base)) };
          makeFolder(nodeFileSystem, join(file, ".."));
          appendFileSync(file, `${JSON.stringify(line)}\n`);
          lines.push(line);
          onPair?.(lines.length, total);
          signal?.throwIfAborted();
        }
      }
    }
    const populations = populationsOf(lines.filter(({ pair }) => Number(pair.base) < recipes));
    const date = now().toISOString();
    return {
      form: "seedproof.reproduction-calibration/1",
      id: `reproduction-${settings.name}-${date.slice(0, 10)}-${key.slice(0, 8)}-n${recipes}`,
      date,
      made: {
        command: commandOf(settings),
        tool: toolName(settings.version),
        model: settings.name,
        weights,
        fingerprint: engineFingerprint(studio.identity, { weights, adapters: [], noise: "torch-cpu", dialect: "a1111" })
          .sha256,
        recipes,
        seed: String(settings.seed),
        settings: settingsText(settings, mode),
        note,
      },
      ...calibrate(populations),
    };
  } finally {
    await studio.close();
  }
}

function populationsOf(lines: readonly Line[]): Population[] {
  return CHANGES.flatMap(({ name, kin, about }) => {
    const pairs = lines.filter(({ population }) => population === name).map(({ pair }) => pair);
    return pairs.length === 0 ? [] : [{ name, kin, about, pairs }];
  });
}

function hasPair(lines: readonly Line[], name: string, index: number): boolean {
  return lines.some(({ population, pair }) => population === name && pair.base === baseName(index));
}

function baseName(index: number): string {
  return String(index).padStart(4, "0");
}

function pairOf(index: number, a: Raster, b: Raster): PairMeasures {
  const pair = measurePair(a, b);
  const cells = measureRegions(pair, gridRegions(a, 3)).map(({ measures }) => measures);
  return { base: baseName(index), whole: pair.measures, cells };
}

function readLines(file: string): Line[] {
  if (!existsSync(file)) return [];
  // A line cut by a crash is drawn again.
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => tryJson(line))
    .filter((line): line is typeof line & Line => isObject(line) && isObject(line.pair));
}

/** Seeds a fixed step apart, so that "the next seed" of one is none of another. */
const SEED_STEP = 9973n;

function requestOf(
  settings: CalibrateSettings,
  prompts: NonNullable<CalibrateSettings["prompts"]>,
  i: number,
): GenerateRequest {
  const { size, steps, cfg, sampler, schedule, seed } = settings;
  return {
    ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, source: "torch-cpu", negative: "" },
    ...{ size, steps, cfg, sampler, schedule, prompt: prompts[i % prompts.length]![0] },
    seeds: [BigInt(seed) + SEED_STEP * BigInt(i)],
  };
}

async function openStudio(settings: CalibrateSettings, prompts: NonNullable<CalibrateSettings["prompts"]>) {
  const { model, mode, signal } = settings;
  const { parts, close } = readModelParts(model);
  const backend = await backendOf(mode);
  const second = await backendOf(mode === "fast" ? "reference" : "fast").catch(() => undefined);
  const [own, bfloat16] = [modelOn(backend, parts, {}), modelOn(backend, roundedToBfloat16(parts), {})];
  const other = second && modelOn(second, parts, {});
  const models = [own, bfloat16, ...(other ? [other] : [])];
  return {
    ...{ own, bfloat16, other, identity: backend.identity },
    changed: (i: number): string => prompts[i % prompts.length]![1],
    draw: async (drawn: DiffusionModel, request: GenerateRequest, image = 0): Promise<Raster> => {
      for await (const one of generate(drawn, request, { ...(signal && { signal }) })) {
        if (one.image === image) return toRaster(one.pixels, "truncate");
      }
      throw new SeedproofError("engine.process-failed", "no image was drawn");
    },
    close: async (): Promise<void> => {
      for (const { unet, vae, textEncoders } of models)
        for (const network of [unet, vae, ...textEncoders]) await network.close();
      close();
    },
  };
}

/** One thread: a calibration runs for hours beside other work. */
function backendOf(mode: CalibrateSettings["mode"]): Promise<Backend> {
  return mode === "fast" ? fastBackend({ threads: 1 }) : referenceBackend();
}

async function throughJpeg({ width, height, channels, data }: Raster, quality: number): Promise<Raster> {
  const { default: sharp } = await import("sharp");
  const jpeg = await sharp(data, { raw: { width, height, channels } }).jpeg({ quality }).toBuffer();
  const back = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return {
    width: back.info.width,
    height: back.info.height,
    channels: back.info.channels as Raster["channels"],
    data: back.data,
  };
}

function commandOf({ name, mode, recipes, seed, steps, cfg, sampler, schedule, size }: CalibrateSettings): string {
  const options = {
    model: name,
    mode,
    recipes,
    seed,
    steps,
    cfg,
    sampler,
    schedule,
    size: `${size.width}x${size.height}`,
  };
  return `seedproof calibrate reproduction ${Object.entries(options)
    .map(([key, value]) => `--${key} ${value}`)
    .join(" ")}`;
}

function settingsText({ size, steps, cfg, sampler, schedule }: CalibrateSettings, mode: string): Text {
  const shared = `${size.width}×${size.height}, ${sampler}, ${schedule}`;
  return {
    en: `${shared}, ${steps} steps, guidance ${cfg}, ${mode} mode; errors counted on every second base image`,
    zh: `${shared}，${steps} 步，引导系数 ${cfg}，${mode} 模式；误差在隔一张的基准图像上统计`,
  };
}

/** Prompts of everyday words, each with the one word that is changed. */
const PROMPTS: readonly (readonly [string, string])[] = promptPairs();

function promptPairs(): [string, string][] {
  const subjects = ["cat", "rabbit", "bird", "whale", "robot", "house", "car", "boat", "rocket", "mushroom"];
  const colours = ["red", "orange", "yellow", "green", "blue", "purple", "pink"];
  const places = [
    "in a meadow",
    "in a forest",
    "at the beach",
    "in the desert",
    "in the city",
    "in the mountains",
    "on the moon",
  ];
  const times = ["in the morning", "by day", "at sunset", "at night"];
  const styles = ["storybook", "papercut", "pastel"];
  // Lengths without a common factor go through their combinations.
  return Array.from({ length: 420 }, (_, i): [string, string] => {
    const rest = `${places[(i * 3) % 7]}, ${times[(i * 5) % 4]}, ${styles[i % 3]}`;
    const text = (subject: number): string => `a ${colours[(i * 2) % 7]} ${subjects[subject % 10]} ${rest}`;
    return [text(i), text(i + 3)];
  });
}
