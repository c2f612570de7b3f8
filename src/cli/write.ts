/** `seedproof write` and `seedproof convert`: generation data into an image, and an image into another container. */

import { extname } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { type WritableKind, writeTexts } from "../image/embed.ts";
import { convertImage } from "../node/convert.ts";
import { readInput } from "../node/input-file.ts";
import { writeOutput } from "../node/output-file.ts";
import { readRecipeFile } from "../node/recipe-file.ts";
import { ownBlock, SEEDPROOF_KEY } from "../recipe/seedproof.ts";
import { writeInfotext } from "../recipe/write-infotext.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, note, print } from "./output.ts";

interface WriteOptions extends GlobalOptions {
  readonly recipe: string;
  readonly output: string;
  readonly infotext?: boolean;
  readonly sidecar?: boolean;
  readonly force?: boolean;
}

interface ConvertOptions extends GlobalOptions {
  readonly quality?: number;
  readonly leaveCredentials?: boolean;
  readonly force?: boolean;
}

/** Registers both commands. */
export function registerWrite(program: Command): void {
  program
    .command("write")
    .description(
      "write a recipe into an image, as a block of our own, marked as written; pixels and every other block stay",
    )
    .argument("<image>", "PNG, JPEG or WebP, or - for standard input")
    .requiredOption("--recipe <file>", "recipe or reading as JSON, or generation data as text; - for standard input")
    .requiredOption("-o, --output <file>", "where to write; - for standard output")
    .option("--infotext", "also as A1111's text, where other programs look for it")
    .option("--sidecar", "leave the image as it is and write the recipe beside it, as a signed image needs")
    .option("--force", "write over a file that is there")
    .action((image: string, _: object, command: Command) => {
      process.exitCode = write(image, command.optsWithGlobals());
    });
  program
    .command("convert")
    .description("convert between PNG, JPEG and WebP, keeping every text as it is")
    .argument("<in>", "image, or - for standard input")
    .argument("<out>", "its ending says the container")
    .option("--quality <1-100>", "for JPEG, and WebP from a lossy source", quality)
    .option("--leave-credentials", "convert although Content Credentials cannot come along")
    .option("--force", "write over a file that is there")
    .action(async (from: string, to: string, _: object, command: Command) => {
      process.exitCode = await convert(from, to, command.optsWithGlobals());
    });
}

function write(image: string, options: WriteOptions): number {
  const recipe = readRecipeFile(options.recipe);
  const infotext = options.infotext ? writeInfotext(recipe) : undefined;
  const texts = [
    { key: SEEDPROOF_KEY, text: ownBlock(recipe, "written") },
    ...(infotext ? [{ key: "parameters", text: infotext.text }] : []),
  ];
  const bytes = options.sidecar ? utf8(`${texts[0]!.text}\n`) : writeTexts(readInput(image), texts);
  put(options.output, bytes, options.force);
  report(
    { file: options.output, sha256: sha256Hex(bytes), bytes: bytes.length, losses: infotext?.losses ?? [] },
    options,
  );
  return EXIT.ok;
}

async function convert(from: string, to: string, options: ConvertOptions): Promise<number> {
  const kind = KINDS[extname(to).toLowerCase()];
  if (!kind) throw new SeedproofError("cli.usage", `the ending of ${to} is none of ${Object.keys(KINDS).join(" ")}`);
  const { bytes, left } = await convertImage(readInput(from), kind, {
    ...(options.quality !== undefined && { quality: options.quality }),
    ...(options.leaveCredentials && { leaveCredentials: true }),
  });
  put(to, bytes, options.force);
  const losses = left.map(({ where, key }) => ({
    code: "image.block-left",
    level: "informs" as const,
    text: { en: `The block ${where} ${key} could not come along.`, zh: `数据块 ${where} ${key} 未能随同写入。` },
  }));
  report({ file: to, sha256: sha256Hex(bytes), bytes: bytes.length, losses }, options);
  return EXIT.ok;
}

const KINDS: Readonly<Record<string, WritableKind>> = {
  ".png": "png",
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
};

interface Written {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly losses: readonly Finding[];
}

function report({ losses, ...written }: Written, options: GlobalOptions): void {
  const lang = langFor(options);
  const say = written.file === "-" ? note : print;
  if (options.json) say(JSON.stringify({ ...written, losses: localised(losses, lang) }));
  else {
    say(`${written.file}  ${written.bytes} B  sha256 ${written.sha256}`);
    for (const loss of losses) note(findingLine(loss, lang));
  }
}

function put(path: string, bytes: Uint8Array, force?: boolean): void {
  if (path === "-") process.stdout.write(bytes);
  else writeOutput(path, bytes, force);
}

function quality(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError("a whole number from 1 to 100");
}
