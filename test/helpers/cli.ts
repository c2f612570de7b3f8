/** Runs the command line as a user would, from the sources. */

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** What a run of the command came to. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON objects, one a line. */
  readonly json: unknown[];
}

/** Runs `seedproof ARGS`, in English unless the environment says otherwise. */
export function seedproof(
  args: readonly string[],
  options: { input?: Uint8Array; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), resolve(ROOT, "src/cli/main.ts"), ...args],
    {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, LC_ALL: "C", NO_COLOR: "1", ...options.env },
      maxBuffer: 1 << 28,
      ...(options.input && { input: options.input }),
    },
  );
  const out = stdout.toString();
  return {
    status,
    stdout: out,
    stderr: stderr.toString(),
    get json() {
      return out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown);
    },
  };
}
