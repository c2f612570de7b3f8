/** `seedproof bundle`: a case as files that anyone can check. */

import { join } from "node:path";
import type { Command } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { BAG } from "../dossier/bag.ts";
import { makeBundle } from "../dossier/bundle.ts";
import { toldAnyway } from "../dossier/withheld.ts";
import { nodeSha256, writeBundle } from "../node/bundle-files.ts";
import { caseBundle } from "../node/case-bundle.ts";
import { openCase } from "../node/case-folder.ts";
import { workspace } from "../node/home.ts";
import { type DisclosureOptions, disclosureOf } from "./disclosure.ts";
import { SOFTWARE } from "./ledger-run.ts";
import { type GlobalOptions, print, printJson } from "./output.ts";

interface BundleOptions extends GlobalOptions, DisclosureOptions {
  readonly output: string;
  readonly document?: readonly string[];
  readonly rule?: readonly string[];
  readonly trust?: readonly string[];
  readonly force?: boolean;
}

/** Registers the command. */
export function registerBundle(program: Command): void {
  program
    .command("bundle")
    .description(
      "a case as a BagIt folder or zip: originals, record with proofs, rules, assessments, and how to check them",
    )
    .argument("<case>", "folder with case.json")
    .requiredOption("-o, --output <path>", "a folder, or a file that ends in .zip")
    .option("--document <file...>", "documents to put in, such as the dossier")
    .option("--rule <id...>", "rules by id or file (default: those of the case, else all)")
    .option("--disclose <entries>", "entries of the ledgers to disclose, such as 0-12,15 (default: all)")
    .option("--withhold <entries>", "entries to leave out; their hashes stay, as commitments")
    .option("--no-contents", "disclose entries without the contents and files that they commit to")
    .option("--trust <pem...>", "certificates of authorities that you believe (default: those of the workspace)")
    .option("--force", "write over a zip that is there")
    .action(async (folder: string, _: object, command: Command) => {
      await bundle(folder, command.optsWithGlobals());
    });
}

async function bundle(folder: string, options: BundleOptions): Promise<void> {
  const { output, document, rule, force } = options;
  const input = await caseBundle(openCase(folder), {
    tool: SOFTWARE,
    disclosure: disclosureOf(options),
    trust: options.trust ?? [join(workspace(options.home), "trust")],
    ...(document && { documents: document }),
    ...(rule && { rules: rule }),
  });
  const files = makeBundle(input);
  const told = toldAnyway(files, input.withheld);
  if (told[0]) throw new SeedproofError("dossier.withheld-told", told[0].text.en, { where: told[0].where ?? {} });
  writeBundle(files, output, force);
  const number = nodeSha256(files.get(BAG.tagManifest)!);
  const ledgers = (input.ledgers ?? []).map(({ id, files: own }) => ({
    id,
    disclosed: [...own.keys()].filter((path) => path.startsWith("entries/")).length,
  }));
  if (options.json) printJson({ bundle: output, number, files: files.size, ledgers });
  else print(`${output}  ${files.size} files  number ${number}`);
}
