/** `seedproof compare`: how two images relate, with the geometry, the differences, the mark and the error rates. */

import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Comparison, MarkQuestion, PairVerdict } from "../compare/pair/comparison.ts";
import { comparisonJson } from "../compare/pair/comparison-json.ts";
import { figureOf } from "../compare/pair/figure.ts";
import type { Box } from "../compare/pair/geometry.ts";
import type { Element, NamedBox } from "../compare/pair/named.ts";
import { comparisonPage } from "../compare/pair/page.ts";
import { readCopyCalibration } from "../node/calibration-file.ts";
import { compareBytes } from "../node/compare-files.ts";
import { pagePictures, pageTemplate } from "../node/compare-page.ts";
import { readInput } from "../node/input-file.ts";
import { writeOutput } from "../node/output-file.ts";
import { comparisonLines } from "./compare-lines.ts";
import { EXIT, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";
import { TOOL } from "./version.ts";

interface CompareCommandOptions extends GlobalOptions {
  readonly region?: readonly NamedBox[];
  readonly element?: readonly NamedBox[];
  readonly genericElement?: readonly NamedBox[];
  readonly mark?: Box;
  /** Text that the mark holds, or true for any. */
  readonly readMark?: string | true;
  readonly post?: readonly string[];
  readonly calibration?: string;
  readonly html?: string;
  readonly figure?: string;
  readonly force?: boolean;
}

/** Registers the command. */
export function registerCompare(program: Command): void {
  program
    .command("compare")
    .description("compare two images: the same, a copy, a crop, a re-draw, or nothing to each other")
    .argument("<a>", "the first image, such as the original; - for standard input")
    .argument("<b>", "the second image")
    .option("--region <name=x,y,w,h>", "a row of the table for this box of A; may be repeated", collect(named))
    .option("--element <name=x,y,w,h>", "an element of A that is held to be creative; may be repeated", collect(named))
    .option("--generic-element <name=x,y,w,h>", "an element of A that is common to the genre", collect(named))
    .option("--mark <x,y,w,h>", "where a signature, account name or logo stands in A", box)
    .option(
      "--read-mark [text]",
      "find the mark by reading text in A (Chinese, Latin); the text that it holds, where known",
    )
    .option("--post <file...>", "other posts of A's account: the mark is what they have in common")
    .option("--calibration <file>", "thresholds of your own, made by `seedproof calibrate copies`")
    .option("--html <file>", "write a page to look at: side by side, slider, flicker, differences, table, error rates")
    .option("--figure <file>", "write the two pictures with what was found as SVG, for a dossier")
    .option("--force", "write over files that are there")
    .action(async (a: string, b: string, _options: object, command: Command) => {
      process.exitCode = await run(a, b, command.optsWithGlobals());
    });
}

async function run(a: string, b: string, options: CompareCommandOptions): Promise<number> {
  if (a === "-" && b === "-") throw new SeedproofError("cli.usage", "only one of the two images can be standard input");
  const elements: Element[] = [
    ...(options.element ?? []).map((one) => ({ ...one, generic: false })),
    ...(options.genericElement ?? []).map((one) => ({ ...one, generic: true })),
  ];
  const [first, second] = [
    { name: a, bytes: readInput(a) },
    { name: b, bytes: readInput(b) },
  ];
  const comparison = await compareBytes(first, second, {
    ...(options.calibration && { calibration: readCopyCalibration(options.calibration) }),
    regions: options.region ?? [],
    elements,
    ...(await markAsked(options, first.bytes, second.bytes)),
  });
  const lang = langFor(options);
  if (options.html || options.figure) {
    const pictures = await pagePictures(comparison, first.bytes, second.bytes);
    const made = `${TOOL} · ${new Date().toISOString().slice(0, 10)}`;
    const write = (file: string, text: string): void => writeOutput(file, utf8(text), options.force);
    if (options.html) write(options.html, comparisonPage(pageTemplate(), comparison, pictures, made, lang));
    if (options.figure)
      write(options.figure, figureOf(comparison, { href: pictures.a }, { href: pictures.b }, `${a}, ${b}`));
  }
  if (options.json) printJson(localised(comparisonJson(comparison), lang));
  else for (const line of comparisonLines(comparison, lang)) print(line);
  return statusOf(comparison);
}

async function markAsked(
  { mark, readMark: text, post }: CompareCommandOptions,
  a: Uint8Array,
  b: Uint8Array,
): Promise<{ mark?: MarkQuestion }> {
  if (mark) return { mark: { box: mark } };
  if (!post && text === undefined) return {};
  // The reader of text brings an inference runtime, which few comparisons ask for.
  const { markInPosts, readMark } = await import("../node/find-mark.ts");
  if (post) return { mark: await markInPosts(a, post.map(readInput)) };
  return { mark: await readMark(a, b, text === true ? undefined : text) };
}

const SAME: readonly PairVerdict[] = ["identical-bytes", "identical-pixels", "within-rounding", "copy", "edited-copy"];

/** 0 where both show the same picture, 1 where not, 3 where it cannot be told. */
function statusOf({ verdict }: Comparison): number {
  if (verdict === "cannot-tell") return EXIT.cannotTell;
  return SAME.includes(verdict) ? EXIT.ok : EXIT.fails;
}

function collect<T>(parse: (text: string) => T): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before = []) => [...before, parse(text)];
}

/** `x,y,w,h` in pixels. */
function box(text: string): Box {
  const numbers = text.split(",").map(Number);
  if (numbers.length !== 4 || !numbers.every((n) => Number.isFinite(n) && n >= 0)) {
    throw new InvalidArgumentError("a box as left,top,width,height in pixels");
  }
  return numbers as unknown as Box;
}

function named(text: string): NamedBox {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InvalidArgumentError("a name and a box, as face=120,40,200,200");
  return { name: text.slice(0, at), box: box(text.slice(at + 1)) };
}
