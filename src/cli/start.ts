/** `seedproof start`: the workbench in the browser; what `npm start` runs. */

import { type Command, Option } from "commander";
import { workspace } from "../node/home.ts";
import { EXIT, type GlobalOptions, langFor, note, print, printJson } from "./output.ts";
import { whole } from "./parse-options.ts";
import { TEXTS } from "./texts.ts";
import { VERSION } from "./version.ts";

/** The port of the workbench; A1111 has 7860, ComfyUI 8188. */
const DEFAULT_PORT = 7870;

/** Registers the command. */
export function registerStart(program: Command): void {
  program
    .command("start")
    .description("start the workbench: a local web application over this workspace")
    .addOption(
      new Option("--port <n>", "port on 127.0.0.1; 0 takes any free one")
        .env("PORT")
        .argParser(whole(0, 65_535))
        .default(DEFAULT_PORT),
    )
    .action(async (_: object, command: Command) => {
      process.exitCode = await start(command.optsWithGlobals());
    });
}

async function start(options: GlobalOptions & { readonly port: number }): Promise<number> {
  // Loaded only here: other commands start without the server.
  const { serve } = await import("../server/serve.ts");
  const home = workspace(options.home);
  const running = await serve({
    home,
    version: VERSION,
    port: options.port,
    log: (error) => note(String((error as Error)?.stack ?? error)),
  });
  const url = `${running.address}?token=${running.token}`;
  if (options.json) printJson({ url, address: running.address, home });
  else print(url);
  note(TEXTS.serving[langFor(options)]);
  await asked();
  await running.stop();
  return EXIT.ok;
}

/** Resolves when the user or the system asks the program to end. */
async function asked(): Promise<void> {
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
  });
}
