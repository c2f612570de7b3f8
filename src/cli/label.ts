/** `seedproof label`: what a file says of its origin, and labels written into it. */

import { type Command, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { AigcContent } from "../label/aigc.ts";
import { SOURCE_TYPES, type SourceType } from "../label/manifest.ts";
import { type LabelContent, MINING_TERMS, writeLabels } from "../label/write-labels.ts";
import { workspace } from "../node/home.ts";
import { readImageInput, readInput } from "../node/input-file.ts";
import { ledgerPointer } from "../node/ledger-pointer.ts";
import { writeOutput } from "../node/output-file.ts";
import type { FileReading } from "../node/read-image.ts";
import { indexOf } from "./ledger-run.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";

interface WriteOptions extends GlobalOptions {
  readonly producer?: string;
  readonly produceId?: string;
  readonly label: "1" | "2" | "3";
  readonly propagator?: string;
  readonly propagateId?: string;
  readonly ledgerEntry?: string;
  readonly sourceType?: SourceType;
  readonly aiSystem?: string;
  readonly aiSystemVersion?: string;
  readonly aiPrompt?: string;
  readonly aiPromptWriter?: string;
  readonly mining?: string;
  readonly output: string;
  readonly force?: boolean;
}

/** Registers `label` and its subcommands. */
export function registerLabel(program: Command): void {
  const label = program.command("label").description("labels of origin: C2PA, AIGC (GB 45438-2025), IPTC");
  label
    .command("read")
    .description("what a file says of its origin, and what of it could be checked")
    .argument("<file>", "image, or - for standard input")
    .action(async (file: string, _: object, command: Command) => {
      process.exitCode = await read(file, command.optsWithGlobals());
    });
  writeOptions(label.command("write"));
}

function writeOptions(command: Command): void {
  command
    .description("write labels as XMP; labels that are there are never replaced, signed files never touched")
    .argument("<file>", "PNG, JPEG or WebP, or - for standard input")
    .option("--producer <code>", "AIGC: name or code of the service that made the content")
    .option("--produce-id <id>", "AIGC: the content's number at that service")
    .addOption(
      new Option("--label <n>", "AIGC: 1 made by AI, 2 possibly, 3 suspected").choices(["1", "2", "3"]).default("1"),
    )
    .option("--propagator <code>", "AIGC: name or code of the service that spreads it")
    .option("--propagate-id <id>", "AIGC: the content's number there")
    .option("--ledger-entry <index>", "AIGC: point to this entry of the workspace's ledger, which must name the file")
    .addOption(new Option("--source-type <type>", "IPTC: how it came about").choices(Object.keys(SOURCE_TYPES)))
    .option("--ai-system <name>", "IPTC: the model or service")
    .option("--ai-system-version <text>", "IPTC: its version")
    .option("--ai-prompt <text>", "IPTC: the prompt")
    .option("--ai-prompt-writer <name>", "IPTC: who wrote the prompt, which does not make them the image's creator")
    .addOption(new Option("--mining <term>", "PLUS: whether it may be mined").choices(MINING_TERMS.map(lower)))
    .requiredOption("-o, --output <file>", "where to write")
    .option("--force", "write over a file that is there")
    .action(async (file: string, _: object, command: Command) => {
      await write(file, command.optsWithGlobals());
    });
}

const lower = (term: string): string => term.toLowerCase();

async function read(file: string, options: GlobalOptions): Promise<number> {
  const reading = await readImageInput(file);
  const { labels, attestations, tool } = reading;
  const findings = reading.findings.filter(({ code }) => code.startsWith("label."));
  const lang = langFor(options);
  if (options.json) printJson({ file, tool, labels, attestations, findings: localised(findings, lang) });
  else for (const line of [...lines(reading), ...findings.map((finding) => findingLine(finding, lang))]) print(line);
  return findings.some(({ level }) => level === "fails") ? EXIT.fails : EXIT.ok;
}

function lines({ labels }: FileReading): string[] {
  return [
    ...labels.credentials.flatMap(({ manifests }) =>
      manifests.map(
        ({ claimGenerator, actions }) =>
          `c2pa  ${claimGenerator ?? ""}  ${actions.map(({ action }) => action).join(" ")}`,
      ),
    ),
    ...labels.aigc.flatMap(({ fields }) => Object.entries(fields).map(([field, value]) => `aigc  ${field}  ${value}`)),
    ...labels.iptc.map(({ field, value }) => `iptc  ${field}  ${value}`),
  ];
}

async function write(file: string, options: WriteOptions): Promise<void> {
  const { output, force } = options;
  const before = readInput(file);
  const bytes = writeLabels(before, await contentOf(options, before));
  writeOutput(output, bytes, force);
  const written = { file: output, sha256: sha256Hex(bytes), bytes: bytes.length };
  if (options.json) printJson(written);
  else print(`${written.file}  ${written.bytes} B  sha256 ${written.sha256}`);
}

async function contentOf(options: WriteOptions, bytes: Uint8Array): Promise<LabelContent> {
  const { sourceType, aiSystem, aiSystemVersion, aiPrompt, aiPromptWriter, mining } = options;
  const aigc = await aigcOf(options, bytes);
  const term = MINING_TERMS.find((one) => lower(one) === mining);
  const texts = { aiSystem, aiSystemVersion, aiPrompt, aiPromptWriter };
  const given = Object.entries(texts).filter(([, value]) => value !== undefined);
  return {
    ...(aigc && { aigc }),
    ...(sourceType && { sourceType }),
    ...Object.fromEntries(given),
    ...(term && { mining: term }),
  };
}

async function aigcOf(options: WriteOptions, bytes: Uint8Array): Promise<AigcContent | undefined> {
  const { producer, produceId, label, propagator, propagateId, ledgerEntry } = options;
  if (producer === undefined && produceId === undefined) return undefined;
  if (producer === undefined || produceId === undefined) {
    throw new SeedproofError("cli.usage", "an AIGC label needs both --producer and --produce-id");
  }
  const pointer = ledgerEntry === undefined ? undefined : await shortPointer(options, ledgerEntry, bytes);
  return {
    ...{ Label: label, ContentProducer: producer, ProduceID: produceId },
    ...(pointer !== undefined && { ReservedCode1: pointer }),
    ...(propagator !== undefined && { ContentPropagator: propagator }),
    ...(propagateId !== undefined && { PropagateID: propagateId }),
  };
}

/** The producer's own field of the label, as a pointer into the ledger: origin, index, and the leaf's hash. */
async function shortPointer({ home }: GlobalOptions, entry: string, bytes: Uint8Array): Promise<string> {
  const { origin, index, leafHash } = await ledgerPointer(workspace(home), indexOf(entry), sha256Hex(bytes));
  return `sp1:${origin}#${index}:${leafHash}`;
}
