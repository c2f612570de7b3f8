/** Runs the command line as a user would. What it runs is compiled before the tests begin. @see build.ts */

import { spawn, spawnSync } from "node:child_process";
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

interface RunOptions {
  readonly input?: Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

function command(args: readonly string[], { cwd = ROOT, env }: RunOptions) {
  return {
    args: [resolve(ROOT, "bin/seedproof.js"), ...args],
    options: { cwd, env: { ...process.env, LC_ALL: "C", NO_COLOR: "1", ...env } },
  };
}

function run(status: number | null, stdout: string, stderr: string): Run {
  return {
    ...{ status, stdout, stderr },
    get json() {
      return stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown);
    },
  };
}

/** Runs `seedproof ARGS`, in English unless the environment says otherwise. Nothing else of the test runs meanwhile. */
export function seedproof(args: readonly string[], given: RunOptions = {}): Run {
  const { args: all, options } = command(args, given);
  const input = given.input ? { input: given.input } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { ...options, ...input, maxBuffer: 1 << 28 });
  return run(status, stdout.toString(), stderr.toString());
}

/** Runs `seedproof ARGS` while servers of the test go on answering. */
export async function seedproofBeside(args: readonly string[], given: RunOptions = {}): Promise<Run> {
  const { args: all, options } = command(args, given);
  const child = spawn(process.execPath, all, options);
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const status = await new Promise<number | null>((done) => child.on("close", done));
  return run(status, Buffer.concat(stdout).toString(), Buffer.concat(stderr).toString());
}
