/** The folder of the embedded index, and a lock in it whose thread has died. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";

/** Folder of the index in a workspace. All of it can be deleted. */
export function indexFolder(home: string): string {
  return join(home, "index");
}

/** Lets go of a lock that a thread of this process left when it died: nobody else of this process holds one then. */
export function releaseDead(home: string): void {
  const file = join(indexFolder(home), "lock");
  const holder = existsSync(file) ? tryJson(readFileSync(file, "utf8")) : undefined;
  if (isObject(holder) && holder.pid === process.pid) rmSync(file, { force: true });
}
