/** `seedproof record`: the making of an image, as it happens. */

import { type Command, Option } from "commander";
import { IMPORT_KINDS } from "../node/import/source.ts";
import { DIMENSIONS } from "../process/event.ts";

/** Loaded when a subcommand runs: the other commands start without it. */
const work = (): Promise<typeof import("./record-run.ts")> => import("./record-run.ts");

const tables = (): Promise<typeof import("./record-show.ts")> => import("./record-show.ts");

/** The commands that choose among candidates, and what each records. */
const CHOICES = [
  ["keep", "image.kept"],
  ["reject", "image.rejected"],
] as const;

/** Registers `record` and its subcommands. */
export function registerRecord(program: Command): void {
  const record = program
    .command("record")
    .description("record the making of images as it happens, in a tamper-evident ledger");
  record
    .command("start")
    .description("start a session: proxies in front of generators, watched folders")
    .option("--session <name>", "name of the session (default: the time)")
    .option("--a1111 <url>", "an A1111 or Forge server with --api, to put a proxy in front of")
    .option("--comfyui <url>", "a ComfyUI server, to put a proxy in front of")
    .option("--a1111-port <port>", "port of its proxy; 0 for any free one", "7872")
    .option("--comfyui-port <port>", "port of its proxy; 0 for any free one", "7873")
    .option("--watch <path...>", "folders and files in which programs save images and layered files")
    .option("--no-hook", "do not listen for the extensions inside A1111 and ComfyUI")
    .option("--foreground", "stay in this terminal until stopped")
    .action(async (_: object, command: Command) => {
      process.exitCode = await (await work()).start(command.optsWithGlobals());
    });
  record
    .command("status")
    .description("what is being recorded")
    .action(async (_: object, command: Command) => (await work()).status(command.optsWithGlobals()));
  record
    .command("stop")
    .description("end the session; all that passed is durable when this returns")
    .action(async (_: object, command: Command) => (await work()).stop(command.optsWithGlobals()));
  record
    .command("show")
    .description("what the record comes to: steps with their differences, counts, branches, gaps, signs of a replay")
    .option("--session <name>", "one session (default: all)")
    .action(async (_: object, command: Command) => {
      process.exitCode = await (await tables()).show(command.optsWithGlobals());
    });
  record
    .command("fabricate")
    .description("make up several histories that end in one image, all marked so: why a reproduction proves no history")
    .argument("<image>")
    .action(async (image: string, _: object, command: Command) => {
      process.exitCode = await (await tables()).fabricate(image, command.optsWithGlobals());
    });
  record
    .command("seed")
    .description("choose a seed and write down where it came from, before anything is made with it; prints the seed")
    .option("--beacon <source>", "draw it from a drand round, drand=FILE or drand=URL: nobody could know it before")
    .option("--typed <seed>", "a seed that you typed")
    .option("--from-image <file>", "the seed that an image names")
    .option("--session <name>", "session (default: the running one)")
    .action(async (_: object, command: Command) => {
      await (await import("./record-seed.ts")).seed(command.optsWithGlobals());
    });
  record
    .command("import")
    .description("take over another program's history, as that program's claim; each run once")
    .addOption(new Option("--from <kind>", "whose history").choices(IMPORT_KINDS).makeOptionMandatory())
    .argument("<source>", "a folder, a database, a log, a saved history, or the address of a ComfyUI server")
    .option("--images <dir>", "where the images are, if not in the program's own folder")
    .option("--session <name>", "session (default: import from KIND)")
    .action(async (source: string, _: object, command: Command) => {
      await (await import("./record-import.ts")).importCommand(command.optsWithGlobals(), source);
    });
  record
    .command("export")
    .description("the record for other programs: events with bounds and grades, one JSON object a line, or W3C PROV")
    .option("--prov", "one PROV-JSON document")
    .option("--without-contents", "leave out prompts, words and names of files: hashes, times and kinds remain")
    .option("--session <name>", "one session (default: all)")
    .option("-o, --output <file>", "where to; - for standard output", "-")
    .option("--force", "write over a file that is there")
    .action(async (_: object, command: Command) => {
      process.exitCode = await (await import("./record-export.ts")).exportRecord(command.optsWithGlobals());
    });
  const said = (name: string, description: string, argument: string): Command =>
    record
      .command(name)
      .description(description)
      .argument(argument)
      .option("--session <name>", "session (default: the running one)");
  said("note", "write a note into the record", "<text>")
    .option("--image <file>", "what it is about")
    .action(async (text: string, _: object, command: Command) => {
      const { add, keep } = await work();
      await add(command.optsWithGlobals(), "note.added", (store, { image }) => ({
        ...{ text },
        ...(image && { about: keep(store, image) }),
      }));
    });
  said("intent", "say what is to be made, before the first image", "<text>").action(
    async (text: string, _: object, command: Command) => {
      const { add } = await work();
      await add(command.optsWithGlobals(), "intent.noted", () => ({ text }));
    },
  );
  for (const [name, type] of CHOICES) {
    said(name, `${name} an image, with the reason given now`, "<image>")
      .option("--why <text>", "the reason")
      .action(async (image: string, _: object, command: Command) => {
        const { add, keep } = await work();
        await add(command.optsWithGlobals(), type, (store, { why }) => ({
          ...{ image: keep(store, image) },
          ...(why && { why }),
        }));
      });
  }
  said("dimension", `say which visual dimension a step was about: ${DIMENSIONS.join(", ")}`, "<dimension>")
    .argument("<text>")
    .option("--before <image>", "the image before")
    .option("--after <image>", "the image after")
    .action(async (dimension: string, text: string, _: object, command: Command) => {
      const { add, dimensionOf, keep } = await work();
      await add(command.optsWithGlobals(), "dimension.said", (store, { before, after }) => ({
        ...{ dimension: dimensionOf(dimension), text },
        ...(before && { before: keep(store, before) }),
        ...(after && { after: keep(store, after) }),
      }));
    });
}
