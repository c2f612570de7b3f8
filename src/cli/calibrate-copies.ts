/** `seedproof calibrate copies`: when two images count as the same picture, set and measured on pictures of one's own. */

import type { Command } from "commander";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Lang, Text } from "../base/texts.ts";
import { type CopyCalibration, calibrateCopies } from "../compare/pair/calibration.ts";
import { PAGE_TEXTS } from "../compare/pair/page-texts.ts";
import { makePairs, readPairs } from "../node/copy-pairs.ts";
import { findFiles } from "../node/find-files.ts";
import { readLabelled, weighLabelled } from "../node/labelled-pairs.ts";
import { openCvDetector } from "../node/opencv.ts";
import { writeOutput } from "../node/output-file.ts";
import { EXIT, type GlobalOptions, langFor, note, print, printJson } from "./output.ts";
import { decimal, whole } from "./parse-options.ts";

interface CopiesOptions extends GlobalOptions {
  readonly images?: readonly string[];
  readonly labelled?: string;
  readonly pairs: string;
  readonly rate: number;
  readonly unrelated: number;
  readonly alterations: number;
  readonly references?: number;
  readonly id: string;
  readonly origin: string;
  readonly output: string;
  readonly force?: boolean;
}

/** Pictures without which no rate could be stated. */
const LEAST_SOURCES = 9;

/** Registers the kind of calibration. */
export function registerCalibrateCopies(calibrate: Command): void {
  calibrate
    .command("copies")
    .description("set when two images count as the same picture, and count the errors on pictures held back")
    .option(
      "--images <path...>",
      "pictures that have nothing to do with each other: altered copies and unrelated pairs are made from them",
    )
    .option(
      "--labelled <file.csv>",
      "your own pairs of files: columns a, b, related (yes or no), and kind and group where wanted",
    )
    .requiredOption(
      "--pairs <file>",
      "file of weighed pairs (JSON lines): added to with --images and --labelled, else only read",
    )
    .option(
      "--references <n>",
      "pictures that are altered, a third of them unless given",
      whole(LEAST_SOURCES, 100_000),
    )
    .option("--unrelated <n>", "unrelated pairs a picture", whole(1, 16), 6)
    .option("--alterations <n>", "alterations of a picture, drawn from sixteen", whole(1, 16), 16)
    .option("--rate <share>", "false positives that the threshold is set at", decimal(0.0001, 0.2), 0.01)
    .option("--id <name>", "name of the calibration", "own")
    .option("--origin <text>", "where the pictures come from, as every verdict shall say", "")
    .requiredOption("-o, --output <file>", "the calibration, for `seedproof compare --calibration`")
    .option("--force", "write over a file that is there")
    .action(async (_options: object, command: Command) => {
      process.exitCode = await run(command.optsWithGlobals());
    });
}

async function run(options: CopiesOptions): Promise<number> {
  const lang = langFor(options);
  if (options.images) await make(options, options.images);
  if (options.labelled) await label(options, options.labelled);
  const pairs = readPairs(options.pairs);
  const sources = new Set(pairs.map(({ group }) => group)).size;
  if (pairs.every(({ related }) => related) || pairs.every(({ related }) => !related))
    throw new SeedproofError("compare.calibration-few", "both related and unrelated pairs are needed");
  if (sources < LEAST_SOURCES) {
    throw new SeedproofError(
      "compare.calibration-few",
      `pairs of at least ${LEAST_SOURCES} pictures are needed, there are ${sources}`,
    );
  }
  const origin = options.origin || options.pairs;
  const calibration = calibrateCopies(pairs, {
    id: options.id,
    date: new Date().toISOString().slice(0, 10),
    method: (await openCvDetector()).method,
    origin: { en: origin, zh: origin },
    falsePositiveRate: options.rate,
  });
  writeOutput(options.output, utf8(`${JSON.stringify(calibration, null, 2)}\n`), options.force);
  if (options.json) printJson(calibration);
  else for (const line of calibrationLines(calibration, lang)) print(line);
  return EXIT.ok;
}

async function make(options: CopiesOptions, paths: readonly string[]): Promise<void> {
  const files: string[] = [];
  for await (const file of findFiles(paths, true)) files.push(file);
  const references = files.slice(0, options.references ?? Math.ceil(files.length / 3));
  const distractors = files.slice(references.length);
  if (distractors.length === 0)
    throw new SeedproofError("compare.calibration-few", "there are no pictures left to be unrelated");
  const detector = await openCvDetector();
  await makePairs(
    {
      references,
      distractors,
      detector,
      unrelated: options.unrelated,
      alterations: options.alterations,
      longSide: LONG_SIDE,
    },
    options.pairs,
    progress,
  );
}

async function label(options: CopiesOptions, list: string): Promise<void> {
  await weighLabelled(readLabelled(list), await openCvDetector(), LONG_SIDE, options.pairs, progress);
}

/** Pictures are looked at as they are published. */
const LONG_SIDE = 1024;

function progress(done: number, all: number): void {
  if (process.stderr.isTTY || done === all || done % 25 === 0) note(`${done}/${all}`);
}

const LABELS = {
  threshold: { en: "threshold", zh: "阈值" },
  falsePositives: { en: "false positives", zh: "误判率" },
  bySource: { en: "pictures with a false positive", zh: "出现误判的图像" },
  abstained: { en: "not judged", zh: "未判断" },
  sources: { en: "pictures: fit, calibrate, report", zh: "图像数：拟合、校准、报告" },
} as const satisfies Record<string, Text>;

function calibrationLines(calibration: CopyCalibration, lang: Lang): string[] {
  const { threshold, sources, falsePositives, falsePositiveSources, abstained, found } = calibration;
  const names: Readonly<Record<string, Text>> = PAGE_TEXTS.alterations;
  const line = (name: string, { hits, trials, share, low, high }: CopyCalibration["abstained"]): string =>
    `${name}  ${(100 * share).toFixed(2)} %  (${(100 * low).toFixed(2)} – ${(100 * high).toFixed(2)} %)  ${hits} / ${trials}`;
  return [
    `${LABELS.sources[lang]}  ${sources.fit}, ${sources.calibrate}, ${sources.report}`,
    `${LABELS.threshold[lang]}  ${threshold}`,
    line(LABELS.falsePositives[lang], falsePositives),
    line(LABELS.bySource[lang], falsePositiveSources),
    line(LABELS.abstained[lang], abstained),
    ...Object.entries(found).map(([kind, share]) => line(names[kind]?.[lang] ?? kind, share)),
  ];
}
