/** `reproduce` over files: an image's recipe, the models here for it, an engine, and the verdict with its pictures. */

import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { isObject } from "../base/json.ts";
import { fill, type Text } from "../base/texts.ts";
import type { ReproductionCalibration } from "../compare/calibration.ts";
import { differencePicture, sheetOf } from "../compare/difference-picture.ts";
import type { Region } from "../compare/regions.ts";
import { type Drawn, type Reproduction, reproduce } from "../compare/reproduction.ts";
import { REPRODUCTION_CALIBRATION } from "../compare/reproduction-calibration.ts";
import type { Engine, EngineHooks, EngineIdentity, EngineImage, EngineOrder } from "../engine/engine.ts";
import { type EngineFingerprint, fingerprintDifferences } from "../engine/fingerprint.ts";
import { type Assumed, requestOf } from "../engine/from-recipe.ts";
import { type MatchedCause, matchCauses } from "../engine/match-causes.ts";
import { encodePng } from "../image/encode-png.ts";
import type { Raster } from "../image/raster.ts";
import { bytesSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type Missing, reproducibilityOf } from "../recipe/reproducibility.ts";
import type { ToolId } from "../recipe/tools.ts";
import { recordedGraph } from "../recipe/write-comfyui.ts";
import { brotli } from "./brotli.ts";
import { readInput } from "./input-file.ts";
import { listShelf } from "./model-shelf.ts";
import { isHere, mainModel, type NeededModel, neededModels, withLocalAdapters } from "./needed-models.ts";
import { type EngineChoice, openEngine } from "./open-engine.ts";
import { writeOutput } from "./output-file.ts";
import { decodeDisplayed } from "./pixels.ts";
import { type FileReading, readImageBytes } from "./read-image.ts";
import { type SearchResult, type SearchSettings, searchRecipe } from "./search-recipe.ts";

/** What is reproduced, and with what. */
export interface ReproduceSettings {
  /** Path of the image, or its bytes with a name. */
  readonly image: string | { readonly name: string; readonly bytes: Uint8Array };
  readonly home: string;
  readonly version: string;
  readonly engine: EngineChoice;
  /** Opens the engine; ours by default. A server that has one open gives it here, with a `close` of its own. */
  readonly open?: typeof openEngine;
  readonly mode: "reference" | "fast";
  readonly workers: number;
  /** Path of a model in place of the recipe's. */
  readonly model?: string;
  readonly vae?: string;
  /** The image that it started from, and its mask: bytes of files. */
  readonly init?: Uint8Array;
  readonly mask?: Uint8Array;
  /** In place of the recipe that the image holds. */
  readonly recipe?: Recipe;
  readonly grid?: number;
  readonly boxes?: readonly Region[];
  readonly calibration?: ReproductionCalibration;
  /** Whether fields that the file does not give are searched, and how long. */
  readonly search?: SearchSettings;
  /** Folder for the pictures; none are written without it. */
  readonly output?: string;
  readonly hooks?: EngineHooks & { readonly onStage?: (stage: ReproduceStage) => void };
}

/** What is being done. */
export type ReproduceStage = "search" | "reproduction" | "repeat" | "control";

/** Everything that came out; the shape is public interface. */
export interface ReproductionReport {
  readonly verdict: Reproduction["verdict"] | "not-reproducible";
  /** `undetermined`: a deciding measure lies inside the interval of its threshold. */
  readonly certainty: "clear" | "undetermined";
  /** A reproduction is simulated afterwards, whatever it gives. */
  readonly grade: "X";
  readonly file: { readonly file: string; readonly sha256: string; readonly tool: ToolId };
  readonly missing: readonly Missing[];
  readonly assumed: readonly Assumed[];
  readonly models: readonly NeededModel[];
  readonly recipe?: Recipe;
  readonly measures?: Reproduction["measures"];
  readonly pixelsSha256?: string;
  readonly repeat?: Reproduction["repeat"];
  readonly control?: Omit<Reproduction["control"], "certain"> & { readonly seed: string };
  readonly regions?: Reproduction["regions"];
  readonly engine?: EngineIdentity;
  readonly search?: SearchResult;
  readonly calibration?: Pick<ReproductionCalibration, "id" | "date" | "thresholds" | "errors"> & {
    readonly note: Text;
  };
  readonly causes: readonly MatchedCause[];
  readonly findings: readonly Finding[];
  /** Path of what was drawn. */
  readonly image?: string;
  readonly pictures?: { readonly difference?: string; readonly sheet?: string; readonly control: string };
  readonly seconds: number;
}

