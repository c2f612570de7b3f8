/** The workspace: the one folder where everything that Seedproof writes stands. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * The workspace folder: the one named, else `$SEEDPROOF_HOME`, else `.seedproof/` here or in a folder above, else the
 * user's data folder. It is not created.
 */
export function workspaceFolder(named?: string, env: NodeJS.ProcessEnv = process.env, from = process.cwd()): string {
  return resolve(named ?? (env.SEEDPROOF_HOME || undefined) ?? upward(from) ?? dataFolder(env));
}

function upward(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".seedproof"))) return join(folder, ".seedproof");
    if (dirname(folder) === folder) return undefined;
  }
}

/** @see XDG Base Directory Specification; Windows and macOS have their own places */
function dataFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, "seedproof");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "seedproof");
  return join(env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "seedproof");
}
