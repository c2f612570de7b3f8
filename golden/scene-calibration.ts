/**
 * `npm run golden:scenes -- FILE.json [N]`: thresholds of reproductions from the scenes that the model is trained on, drawn by code. They stand
 * in where no population of a trained model has been drawn: a good model's images differ by seed as its training images do.
 */

import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { sha256Hex } from "../src/base/hash.ts";
import { calibrate, type Kin, type PairMeasures, type Population, type ReproductionCalibration } from "../src/compare/calibration.ts";
import { measurePair } from "../src/compare/metrics.ts";
import { gridRegions, measureRegions } from "../src/compare/regions.ts";
import type { Raster } from "../src/image/raster.ts";
import { createRandom, type Random } from "../models/training/scenes/random.ts";
import { drawScene } from "../models/training/scenes/scene.ts";
import { GROUPS, type Tags } from "../models/training/scenes/tags.ts";
import { drawTags, WORLDS } from "../models/training/scenes/world.ts";

const [to, count = "40"] = process.argv.slice(2);
if (!to) throw new Error("name the JSON file to write");
const recipes = Number(count);
const SEED = 20_261_130;
const SIDE = 128;

const raster = (pixels: Uint8Array): Raster => ({ width: SIDE, height: SIDE, channels: 3, data: pixels });
const draw = (tags: Tags, index: number, seed = SEED): Raster => raster(drawScene(tags, createRandom(seed, index), SIDE).pixels);

function shaken({ data, ...rest }: Raster, levels: number, random: Random): Raster {
  const move = (value: number): number => value + Math.round((2 * random() - 1) * levels);
  return { ...rest, data: data.map((value) => Math.min(255, Math.max(0, move(value)))) };
}

async function throughJpeg({ data }: Raster, quality: number): Promise<Raster> {
  const jpeg = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } }).jpeg({ quality }).toBuffer();
  return raster(await sharp(jpeg).raw().toBuffer());
}

/** The next subject in the list, everything else and the random stream as they were. */
function otherSubject(tags: Tags): Tags {
  const at = GROUPS.subject.indexOf(tags.subject);
  return { ...tags, subject: GROUPS.subject[(at + 1) % GROUPS.subject.length]! };
}

type Change = readonly [name: string, kin: Kin, en: string, zh: string, make: (a: Raster, tags: Tags, i: number) => Raster | Promise<Raster>];
const changes: readonly Change[] = [
  ["other-seed", "other", "the same tags drawn from another seed", "相同标签，另一种子", (_, tags, i) => draw(tags, i, SEED + 1)],
  ...[1, 4].map((levels): Change => [`levels-${levels}`, "same", `every sample moved by up to ${levels}`, `每个样本随机偏移至多 ${levels} 级`, (a, _, i) => shaken(a, levels, createRandom(levels, i))]),
  ...[95, 75, 50].map((quality): Change => [`jpeg-${quality}`, "same", `saved as JPEG of quality ${quality}`, `保存为质量 ${quality} 的 JPEG`, (a) => throughJpeg(a, quality)]),
  ["word", "between", "another subject, the same random stream", "主体不同，随机流相同", (_, tags, i) => draw(otherSubject(tags), i)],
];

function pairOf(base: string, a: Raster, b: Raster): PairMeasures {
  const pair = measurePair(a, b);
  return { base, whole: pair.measures, cells: measureRegions(pair, gridRegions(a, 3)).map(({ measures }) => measures) };
}

const pairs = new Map<string, PairMeasures[]>(changes.map(([name]) => [name, []]));
for (let i = 0; i < recipes; i++) {
  const tags = drawTags(createRandom(SEED, i), WORLDS.at(-1)!);
  const base = draw(tags, i);
  for (const [name, , , , make] of changes) pairs.get(name)!.push(pairOf(String(i).padStart(4, "0"), base, await make(base, tags, i)));
}
const populations: Population[] = changes.map(([name, kin, en, zh]) => ({ name, kin, about: { en, zh }, pairs: pairs.get(name)! }));
const made: ReproductionCalibration = {
  form: "seedproof.reproduction-calibration/1",
  id: `reproduction-scenes-n${recipes}`,
  date: "2026-11-30T00:00:00.000Z",
  made: {
    command: `npm run golden:scenes -- FILE.json ${recipes}`,
    tool: "golden/scene-calibration.ts",
    model: "training scenes, drawn by code",
    weights: {},
    fingerprint: sha256Hex("scenes"),
    recipes,
    seed: String(SEED),
    settings: { en: `${SIDE}×${SIDE}, all groups of tags; errors counted on every second scene`, zh: `${SIDE}×${SIDE}，全部标签组；误差在隔一张的场景上统计` },
    note: {
      en: "Drawn by the renderer of the training scenes, not by a model: a stand-in until a trained model's populations replace it (seedproof calibrate reproduction).",
      zh: "由训练场景的绘制程序生成，并非模型生成；待训练模型的样本（seedproof calibrate reproduction）取代。",
    },
  },
  ...calibrate(populations),
};
writeFileSync(to, `${JSON.stringify(made, null, 1)}\n`);
for (const { name, verdicts } of made.populations) {
  console.log(name.padEnd(12), Object.entries(verdicts).map(([verdict, { share }]) => `${verdict} ${share.toFixed(2)}`).join("  "));
}
console.log(made.thresholds, made.errors);
