/** Which folders may be watched when a page asks for it: whole paths of folders of this machine that hold none of the workspace. */

import { realpathSync, statSync } from "node:fs";
import { isAbsolute, parse, relative, sep } from "node:path";
import { SeedproofError } from "../base/errors.ts";

/**
 * The folder as it really stands, links followed.
 * @throws SeedproofError `record.folder-refused`, `file.not-found`
 */
export function watchableFolder(path: string, home: string): string {
  const where = { file: path };
  const refused = (why: string): SeedproofError => new SeedproofError("record.folder-refused", why, { where });
  // Asking for a share of another machine would send the user's name there. Nothing is asked before this is clear.
  if (/^(?:\\\\|\/\/)/.test(path)) throw refused("folders of other machines are not watched");
  if (path.includes("\0") || !isAbsolute(path)) throw refused("name the folder by its whole path");
  const real = realOf(path);
  if (real === undefined) throw new SeedproofError("file.not-found", `there is no ${path} to watch`, { where });
  if (!statSync(real).isDirectory()) throw refused("this is a file; name the folder that it is in");
  if (parse(real).root === real) throw refused("a whole disk is not watched; name the folder that images are saved in");
  const own = realOf(home) ?? home;
  if (isWithin(own, real) || isWithin(real, own)) throw refused("the workspace's own files are not watched");
  return real;
}

/** Whether a path is a folder or stands below it; both real. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
