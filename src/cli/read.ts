/** `seedproof read`: how an image was made, from which bytes, and what the file can and cannot prove. */

import type { Command } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { fill, type Lang } from "../base/texts.ts";
import { findFiles } from "../node/find-files.ts";
import { type FileReading, isIncomplete, type ReadOptions, readImage, readImageBytes } from "../node/read-image.ts";
import { readStdin } from "../node/stdin.ts";
import { EXIT, errorJson, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";
import { briefLine, readingLines } from "./read-lines.ts";
import { TEXTS } from "./texts.ts";

/** Options of `seedproof read`. */
export interface ReadCommandOptions extends GlobalOptions {
  readonly recursive?: boolean;
  readonly hash?: boolean;
  readonly pixels?: boolean;
  /** One line a file. */
  readonly brief?: boolean;
}

/** Registers the command. */
export function registerRead(program: Command): void {
  program
    .command("read")
    .alias("pnginfo")
    .description("read how images were made, with the bytes that say so")
    .argument("<file...>", "files, folders, globs, or - for standard input")
    .option("-r, --recursive", "with a folder: its subfolders too")
    .option("--brief", "one line a file")
    .option("--no-hash", "do not hash the whole file")
    .option("--no-pixels", "do not decode pixels (hidden data, signatures over pixels)")
    .action(async (files: string[], _options: object, command: Command) => {
      process.exitCode = await readAll(files, command.optsWithGlobals());
    });
}

/** What one file came to. */
type Outcome = { readonly reading: FileReading } | { readonly file: string; readonly error: SeedproofError };

/** Reads all files, prints each as soon as it is read, and gives the exit status. */
export async function readAll(args: readonly string[], options: ReadCommandOptions): Promise<number> {
  const lang = langFor(options);
  const count = { files: 0, recipes: 0, unreadable: 0 };
  const progress = progressLine(lang);
  let status: number = EXIT.ok;
  for await (const file of findFiles(args, options.recursive ?? false)) {
    const outcome = await readOne(file, options);
    progress.clear();
    show(outcome, options, lang);
    status = Math.max(status, statusOf(outcome));
    count.files++;
    if ("error" in outcome) count.unreadable++;
    else if (outcome.reading.status === "recipe") count.recipes++;
    progress.show(count.files, file);
  }
  progress.clear();
  if (count.files > 1 && !options.json) note(fill(TEXTS.filesRead, count)[lang]);
  return status;
}

async function readOne(file: string, options: ReadOptions): Promise<Outcome> {
  try {
    const reading = file === "-" ? await readImageBytes(file, readStdin(), options) : await readImage(file, options);
    return { reading };
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return { file, error };
  }
}

function statusOf(outcome: Outcome): number {
  if ("error" in outcome) return EXIT.incomplete;
  const { findings } = outcome.reading;
  if (isIncomplete(findings)) return EXIT.incomplete;
  return findings.some(({ level }) => level === "fails") ? EXIT.fails : EXIT.ok;
}

function show(outcome: Outcome, options: ReadCommandOptions, lang: Lang): void {
  if ("error" in outcome) {
    const { file, error } = outcome;
    if (options.json) printJson({ file, status: "unreadable", tool: "none", blocks: [], error: errorJson(error) });
    else note(`${file}: ${TEXTS.unreadable[lang]}: ${error.message} (${error.code})`);
  } else if (options.json) {
    printJson(localised(outcome.reading, lang));
  } else if (options.brief) {
    print(briefLine(outcome.reading, lang));
  } else {
    for (const line of readingLines(outcome.reading, lang)) print(line);
    print();
  }
}

/** A line on standard error that is written over, at most ten times a second, and only on a terminal. */
function progressLine(lang: Lang): { show(files: number, file: string): void; clear(): void } {
  if (!process.stderr.isTTY) return { show() {}, clear() {} };
  const begun = performance.now();
  let drawn = 0;
  return {
    show(files, file) {
      const now = performance.now();
      if (now - drawn < 100 || files < 2) return;
      drawn = now;
      const rate = Math.round(files / ((now - begun) / 1000));
      process.stderr.write(
        `\r\u001b[K${fill(TEXTS.progress, { files, rate, file })[lang].slice(0, process.stderr.columns)}`,
      );
    },
    clear() {
      if (drawn > 0) process.stderr.write("\r\u001b[K");
    },
  };
}
