/** Jobs as files of the workspace: durable before they are acknowledged, and read again after any crash. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../base/bytes.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import type { Job } from "./job.ts";

/** Jobs kept in the list; older ones stay as files. */
const MAX_LISTED = 2_000;

/** Writes a job. When it returns, the job survives a crash. */
export function saveJob(home: string, job: Job): void {
  writeDurable(nodeFileSystem, [join(home, "jobs", `${job.id}.json`), utf8(JSON.stringify(job))]);
}

/** The workspace's jobs, oldest first. A file that is no job is left alone. */
export function loadJobs(home: string): Job[] {
  const folder = join(home, "jobs");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^[\w-]+\.json$/.test(name));
  return names
    .sort()
    .slice(-MAX_LISTED)
    .flatMap((name) => {
      const job = tryJson(readFileSync(join(folder, name), "utf8"));
      return isObject(job) && `${job.id}.json` === name && Array.isArray(job.images) ? [job as unknown as Job] : [];
    });
}
