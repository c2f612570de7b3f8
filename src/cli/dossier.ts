/** `seedproof dossier`: the report of a case for people, in both languages. */

import { extname } from "node:path";
import { type Command, Option } from "commander";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Lang } from "../base/texts.ts";
import { openCase } from "../node/case-folder.ts";
import { dossierHtml, dossierPdf, prepareDossier } from "../node/dossier-build.ts";
import { attachedBundle, dossierBundle } from "../node/dossier-files.ts";
import { workspace } from "../node/home.ts";
import { writeOutput } from "../node/output-file.ts";
import { type DisclosureOptions, disclosureOf } from "./disclosure.ts";
import { SOFTWARE } from "./ledger-run.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";
import { TOOL } from "./version.ts";

interface BuildOptions extends GlobalOptions, DisclosureOptions {
  readonly output: string;
  readonly language: "zh" | "en" | "both";
  readonly font?: readonly string[];
  readonly attach?: boolean;
  readonly force?: boolean;
}

/** Registers `dossier` and its subcommands. */
export function registerDossier(program: Command): void {
  const dossier = program.command("dossier").description("the report of a case, in Chinese and English");
  dossier
    .command("build")
    .description("measure the case again, assess it, and write its dossier")
    .argument("<case>", "folder with case.json")
    .requiredOption("-o, --output <file>", "where to write: .pdf or .html")
    .addOption(
      new Option("--language <lang>", "languages of the dossier").choices(["zh", "en", "both"]).default("both"),
    )
    .option("--font <file...>", "TrueType or OpenType fonts for characters that the own ones lack")
    .option("--no-attach", "leave the bundle out of the PDF")
    .option("--disclose <entries>", "entries of the ledgers to disclose, such as 0-12,15 (default: all)")
    .option(
      "--withhold <entries>",
      "entries to leave out of the attached bundle and of the pages; they stay as commitments",
    )
    .option("--no-contents", "disclose entries without the contents and files that they commit to")
    .option("--force", "write over a file that is there")
    .action(async (folder: string, _: object, command: Command) => {
      process.exitCode = await build(folder, command.optsWithGlobals());
    });
}

const LANGUAGES: Readonly<Record<BuildOptions["language"], readonly Lang[]>> = {
  zh: ["zh"],
  en: ["en"],
  both: ["zh", "en"],
};

async function build(folder: string, options: BuildOptions): Promise<number> {
  const { output, font, force } = options;
  const form = extname(output).toLowerCase();
  if (form !== ".pdf" && form !== ".html") {
    throw new SeedproofError("cli.usage", `${output} ends neither in .pdf nor in .html`);
  }
  const languages = LANGUAGES[options.language];
  const open = openCase(folder);
  const disclosure = disclosureOf(options);
  const parts = { home: workspace(options.home), tool: SOFTWARE, disclosure };
  const bundle =
    form === ".pdf" && options.attach !== false ? attachedBundle(await dossierBundle(open, parts)) : undefined;
  const wanted = { languages, tool: TOOL, ...(font && { fonts: font }), ...(bundle && { bundle }) };
  const hides = options.disclose !== undefined || options.withhold !== undefined || options.contents === false;
  const prepared = await prepareDossier(open, { ...wanted, ...(hides && { disclosure }) });
  const bytes = form === ".pdf" ? dossierPdf(prepared, wanted) : utf8(dossierHtml(prepared, languages));
  writeOutput(output, bytes, force);
  const { findings } = prepared;
  const lang = langFor(options);
  const written = { file: output, sha256: sha256Hex(bytes), bytes: bytes.length };
  if (options.json) printJson({ ...written, findings: localised(findings, lang) });
  else print(`${written.file}  ${written.bytes} B  sha256 ${written.sha256}`);
  if (!options.json) for (const finding of findings) note(findingLine(finding, lang));
  return findings.some(({ level }) => level === "fails") ? EXIT.fails : EXIT.ok;
}
