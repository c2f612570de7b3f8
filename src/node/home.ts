/** The workspace folder, where everything that Seedproof keeps stands. */

import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { SeedproofError } from "../base/errors.ts";

/**
 * The workspace: the folder asked for, `SEEDPROOF_HOME`, the nearest `.seedproof/` upward from the current folder, or the
 * user's data folder. It need not exist yet.
 * @throws SeedproofError `file.no-folder` where a file stands in its place
 */
export function workspace(asked?: string): string {
  const folder = workspacePath(asked);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new SeedproofError("file.no-folder", `${folder} is no folder`, { where: { file: folder } });
  return folder;
}

function workspacePath(asked?: string): string {
  if (asked) return resolve(asked);
  const { SEEDPROOF_HOME } = process.env;
  if (SEEDPROOF_HOME) return resolve(SEEDPROOF_HOME);
  return upward(process.cwd()) ?? dataFolder();
}

function upward(folder: string): string | undefined {
  const here = join(folder, ".seedproof");
  if (existsSync(here)) return here;
  const parent = dirname(folder);
  return parent === folder ? undefined : upward(parent);
}

function dataFolder(): string {
  const { LOCALAPPDATA, XDG_DATA_HOME } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "seedproof");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "seedproof");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "seedproof");
}
