/** `seedproof prompt`: a prompt as its dialect understands it. */

import { type Command, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { readTextFile } from "../node/text-file.ts";
import { parsePrompt } from "../recipe/prompt/prompt.ts";
import type { Dialect } from "../recipe/recipe.ts";
import { type GlobalOptions, print, printJson } from "./output.ts";

const DIALECTS: readonly Dialect[] = ["a1111", "comfyui", "novelai", "invokeai", "plain"];

/** Registers the command. */
export function registerPrompt(program: Command): void {
  program
    .command("prompt")
    .description("a prompt as its dialect understands it: weights, chunks, stages over the steps, adapters")
    .argument("<text>", "the prompt, or - for standard input")
    .addOption(
      new Option("--dialect <dialect>", "how weights and keywords are meant").choices(DIALECTS).default("a1111"),
    )
    .option("--steps <count>", "steps that editing and alternation are counted in", "20")
    .action((text: string, _: object, command: Command) => show(text, command.optsWithGlobals()));
}

function show(text: string, options: GlobalOptions & { dialect: Dialect; steps: string }): void {
  const steps = Number(options.steps);
  if (!Number.isInteger(steps) || steps < 1 || steps > 1000) {
    throw new SeedproofError("cli.usage", `${options.steps} is no number of steps from 1 to 1000`);
  }
  const parsed = parsePrompt(text === "-" ? readTextFile("-") : text, options.dialect, { steps });
  if (options.json) {
    printJson(parsed);
    return;
  }
  for (const { weight, stages } of parsed.subprompts) {
    if (parsed.subprompts.length > 1) print(`AND :${weight}`);
    for (const { until, chunks } of stages) {
      if (stages.length > 1) print(`… step ${until}`);
      for (const [i, chunk] of chunks.entries()) {
        if (i > 0) print("BREAK");
        for (const part of chunk) print(`${part.weight.toFixed(3).padStart(8)}  ${part.text.trim()}`);
      }
    }
  }
  for (const { type, name, weight } of parsed.networks) print(`${type}  ${name}  @${weight ?? 1}`);
}
