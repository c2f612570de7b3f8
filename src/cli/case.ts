/** `seedproof case`: a folder with exhibits, what was measured on them, and what people say. */

import type { Command } from "commander";
import { Option } from "commander";
import { EXHIBIT_ROLES } from "../doctrine/case.ts";

/** Loaded when a subcommand runs: the other commands start without it. */
const work = (): Promise<typeof import("./case-run.ts")> => import("./case-run.ts");

const repeated = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** Registers `case` and its subcommands. */
export function registerCase(program: Command): void {
  const group = program
    .command("case")
    .description("a case: exhibits, facts with their grades, questions")
    .enablePositionalOptions();
  group
    .command("init")
    .description("make a case's folder")
    .argument("<folder>")
    .requiredOption("--ref <text>", "number or name of the case")
    .requiredOption("--title <text>", "title; TEXT, or EN=TEXT and ZH=TEXT after each other", repeated)
    .option("--date <time>", "date of the dossier, RFC 3339 (default: now)")
    .option("--party <role=name>", "a party, as it names itself (repeatable)", repeated)
    .option(
      "--question <text>",
      "a question put; TEXT, or EN=TEXT|ZH=TEXT, then |FACTS=key,… and |RULES=id,… that answer it (repeatable)",
      repeated,
    )
    .option("--use-rule <id>", "a rule to assess under (repeatable; default: all)", repeated)
    .action(async (folder: string, _: object, command: Command) =>
      (await work()).init(folder, command.optsWithGlobals()),
    );
  group
    .command("add")
    .description("take a file, or a ledger's folder, into the case; it is copied, hashed and measured")
    .argument("<case>")
    .argument("<path>")
    .addOption(new Option("--as <role>", "what it is to the case").choices([...EXHIBIT_ROLES]).makeOptionMandatory())
    .requiredOption("--from <text>", "from whom it was received")
    .option("--at <time>", "when it was received, RFC 3339 (default: now)")
    .option("--id <id>", "its number, such as E3 (default: the next)")
    .option("--note <text>", "a note on it")
    .action(async (folder: string, path: string, _: object, command: Command) =>
      (await work()).add(folder, path, command.optsWithGlobals()),
    );
  group
    .command("say")
    .description("enter what a person says: a claim (C), or what a third party's record among the exhibits says (T)")
    .argument("<case>")
    .argument("<fact>", "key of the vocabulary (seedproof case facts)")
    .argument("<value>", "yes, no, a number, a word, or words joined by commas")
    .requiredOption("--by <name>", "who says it")
    .option("--exhibit <id>", "the third party's record that says it")
    .option("--at <time>", "when it was said, RFC 3339 (default: now)")
    .action(async (folder: string, key: string, value: string, _: object, command: Command) =>
      (await work()).say(folder, key, value, command.optsWithGlobals()),
    );
  group
    .command("declare")
    .description("enter a statement in a person's own words")
    .argument("<case>")
    .argument("<text>")
    .requiredOption("--by <name>", "who says it")
    .option("--at <time>", "when it was said, RFC 3339 (default: now)")
    .action(async (folder: string, text: string, _: object, command: Command) =>
      (await work()).declare(folder, text, command.optsWithGlobals()),
    );
  group
    .command("run")
    .description("run an experiment of Seedproof and keep what it prints as an exhibit: measured here (M)")
    .argument("<case>")
    .argument("<command...>", "such as: protocol path --from cat.png --model MODEL")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (folder: string, args: string[], _: object, command: Command) => {
      process.exitCode = await (await work()).runOne(folder, args, command.optsWithGlobals());
    });
  group
    .command("examine")
    .description(
      "make the image in question again, beside a control, in new processes, by detours and under other users (M)",
    )
    .argument("<case>")
    .option("--model <path>", "the model to draw with (default: the recipe's, by its hash)")
    .option("--engine <name>", "embedded, or a server: a1111=URL, comfyui=URL, sdcpp=URL")
    .action(async (folder: string, _: object, command: Command) => {
      const { model, engine, ...options } = command.optsWithGlobals();
      const more = Object.entries({ model, engine }).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
      process.exitCode = await (await work()).examineCase(folder, more, options);
    });
  group
    .command("measure")
    .description("measure all exhibits again")
    .argument("<case>")
    .action(async (folder: string, _: object, command: Command) =>
      (await work()).measure(folder, command.optsWithGlobals()),
    );
  group
    .command("show")
    .description("exhibits, facts with their grades, and what is still to be asked")
    .argument("<case>")
    .action(async (folder: string, _: object, command: Command) => {
      process.exitCode = await (await work()).show(folder, command.optsWithGlobals());
    });
  group
    .command("facts")
    .description("the fact vocabulary: every key, its type, and where it comes from")
    .action(async (_: object, command: Command) => (await work()).vocabulary(command.optsWithGlobals()));
}
