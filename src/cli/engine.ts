/** `seedproof engine doctor`: whether this installation gives the bits of its version. */

import type { Command } from "commander";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Backend, RuntimeIdentity } from "../engine/backend.ts";
import { CAUSES } from "../engine/causes.ts";
import { examine } from "../engine/doctor.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson, styled } from "./output.ts";

interface DoctorOptions extends GlobalOptions {
  readonly mode: string;
}

/** Registers the command. */
export function registerEngine(program: Command): void {
  const engine = program.command("engine").description("the embedded engine itself");
  engine
    .command("doctor")
    .description(
      "recompute golden hashes of noise, small networks, the shipped model's files and its pictures; exit 1 where they differ",
    )
    .option("--mode <mode>", "reference, or fast where onnxruntime-node is installed", "reference")
    .action((_options: object, command: Command) => doctor(command.optsWithGlobals()));
  engine
    .command("causes")
    .description("the table of known causes for which an image made again is not identical")
    .action((_options: object, command: Command) => causes(command.optsWithGlobals()));
}

function causes(options: GlobalOptions): void {
  const lang = langFor(options);
  if (options.json) printJson({ causes: localised(CAUSES, lang) });
  else
    for (const { id, size, about, seen, remedy } of CAUSES) {
      print(`${styled("bold", id)}  ${size}\n  ${about[lang]}\n  ${seen[lang]}\n  → ${remedy[lang]}`);
    }
}

async function doctor(options: DoctorOptions): Promise<void> {
  const backend = await backendOf(options.mode);
  const findings = [...(await examine(backend)), ...(await modelFindings(backend.identity.mode))];
  const ok = findings.every(({ level }) => level !== "fails");
  const lang = langFor(options);
  if (options.json)
    printJson({ ok, engine: { name: "embedded", ...backend.identity }, findings: localised(findings, lang) });
  else {
    print(`${backend.identity.runtime} (${backend.identity.mode})`);
    for (const finding of findings) print(findingLine(finding, lang));
  }
  process.exitCode = ok ? EXIT.ok : EXIT.fails;
}

/** The model that comes with the package is this version's, and draws again what this version drew. Nothing is drawn with another one. */
async function modelFindings(mode: RuntimeIdentity["mode"]): Promise<Finding[]> {
  const { shippedModel, shippedWeights } = await import("../node/find-model.ts");
  const { openEmbedded } = await import("../node/embedded.ts");
  const { examinePictures, examineWeights } = await import("../engine/doctor-pictures.ts");
  const files = examineWeights(await shippedWeights());
  if (files.some(({ level }) => level === "fails")) return files;
  const engine = await openEmbedded({ model: shippedModel(), mode });
  try {
    return [...files, ...(await examinePictures(engine.model, mode))];
  } finally {
    await engine.close();
  }
}

/** The runtimes are loaded only here: other commands start without them. */
async function backendOf(mode: string): Promise<Backend> {
  if (mode === "reference") return (await import("../node/reference-backend.ts")).referenceBackend();
  if (mode === "fast") return (await import("../node/fast-backend.ts")).fastBackend();
  throw new SeedproofError("cli.usage", `"${mode}" is no mode: reference and fast are`);
}
