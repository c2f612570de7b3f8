/** Images that a history names, looked for below one folder and never beside it. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { NamedImage } from "../../process/import/run.ts";

/** A larger file is no image that a generator saved. CWE-770. */
const MAX_IMAGE = 512 * 1024 * 1024;

/** Reads images below a folder. A link that leads out of the folder counts as absent. */
export function imageFolder(folder: string): (image: NamedImage) => Promise<Uint8Array | undefined> {
  return async ({ name, subfolder }) => {
    try {
      const path = realpathSync(join(folder, subfolder, name));
      if (!path.startsWith(realpathSync(folder) + sep)) return undefined;
      const { size } = statSync(path);
      return statSync(path).isFile() && size <= MAX_IMAGE ? new Uint8Array(readFileSync(path)) : undefined;
    } catch {
      return undefined;
    }
  };
}
