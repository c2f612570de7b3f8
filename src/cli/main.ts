/** The command line: one file a command; `--json` prints exactly what the text is made from. */

import { Command, CommanderError } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { EXIT, type GlobalOptions, reportError } from "./output.ts";
import { VERSION } from "./version.ts";

/** What adds a command to the program. */
type Register = (program: Command) => void;

/** Commands in the order of the help. A command's file is loaded when it is asked for: all of them take longer to load than most take to run. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  read: async () => (await import("./read.ts")).registerRead,
  copy: async () => (await import("./copy.ts")).registerCopy,
  compare: async () => (await import("./compare.ts")).registerCompare,
  write: async () => (await import("./write.ts")).registerWrite,
  bundle: async () => (await import("./bundle.ts")).registerBundle,
  verify: async () => (await import("./verify.ts")).registerVerify,
  prompt: async () => (await import("./prompt.ts")).registerPrompt,
  label: async () => (await import("./label.ts")).registerLabel,
  credentials: async () => (await import("./credentials.ts")).registerCredentials,
  ledger: async () => (await import("./ledger.ts")).registerLedger,
  noise: async () => (await import("./noise.ts")).registerNoise,
  engine: async () => (await import("./engine.ts")).registerEngine,
  generate: async () => (await import("./generate.ts")).registerGenerate,
  reproduce: async () => (await import("./reproduce.ts")).registerReproduce,
  protocol: async () => (await import("./protocol.ts")).registerProtocol,
  models: async () => (await import("./models.ts")).registerModels,
  calibrate: async () => (await import("./calibrate.ts")).registerCalibrate,
  record: async () => (await import("./record.ts")).registerRecord,
  case: async () => (await import("./case.ts")).registerCase,
  assess: async () => (await import("./assess.ts")).registerAssess,
  rule: async () => (await import("./rule.ts")).registerRule,
  dossier: async () => (await import("./dossier.ts")).registerDossier,
  index: async () => (await import("./index-command.ts")).registerIndex,
  start: async () => (await import("./start.ts")).registerStart,
};

/** Commands that stand in another one's file. */
const BESIDE: Readonly<Record<string, string>> = { convert: "write" };

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

const asked = commandIn(process.argv.slice(2));
const wanted = asked === undefined ? undefined : COMMANDS[BESIDE[asked] ?? asked];
for (const load of wanted ? [wanted] : Object.values(COMMANDS)) (await load())(program);
inherit(program);

/** The first word that is neither an option nor an option's value. */
function commandIn(words: readonly string[]): string | undefined {
  const at = words.findIndex((word, i) => !word.startsWith("-") && !["--lang", "--home"].includes(words[i - 1] ?? ""));
  const word = words[at];
  return word !== undefined && Object.hasOwn({ ...COMMANDS, ...BESIDE }, word) ? word : undefined;
}

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

// Whoever started this process over a channel, and is gone, wants its work no longer; the channel itself keeps nothing alive.
if (process.channel) {
  process.once("disconnect", () => process.exit(EXIT.internal));
  process.channel.unref();
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
