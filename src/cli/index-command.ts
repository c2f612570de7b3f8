/** `seedproof index` and its subcommands. */

import type { Command } from "commander";
import { whole } from "./parse-options.ts";

/** Loaded when a subcommand runs: the other commands start without a database. */
const work = (): Promise<typeof import("./index-run.ts")> => import("./index-run.ts");

/** Registers the command. */
export function registerIndex(program: Command): void {
  const index = program
    .command("index")
    .description("the library's index over images and record: a projection, made anew from them at any time");
  index
    .command("add")
    .description("add folders of images; they are read and never written")
    .argument("<folder...>")
    .action(async (folders: string[], _: object, command: Command) => {
      process.exitCode = await (await work()).add(command.optsWithGlobals(), folders);
    });
  index
    .command("remove")
    .description("take a folder out; its files stay as they are")
    .argument("<folder>")
    .action(async (folder: string, _: object, command: Command) => {
      process.exitCode = await (await work()).remove(command.optsWithGlobals(), folder);
    });
  index
    .command("stats")
    .description("bring the index up to date and say what it holds")
    .action(async (_: object, command: Command) => {
      process.exitCode = await (await work()).stats(command.optsWithGlobals());
    });
  index
    .command("rebuild")
    .description("throw the index away and make it again from files, record and marks")
    .action(async (_: object, command: Command) => {
      process.exitCode = await (await work()).rebuild(command.optsWithGlobals());
    });
  index
    .command("search")
    .description("images whose prompt, name, tool, model, seed or hash has all of these words; -word leaves out")
    .argument("<text>")
    .option("--limit <n>", "how many are listed", whole(1, 10_000), 50)
    .action(async (text: string, _: object, command: Command) => {
      process.exitCode = await (await work()).search(command.optsWithGlobals(), text);
    });
}
