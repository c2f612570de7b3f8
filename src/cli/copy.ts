/** `seedproof copy`: an image's generation data, ready to paste into another program. */

import { type Command, Option } from "commander";
import { readImageInput } from "../node/input-file.ts";
import { copiedAs, FORMS, type Form } from "../recipe/copied.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";

/** Registers the command. */
export function registerCopy(program: Command): void {
  program
    .command("copy")
    .description("print an image's generation data, ready to paste")
    .argument("<file>", "image, or - for standard input")
    .addOption(
      new Option("--as <form>", "A1111's text, a graph for ComfyUI's API, or the recipe")
        .choices(FORMS)
        .default("a1111"),
    )
    .action(async (file: string, _: object, command: Command) => {
      process.exitCode = await copy(file, command.optsWithGlobals());
    });
}

async function copy(file: string, options: GlobalOptions & { as: Form }): Promise<number> {
  const reading = await readImageInput(file, { hash: false });
  const copied = copiedAs(options.as, reading);
  const lang = langFor(options);
  if (options.json) printJson({ file, as: options.as, ...copied, losses: localised(copied.losses, lang) });
  else {
    print(copied.text);
    for (const loss of copied.losses) note(findingLine(loss, lang));
  }
  return EXIT.ok;
}
