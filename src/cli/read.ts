/** `seedproof read`: how an image was made, from which bytes, and what the file can and cannot prove. */

import type { Command } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { fill, type Lang } from "../base/texts.ts";
import { builtPage } from "../node/built-page.ts";
import { findFiles } from "../node/find-files.ts";
import { readImageInput } from "../node/input-file.ts";
import { openModelFolder } from "../node/model-folder.ts";
import { writeOutput } from "../node/output-file.ts";
import { type FileReading, isIncomplete, type ReadOptions, readText } from "../node/read-image.ts";
import { readTextFile } from "../node/text-file.ts";
import { redact } from "../recipe/private-data.ts";
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
  /** The files hold pasted generation data instead of images. */
  readonly text?: boolean;
  /** Folder in which the models of recipes are looked for. */
  readonly models?: string;
  /** Private data is blotted out of everything that is printed. */
  readonly redact?: boolean;
  /** Write the Read screen itself: to this file, `-` for standard output, or under its usual name. */
  readonly page?: string | true;
  readonly force?: boolean;
}

/** Name of the page where none is given. */
const PAGE_NAME = "seedproof-read.html";

/** Registers the command. */
export function registerRead(program: Command): void {
  program
    .command("read")
    .alias("pnginfo")
    .description("read how images were made, with the bytes that say so")
    .argument("[file...]", "files, folders, globs, or - for standard input")
    .option("-r, --recursive", "with a folder: its subfolders too")
    .option("--brief", "one line a file")
    .option("--text", "the files hold generation data as text, as it is pasted from a web page")
    .option("--redact", "blot out user names, keys, signed addresses and mail addresses")
    .option("--models <folder>", "say which of a recipe's models are in this folder (hashes them)")
    .option("--no-hash", "do not hash the whole file")
    .option("--no-pixels", "do not decode pixels (hidden data, signatures over pixels)")
    .option("--page [file]", `write the Read screen as one HTML file that works offline from disk (${PAGE_NAME})`)
    .option("--force", "with --page: write over a file that is there")
    .action(async (files: string[], _options: object, command: Command) => {
      const options: ReadCommandOptions = command.optsWithGlobals();
      if (options.page !== undefined) return writePage(files, options);
      if (files.length === 0) throw new SeedproofError("cli.usage", "name the files to read, or - for standard input");
      process.exitCode = await readAll(files, options);
    });
}

/** Writes the page out; it reads by itself, so that no file is read with it. */
function writePage(files: readonly string[], { page, force, json }: ReadCommandOptions): void {
  if (files.length > 0) throw new SeedproofError("cli.usage", "--page writes the screen itself and reads no file");
  const bytes = builtPage("read.html");
  const file = page === true || page === undefined ? PAGE_NAME : page;
  if (file === "-") {
    process.stdout.write(bytes);
    return;
  }
  writeOutput(file, bytes, force);
  if (json) printJson({ file, sha256: sha256Hex(bytes), bytes: bytes.length });
  else print(file);
}

/** What one file came to. */
type Outcome = { readonly reading: FileReading } | { readonly file: string; readonly error: SeedproofError };

/** Reads all files, prints each as soon as it is read, and gives the exit status. */
export async function readAll(args: readonly string[], options: ReadCommandOptions): Promise<number> {
  const lang = langFor(options);
  const show = shower(options, lang);
  const count = { files: 0, recipes: 0, unreadable: 0 };
  const progress = progressLine(lang);
  const { models: folder, ...rest } = options;
  const models = folder === undefined ? undefined : openModelFolder(folder);
  let status: number = EXIT.ok;
  for await (const file of findFiles(args, options.recursive ?? false)) {
    const outcome = await readOne(file, { ...rest, models });
    progress.clear();
    show(outcome);
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

async function readOne(file: string, options: ReadOptions & { readonly text?: boolean }): Promise<Outcome> {
  try {
    return { reading: options.text ? readText(file, readTextFile(file)) : await readImageInput(file, options) };
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

/** How an outcome is printed. */
function shower(options: ReadCommandOptions, lang: Lang): (outcome: Outcome) => void {
  const clean = <T>(value: T): T => (options.redact ? (redacted(value) as T) : value);
  return (outcome) => {
    if ("error" in outcome) showError(outcome.file, outcome.error, options, lang);
    else if (options.json) printJson(localised(clean(outcome.reading), lang));
    else if (options.brief) print(briefLine(clean(outcome.reading), lang));
    else for (const line of [...readingLines(clean(outcome.reading), lang), ""]) print(line);
  };
}

function showError(file: string, error: SeedproofError, options: GlobalOptions, lang: Lang): void {
  if (options.json) printJson({ file, status: "unreadable", tool: "none", blocks: [], error: errorJson(error) });
  else note(`${file}: ${TEXTS.unreadable[lang]}: ${error.message} (${error.code})`);
}

/** Every text in a value without its private data; hashes and spans stay those of the file. */
function redacted(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redacted(member)]));
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
