/** Before tests that run the command: compiles what has changed, so that each run starts in a third of the time that it takes from sources. */

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";

/** Compiles incrementally; where nothing has changed this takes no time. @throws where the sources do not compile */
export default function setup(): void {
  const tsc = resolve(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-b"], {
    cwd: resolve(import.meta.dirname, "../.."),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the sources do not compile:\n${stdout}`);
}