/**
 * Reads, finds models, draws three images and judges.
 * @throws SeedproofError `file.*`, `image.*` for what cannot be read; `compare.region-*`; what the engine throws
 */
export async function reproduceFile(settings: ReproduceSettings): Promise<ReproductionReport> {
  const since = performance.now();
  const image = imageOf(settings);
  const read = await readImageBytes(image.name, image.bytes);
  // Who made the image says nothing of a recipe from elsewhere.
  const reading = settings.recipe ? { ...read, tool: "none" as const } : read;
  const recipe = settings.recipe ?? reading.recipe;
  const base = {
    grade: "X" as const,
    file: { file: image.name, sha256: reading.sha256!, tool: read.tool },
  };
  const none = (more: Pick<ReproductionReport, "missing" | "models" | "findings">): ReproductionReport => ({
    ...{ verdict: "not-reproducible", certainty: "clear", causes: [] },
    // What would have to be taken for granted once the rest is here.
    assumed: recipe && settings.engine.name === "embedded" ? requestOf(recipe).assumed : [],
    ...{ ...base, ...more, ...(recipe && { recipe }), seconds: secondsSince(since) },
  });
  if (!recipe) return none({ missing: MISSING_ALL, models: [], findings: [blocked("recipe")] });
  const needed =
    settings.engine.name === "embedded" ? neededModels(recipe, listShelf(settings.home), settings.model) : [];
  const missing = missingOf(reading, recipe, needed, settings);
  const blocks = blocksOf(recipe, needed, missing, settings);
  if (blocks.length > 0) return none({ missing, models: needed, findings: blocks.map(blocked) });
  const done = await draw(settings, reading, withLocalAdapters(recipe, needed), needed);
  return { ...done, ...base, missing, models: needed, seconds: secondsSince(since) };
}

function imageOf({ image }: ReproduceSettings): { readonly name: string; readonly bytes: Uint8Array } {
  return typeof image === "string" ? { name: image, bytes: readInput(image) } : image;
}

type DrawnReport = Omit<ReproductionReport, "grade" | "file" | "missing" | "models" | "seconds">;

async function draw(
  settings: ReproduceSettings,
  reading: FileReading,
  recorded: Recipe,
  needed: readonly NeededModel[],
): Promise<DrawnReport> {
  const calibration = settings.calibration ?? REPRODUCTION_CALIBRATION;
  const original = {
    sha256: reading.sha256!,
    raster: await decodeDisplayed(imageOf(settings).bytes),
    lossy: !walk(bytesSource(imageOf(settings).bytes), { brotli }).lossless,
  };
  const model = settings.model ?? mainModel(needed)?.path;
  const search = settings.search && (await searchFor(settings, reading, recorded, original.raster, model));
  const recipe = search?.recipe ?? recorded;
  const engine = await (settings.open ?? openEngine)(settings.engine, {
    ...{ home: settings.home, version: settings.version, mode: settings.mode, workers: settings.workers },
    ...(model !== undefined && { model }),
    ...(search?.vae !== undefined ? { vae: search.vae } : settings.vae !== undefined && { vae: settings.vae }),
  });
  try {
    const order = withRecordedGraph(orderOf(recipe, settings), settings);
    const { assumed, losses } = await engine.resolve(order, settings.hooks?.signal);
    const identity = await engine.identity(order, settings.hooks?.signal);
    const images: EngineImage[] = [];
    const done = await reproduce(original, drawShifted(engine, order, settings, images), {
      calibration,
      ...(settings.grid !== undefined && { grid: settings.grid }),
      ...(settings.boxes && { boxes: settings.boxes }),
    });
    const all = [
      ...(search?.assumed ?? []),
      ...assumed.filter(({ field }) => !search?.assumed.some((one) => one.field === field)),
    ];
    return {
      ...reportOf(done, recipe),
      ...{ assumed: all, recipe, engine: identity },
      ...(search && { search: search.result }),
      calibration: told(calibration),
      causes: causesOf(settings, reading, recipe, needed, done, { assumed: all, losses, identity }),
      findings: [...done.findings, ...losses, ...(images[0]?.findings ?? []), ...aboutCalibration(calibration, done)],
      ...(settings.output !== undefined && writePictures(settings.output, original.raster, done, images)),
    };
  } finally {
    await engine.close();
  }
}

