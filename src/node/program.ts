/** This program as a command: for work that wants a process of its own. */

import { fileURLToPath } from "node:url";

/** The program and what comes before its arguments. */
export const PROGRAM: readonly [program: string, script: string] = [
  process.execPath,
  fileURLToPath(new URL("../../bin/seedproof.js", import.meta.url)),
];
