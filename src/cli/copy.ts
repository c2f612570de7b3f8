/** `seedproof copy`: an image's generation data, ready to paste into another program. */

import { type Command, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { readImageInput } from "../node/input-file.ts";
import type { FileReading } from "../node/read-image.ts";
import { recordedGraph, writeComfyui } from "../recipe/write-comfyui.ts";
import { writeInfotext } from "../recipe/write-infotext.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";

/** Forms that generation data can be copied in. */
const FORMS = ["a1111", "comfyui", "json"] as const;

type Form = (typeof FORMS)[number];

/** Generation data in one form, and what of the recipe it does not hold. */
interface Copied {
  readonly text: string;
  /** `recorded`: letter for letter as the file holds it; `written`: put into this form here. */
  readonly origin: "recorded" | "written";
  readonly losses: readonly Finding[];
}

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

/** @throws SeedproofError `recipe.none` where the file says nothing of how it was made */
function copiedAs(form: Form, reading: FileReading): Copied {
  const graph = form === "comfyui" ? recordedGraph(reading.blocks) : undefined;
  if (graph !== undefined) return { text: graph, origin: "recorded", losses: [] };
  const { recipe, tool } = reading;
  if (!recipe) throw new SeedproofError("recipe.none", "the file holds no recipe", { where: { file: reading.file } });
  if (form === "json") return { text: JSON.stringify(recipe, null, 2), origin: "written", losses: [] };
  const recorded = form === "a1111" ? recordedInfotext(reading) : undefined;
  if (recorded !== undefined) return { text: recorded, origin: "recorded", losses: [] };
  return { ...(form === "a1111" ? writeInfotext(recipe, tool) : writeComfyui(recipe)), origin: "written" };
}

/** The infotext that the prompt came from, where it needed no repair: JSON has pointers, an infotext only spans. */
function recordedInfotext({ provenance, blocks, repairs }: FileReading): string | undefined {
  const from = provenance["/prompt/positive"];
  const steps = provenance["/passes/0/steps"];
  if (!from || from.pointer !== undefined || steps?.block !== from.block || repairs.length > 0) return undefined;
  return blocks[from.block]?.text;
}