function reportOf(
  done: Reproduction,
  recipe: Recipe,
): Pick<ReproductionReport, "verdict" | "certainty" | "measures" | "pixelsSha256" | "repeat" | "control" | "regions"> {
  const { verdict, certain, measures, pixelsSha256, repeat, regions } = done;
  const { certain: _, ...control } = done.control;
  return {
    ...{ verdict, certainty: certain ? "clear" : "undetermined", pixelsSha256, repeat, regions },
    ...(measures && { measures }),
    control: { seed: shiftedSeed(recipe, 1n), ...control },
  };
}

async function searchFor(
  settings: ReproduceSettings,
  reading: FileReading,
  recipe: Recipe,
  original: Raster,
  model: string | undefined,
): Promise<Awaited<ReturnType<typeof searchRecipe>> | undefined> {
  if (settings.engine.name !== "embedded" || model === undefined) {
    throw new SeedproofError("engine.search-embedded", "missing fields are searched with the embedded engine alone");
  }
  settings.hooks?.onStage?.("search");
  const { home, mode, workers } = settings;
  const signal = settings.hooks?.signal;
  return searchRecipe(
    { recipe, tool: reading.tool, original, model, home, mode, workers, ...(signal && { signal }) },
    settings.search!,
  );
}

/** ComfyUI draws a batch from one stream: the whole of it is drawn again for one image of it. */
const MAX_BATCH = 64;

function orderOf(recipe: Recipe, { init, mask }: ReproduceSettings): EngineOrder {
  const size = recipe.dialect === "comfyui" ? (recipe.batch?.size ?? 1) : 1;
  if (size > MAX_BATCH) throw new SeedproofError("engine.batch-index", `a batch of ${size} images is not drawn again`);
  return { recipe, count: size, ...(init && { init }), ...(mask && { mask }) };
}

/** A ComfyUI server runs the very graph that the image carries, its batch included. */
function withRecordedGraph(order: EngineOrder, settings: ReproduceSettings): EngineOrder {
  if (settings.engine.name !== "comfyui" || settings.recipe || settings.search) return order;
  const { blocks } = walk(bytesSource(imageOf(settings).bytes), { brotli });
  const graph = recordedGraph(blocks);
  return graph === undefined ? order : { ...order, graph, count: 1 };
}

function drawShifted(engine: Engine, order: EngineOrder, { hooks }: ReproduceSettings, images: EngineImage[]) {
  const stages = ["reproduction", "repeat", "control"] as const;
  const wanted = order.graph !== undefined || (order.count ?? 1) > 1 ? (order.recipe.batch?.index ?? 0) : 0;
  return async (shift: bigint): Promise<Drawn> => {
    hooks?.onStage?.(stages[Math.min(images.length, 2)]!);
    for await (const image of engine.generate({ ...order, recipe: shifted(order.recipe, shift) }, hooks)) {
      if (image.image !== wanted) continue;
      images.push(image);
      return { raster: image.pixels, sha256: sha256Hex(image.bytes) };
    }
    throw new SeedproofError("engine.process-failed", "the engine drew no image");
  };
}

/** The recipe with its seed, and those of passes that have the same, moved by `shift`. */
function shifted(recipe: Recipe, shift: bigint): Recipe {
  if (shift === 0n) return recipe;
  const seed = shiftedSeed(recipe, shift);
  const passes = recipe.passes.map((pass) =>
    pass.seed === undefined || pass.seed === seedOf(recipe) ? { ...pass, seed } : pass,
  );
  return { ...recipe, seed, passes };
}

function shiftedSeed(recipe: Recipe, shift: bigint): string {
  return String(BigInt.asUintN(64, BigInt(seedOf(recipe)) + shift));
}

