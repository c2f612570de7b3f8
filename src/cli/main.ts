/** The command line: one file a command; `--json` prints exactly what the text is made from. */

import { Command, CommanderError } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { registerAssess } from "./assess.ts";
import { registerBundle } from "./bundle.ts";
import { registerCalibrate } from "./calibrate.ts";
import { registerCase } from "./case.ts";
import { registerCompare } from "./compare.ts";
import { registerCopy } from "./copy.ts";
import { registerCredentials } from "./credentials.ts";
import { registerDossier } from "./dossier.ts";
import { registerEngine } from "./engine.ts";
import { registerGenerate } from "./generate.ts";
import { registerIndex } from "./index-command.ts";
import { registerLabel } from "./label.ts";
import { registerLedger } from "./ledger.ts";
import { registerModels } from "./models.ts";
import { registerNoise } from "./noise.ts";
import { EXIT, type GlobalOptions, reportError } from "./output.ts";
import { registerPrompt } from "./prompt.ts";
import { registerProtocol } from "./protocol.ts";
import { registerRead } from "./read.ts";
import { registerRecord } from "./record.ts";
import { registerReproduce } from "./reproduce.ts";
import { registerRule } from "./rule.ts";
import { registerStart } from "./start.ts";
import { registerVerify } from "./verify.ts";
import { VERSION } from "./version.ts";
import { registerWrite } from "./write.ts";

const program = new Command("seedproof")
  .description("The evidence workbench for AI-generated images.")
  .version(VERSION)
  .option("--json", "print one JSON document, or one JSON object a line")
  .option("--lang <lang>", "language of texts: en or zh (default: from the locale)")
  .option(
    "--home <dir>",
    "workspace folder (default: $SEEDPROOF_HOME, .seedproof/ upward from here, the user's data folder)",
  )
  .showHelpAfterError("(seedproof --help lists the commands)")
  .exitOverride();

for (const register of [
  registerRead,
  registerCopy,
  registerCompare,
  registerWrite,
  registerBundle,
  registerVerify,
  registerPrompt,
  registerLabel,
  registerCredentials,
  registerLedger,
  registerNoise,
  registerEngine,
  registerGenerate,
  registerReproduce,
  registerProtocol,
  registerModels,
  registerCalibrate,
  registerRecord,
  registerCase,
  registerAssess,
  registerRule,
  registerDossier,
  registerIndex,
  registerStart,
])
  register(program);
inherit(program);

/** Global options are understood before and after the command's name; errors come back to this file. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    for (const flag of ["--json", "--lang <lang>", "--home <dir>"]) {
      if (!child.options.some((option) => flag.startsWith(option.long ?? "-"))) child.option(flag);
    }
    child.exitOverride();
    inherit(child);
  }
}

// A reader that closes the pipe early (`| head`) is no fault of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
}

function statusOf(error: unknown): number {
  const options: GlobalOptions = { ...program.opts(), ...(process.argv.includes("--json") && { json: true }) };
  if (!(error instanceof CommanderError)) return reportError(error, options);
  if (error.exitCode === 0) return EXIT.ok;
  // Commander has written its message to standard error.
  if (options.json) reportError(new SeedproofError("cli.usage", error.message.replace(/^error: /, "")), options);
  return EXIT.usage;
}
