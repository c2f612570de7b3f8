/**
 * What the user of a workspace thinks of its images: ratings and rejections. They are notes, no evidence, and stand in a file of
 * their own, `library/marks.jsonl`, one line each time, the last one counts: an index can be rebuilt, an opinion cannot.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../base/bytes.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { makeFolder, nodeFileSystem, writeDurable } from "../durable-fs.ts";

/** What somebody thinks of an image. */
export interface Mark {
  /** 1 … 5; 0: none. */
  readonly rating: number;
  readonly rejected: boolean;
}

/** Lines beyond those that count, before the file is written anew. */
const MAX_STALE = 20_000;

function fileOf(home: string): string {
  return join(home, "library", "marks.jsonl");
}

/** The marks of a workspace by image. Lines that are no marks, such as one that a crash cut, are left out. */
export function readMarks(home: string): Map<string, Mark> {
  const file = fileOf(home);
  const marks = new Map<string, Mark>();
  if (!existsSync(file)) return marks;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const mark = markOf(line);
    if (mark) marks.set(...mark);
  }
  return marks;
}

function markOf(line: string): [string, Mark] | undefined {
  const json = line === "" ? undefined : tryJson(line);
  if (!isObject(json) || typeof json.image !== "string" || !/^[0-9a-f]{64}$/.test(json.image)) return undefined;
  const rating = Number(json.rating);
  if (!Number.isInteger(rating) || rating < 0 || rating > 5) return undefined;
  return [json.image, { rating, rejected: json.rejected === true }];
}

/** Keeps a mark. When it returns, it survives a crash. */
export function writeMark(home: string, image: string, { rating, rejected }: Mark, at: string): void {
  const file = fileOf(home);
  const line = `${JSON.stringify({ image, rating, rejected, at })}\n`;
  makeFolder(nodeFileSystem, join(file, ".."));
  const before = existsSync(file) ? readFileSync(file) : undefined;
  // A line that a crash cut must not swallow the next one.
  const torn = before !== undefined && before.length > 0 && before.at(-1) !== 0x0a;
  const isNew = before === undefined;
  const fd = nodeFileSystem.open(file, "append");
  try {
    nodeFileSystem.write(fd, utf8(torn ? `\n${line}` : line));
    nodeFileSystem.fsync(fd);
  } finally {
    nodeFileSystem.close(fd);
  }
  if (isNew) nodeFileSystem.fsyncFolder(join(file, ".."));
}

/** Writes the file anew where most of its lines no longer count. */
export function tidyMarks(home: string): void {
  const file = fileOf(home);
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const last = new Map(
    lines.flatMap(
      (line) =>
        markOf(line)
          ?.slice(0, 1)
          .map((image) => [image as string, line] as const) ?? [],
    ),
  );
  if (lines.length - last.size <= MAX_STALE) return;
  writeDurable(nodeFileSystem, [file, utf8([...last.values()].map((line) => `${line}\n`).join(""))]);
}
