/** `seedproof start`: what `npm start` runs. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { readAll } from "./read.ts";

const SAMPLES = fileURLToPath(new URL("../../samples", import.meta.url));

/** Registers the command. Until the workbench exists it reads the bundled samples and prints the readings. */
export function registerStart(program: Command): void {
  program
    .command("start")
    .description("read the bundled samples and print what each says about how it was made")
    .action(async (_options: object, command: Command) => {
      process.exitCode = await readAll([relative("", SAMPLES)], { ...command.optsWithGlobals(), brief: true });
    });
}