function seedOf(recipe: Recipe): string {
  return recipe.seed ?? recipe.passes[0]?.seed ?? "0";
}

function missingOf(
  { tool }: FileReading,
  recipe: Recipe,
  needed: readonly NeededModel[],
  { engine, init, mask }: ReproduceSettings,
): Missing[] {
  const adapters = new Set(recipe.adapters.map(({ type }) => type as string));
  const here = (adapter: boolean): boolean =>
    engine.name !== "embedded" || needed.filter(({ role }) => adapters.has(role) === adapter).every(isHere);
  const main = engine.name !== "embedded" || mainModel(needed) !== undefined;
  const all = reproducibilityOf(tool, recipe, { models: here(false) && main, adapters: here(true) }).missing;
  return all.filter((code) => !(code === "init-image" && init) && !(code === "mask" && mask));
}

const MISSING_ALL: readonly Missing[] = ["prompt", "seed", "steps", "sampler", "model", "model-file"];

type Block = "recipe" | "service" | "prompt" | "seed" | "model" | "init" | "video";

/** What makes drawing pointless. A named model is the user's will and draws even a service's prompt. */
function blocksOf(
  recipe: Recipe,
  needed: readonly NeededModel[],
  missing: readonly Missing[],
  { engine, init, search }: ReproduceSettings,
): Block[] {
  const lacksModel = engine.name === "embedded" && mainModel(needed) === undefined;
  const lacksSeed = recipe.seed === undefined && recipe.passes[0]?.seed === undefined;
  return [
    ...(missing.includes("service") && lacksModel ? (["service"] as const) : []),
    ...(recipe.prompt.positive === undefined ? (["prompt"] as const) : []),
    ...(lacksSeed && !search?.seeds ? (["seed"] as const) : []),
    ...(lacksModel ? (["model"] as const) : []),
    ...(missing.includes("init-image") && !init ? (["init"] as const) : []),
    ...(recipe.mode === "video" ? (["video"] as const) : []),
  ];
}

function blocked(block: Block): Finding {
  return { code: `reproduce.lacks-${block}`, level: "informs", text: BLOCKS[block] };
}

function causesOf(
  { engine }: ReproduceSettings,
  reading: FileReading,
  recipe: Recipe,
  needed: readonly NeededModel[],
  { verdict, drawn }: Reproduction,
  {
    assumed,
    losses,
    identity,
  }: { readonly assumed: readonly Assumed[]; readonly losses: readonly Finding[]; readonly identity: EngineIdentity },
): MatchedCause[] {
  if (verdict === "identical-bytes" || verdict === "identical-pixels") return [];
  const { pixels } = reading;
  const recorded = reading.recipe?.extra.engine;
  return matchCauses({
    tool: reading.tool,
    recipe,
    missing: reproducibilityOf(reading.tool, recipe, { models: needed.every(isHere), adapters: true }).missing,
    unsupported: losses.flatMap(({ where }) => where?.pointer ?? []),
    assumed: assumed.map(({ field }) => field),
    lossy: reading.container !== "png" && reading.container !== "webp",
    conflicts: reading.conflicts.length > 0,
    resized: pixels !== null && (pixels.width !== drawn.raster.width || pixels.height !== drawn.raster.height),
    engine: engine.name,
    ...(reading.tool === "seedproof" && { fingerprintDifferences: differences(recorded, identity) }),
  });
}

/** In what our own engine is not the one that drew the image; nothing where the file does not say. */
function differences(recorded: unknown, identity: EngineIdentity): (keyof EngineFingerprint)[] {
  if (!isObject(recorded as never)) return [];
  const { name: _, fingerprint: sha256, ...parts } = identity;
  const now = { ...parts, sha256 } as unknown as EngineFingerprint;
  return fingerprintDifferences(recorded as unknown as EngineFingerprint, now) as (keyof EngineFingerprint)[];
}

function told({
  id,
  date,
  thresholds,
  errors,
  made,
}: ReproductionCalibration): NonNullable<ReproductionReport["calibration"]> {
  return { id, date, thresholds, errors, note: made.note };
}

