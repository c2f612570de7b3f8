/** What the commands print: results to standard output, everything else to standard error. */

import { styleText } from "node:util";
import { SeedproofError } from "../base/errors.ts";
import type { Finding, Level } from "../base/findings.ts";
import { type Lang, langOf, type Text } from "../base/texts.ts";

/** Exit statuses of the public interface. */
export const EXIT = { ok: 0, fails: 1, incomplete: 2, cannotTell: 3, usage: 64, internal: 70 } as const;

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly lang?: string;
  readonly home?: string;
}

/** The language asked for by `--lang`, else by the locale. */
export function langFor(options: GlobalOptions): Lang {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return langOf(options.lang ?? (LC_ALL || LC_MESSAGES || LANG));
}

/** Writes one line to standard output. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Writes one JSON value as one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Writes one line to standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A style of `util.styleText`, only where standard output is a terminal. */
export function styled(format: Parameters<typeof styleText>[0], text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(format, text) : text;
}

/** The mark of a finding's level, always followed by words. */
export const MARKS: Readonly<Record<Level, string>> = { holds: "✓", informs: "i", fails: "✕" };

/** A finding as one line of text. */
export function findingLine(finding: Finding, lang: Lang): string {
  return `${MARKS[finding.level]} ${finding.text[lang]}`;
}

/**
 * A value for `--json`: every bilingual text becomes the text in the language asked for; `undefined` members go.
 */
export function localised(value: unknown, lang: Lang): unknown {
  if (Array.isArray(value)) return value.map((item) => localised(item, lang));
  if (typeof value !== "object" || value === null) return value;
  if (isText(value)) return value[lang];
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, localised(member, lang)]));
}

function isText(value: object): value is Text {
  const keys = Object.keys(value);
  return keys.length === 2 && "en" in value && "zh" in value && typeof value.en === "string";
}

/** The public form of an error. */
export function errorJson(error: SeedproofError): { code: string; message: string; where?: object } {
  return { code: error.code, message: error.message, ...(error.where && { where: error.where }) };
}

/** Errors that are answers: there is nothing to tell, something was altered, or what was asked would break something that holds. */
const STATUS: Readonly<Record<string, number>> = {
  "recipe.none": EXIT.cannotTell,
  "engine.runtime-unknown": EXIT.fails,
  "image.signed": EXIT.fails,
  "label.credentials-broken": EXIT.fails,
  "ledger.entry-other-file": EXIT.fails,
};

/** Prints an error the way the options ask for and gives the exit status that belongs to it. */
export function reportError(error: unknown, options: GlobalOptions): number {
  const known = error instanceof SeedproofError;
  const shown = known ? error : new SeedproofError("cli.internal", String((error as Error)?.message ?? error));
  if (options.json) printJson({ error: errorJson(shown) });
  else note(`seedproof: ${shown.message} (${shown.code})`);
  if (!known && process.env.SEEDPROOF_DEBUG) note(String((error as Error)?.stack));
  if (!known) return EXIT.internal;
  if (shown.code.startsWith("cli.")) return EXIT.usage;
  return STATUS[shown.code] ?? EXIT.incomplete;
}
