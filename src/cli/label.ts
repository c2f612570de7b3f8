/** `seedproof label`: what a file says of its origin, and the AIGC label of GB 45438-2025 written into it. */

import { type Command, Option } from "commander";
import { utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import { embed } from "../image/embed.ts";
import { aigcPacket } from "../label/aigc.ts";
import { readImageInput, readInput } from "../node/input-file.ts";
import { writeOutput } from "../node/output-file.ts";
import type { FileReading } from "../node/read-image.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";

interface WriteOptions extends GlobalOptions {
  readonly producer: string;
  readonly produceId: string;
  readonly label: "1" | "2" | "3";
  readonly propagator?: string;
  readonly propagateId?: string;
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
  label
    .command("write")
    .description("write the AIGC label as XMP; labels that are there are never replaced, signed files never touched")
    .argument("<file>", "PNG, JPEG or WebP without XMP of its own, or - for standard input")
    .requiredOption("--producer <code>", "name or code of the service that made the content")
    .requiredOption("--produce-id <id>", "the content's number at that service")
    .addOption(new Option("--label <n>", "1 made by AI, 2 possibly, 3 suspected").choices(["1", "2", "3"]).default("1"))
    .option("--propagator <code>", "name or code of the service that spreads it")
    .option("--propagate-id <id>", "the content's number there")
    .requiredOption("-o, --output <file>", "where to write")
    .option("--force", "write over a file that is there")
    .action((file: string, _: object, command: Command) => write(file, command.optsWithGlobals()));
}

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

function write(file: string, options: WriteOptions): void {
  const { producer, produceId, label, propagator, propagateId, output, force } = options;
  const packet = aigcPacket({
    ...{ Label: label, ContentProducer: producer, ProduceID: produceId },
    ...(propagator !== undefined && { ContentPropagator: propagator }),
    ...(propagateId !== undefined && { PropagateID: propagateId }),
  });
  const bytes = embed(readInput(file), { xmp: utf8(packet) });
  writeOutput(output, bytes, force);
  const written = { file: output, sha256: sha256Hex(bytes), bytes: bytes.length };
  if (options.json) printJson(written);
  else print(`${written.file}  ${written.bytes} B  sha256 ${written.sha256}`);
}