/** Thresholds of one model say something of another's images only as far as images are alike in kind. */
function aboutCalibration({ id, made, errors }: ReproductionCalibration, { verdict }: Reproduction): Finding[] {
  if (verdict.startsWith("identical")) return [];
  const percent = (share: number): string => (100 * share).toFixed(1);
  const { takenForSimilar: taken, missed } = errors;
  const values = {
    id,
    model: made.model,
    taken: percent(taken.share),
    takenHigh: percent(taken.high),
    n: taken.trials,
    missed: percent(missed.share),
    missedHigh: percent(missed.high),
    m: missed.trials,
  };
  const { regionsTakenForSimilar, regionsMissed } = errors;
  const regions =
    regionsTakenForSimilar && regionsMissed
      ? { taken: percent(regionsTakenForSimilar.share), missed: percent(regionsMissed.share), n: regionsMissed.trials }
      : undefined;
  return [
    { code: "compare.calibration", level: "informs", text: fill(CALIBRATION_TEXT, values) },
    ...(regions
      ? [{ code: "compare.calibration-regions", level: "informs" as const, text: fill(REGIONS_TEXT, regions) }]
      : []),
  ];
}

function writePictures(
  folder: string,
  original: Raster,
  { laid }: Reproduction,
  images: readonly EngineImage[],
): Pick<ReproductionReport, "image" | "pictures"> {
  const put = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeOutput(path, bytes, true);
    return path;
  };
  const image = put("reproduction.png", images[0]!.bytes);
  const control = put("control.png", images.at(-1)!.bytes);
  if (!laid) return { image, pictures: { control } };
  const difference = differencePicture(original, laid);
  const other = images.at(-1)!.pixels;
  const shown = other.width === laid.width && other.height === laid.height ? [other] : [];
  return {
    image,
    pictures: {
      control,
      difference: put("difference.png", encodePng(difference)),
      sheet: put("sheet.png", encodePng(sheetOf([original, laid, ...shown, difference]))),
    },
  };
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

const BLOCKS: Readonly<Record<Block, Text>> = {
  recipe: {
    en: "The image holds no recipe: there is nothing to reproduce it from. A likeness can still be compared.",
    zh: "图像中没有配方，无从重现；仍可作相似比对。",
  },
  service: { en: "The image comes from a service whose model nobody else has.", zh: "图像由服务方独有的模型生成。" },
  prompt: { en: "The prompt is missing.", zh: "缺少提示词。" },
  seed: {
    en: "The seed is missing; --seeds FROM-TO with --search tries a range.",
    zh: "缺少种子；可用 --search 与 --seeds 起-止 尝试一段范围。",
  },
  model: {
    en: "The model is not here: see which file is needed, and name it with --model or put it on the shelf (seedproof models add FILE).",
    zh: "没有所需模型：请查看所需文件，用 --model 指定，或加入模型架（seedproof models add FILE）。",
  },
  init: { en: "The image that it started from is missing; --init names it.", zh: "缺少起始图像；请用 --init 指定。" },
  video: { en: "Videos are not drawn.", zh: "不支持绘制视频。" },
};

const REGIONS_TEXT: Text = {
  en: "A region alone says less than the image: of cells of images of other seeds {taken} % were called similar by these thresholds, of {n} cells of one recipe {missed} % different. So each region stands beside the same region of the control.",
  zh: "单个区域的结论弱于整幅图像：按上述阈值，不同种子图像的网格区域中有 {taken}% 被判为相似，同一配方的 {n} 个区域中有 {missed}% 被判为不同。故每个区域均与对照图的同一区域并列。",
};

const CALIBRATION_TEXT: Text = {
  en: "Thresholds {id}, from images of {model}: of {n} pairs of other seeds {taken} % were called similar (95 % bound {takenHigh} %), of {m} pairs of one recipe {missed} % different (bound {missedHigh} %). For other models and sizes this is an assumption.",
  zh: "阈值 {id}，取自 {model} 的图像：{n} 对不同种子的图像中有 {taken}% 被判为相似（95% 上限 {takenHigh}%），{m} 对同一配方的图像中有 {missed}% 被判为不同（上限 {missedHigh}%）。用于其他模型与尺寸时属推定。",
};
