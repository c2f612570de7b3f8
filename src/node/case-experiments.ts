/** Experiments of Seedproof for a case, each in a process of its own: what they print becomes an exhibit that was made here. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import type { Exhibit } from "../doctrine/case.ts";
import { addExhibit, exhibitPath, type OpenCase, openCase } from "./case-folder.ts";

/** Commands whose output says something about a case. Nothing else is started. */
export const EXPERIMENTS: readonly string[] = ["protocol", "reproduce", "compare", "contribution", "study"];

/** What one experiment is run with. */
export interface ExperimentRun {
  /** Program and arguments before those of the experiment: this very command line. No shell is involved. */
  readonly command: readonly [program: string, ...args: readonly string[]];
  readonly args: readonly string[];
  /** RFC 3339. */
  readonly now: string;
  readonly tool: string;
}

/** What came of one: no exhibit where it printed nothing that could be one. */
export interface ExperimentDone {
  readonly exhibit?: Exhibit;
  /** Exit status of the experiment. */
  readonly status: number;
}

/**
 * Runs one experiment and keeps what it prints, and the sheet of pictures where it draws one. The case is to be measured again afterwards.
 * @throws SeedproofError `cli.usage` for a command that is no experiment
 */
export async function runExperiment(open: OpenCase, run: ExperimentRun): Promise<ExperimentDone> {
  const { command, args, now, tool } = run;
  if (!EXPERIMENTS.includes(args[0] ?? "")) {
    throw new SeedproofError("cli.usage", `case run takes one of ${EXPERIMENTS.join(", ")}, not "${args[0] ?? ""}"`);
  }
  const place = mkdtempSync(join(tmpdir(), "seedproof-case-"));
  try {
    const pictures = args[0] === "reproduce" && !args.includes("--output") && !args.includes("-o");
    const own = pictures ? ["--output", join(place, "pictures")] : [];
    const [program, ...before] = command;
    const { stdout, status } = spawnSync(program, [...before, ...args, ...own, "--json"], {
      ...{ encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] },
    });
    const printed = tryJson(stdout);
    if (!isObject(printed) || "error" in printed) return { status: status ?? FAULT };
    const names = args.filter((arg) => /^[a-z]+$/.test(arg)).slice(0, 2);
    const file = join(place, `${names.join("-")}.json`);
    writeFileSync(file, `${JSON.stringify(withoutFolders(printed), null, 1)}\n`);
    const about = { receivedAt: now, made: true, receivedFrom: madeBy(tool) } as const;
    const exhibit = await addExhibit(open, file, { ...about, role: "certificate", note: shownArgs(args) });
    const sheet = join(place, "pictures", "sheet.png");
    if (existsSync(sheet)) {
      const note = {
        en: `the pictures of ${exhibit.id}`,
        zh: `${exhibit.id} 的图像`,
      };
      await addExhibit(openCase(open.folder), sheet, { ...about, role: "document", note });
    }
    return { exhibit, status: status ?? FAULT };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Exit status of a process that was ended from outside. */
const FAULT = 70;

const madeBy = (tool: string): Text => ({ en: `made here by ${tool}`, zh: `由 ${tool} 在本案中生成` });

/** A command without the folders of this computer: they name its user, and help no reader. */
function shownArgs(args: readonly string[]): string {
  const shown = args.filter((arg, i) => arg !== "--home" && args[i - 1] !== "--home");
  return shown.map((arg) => (isAbsolute(arg) ? basename(arg) : arg)).join(" ");
}

/** The same for what was printed: a path of this computer becomes the name of the file. */
function withoutFolders(value: Json): Json {
  if (typeof value === "string") return isAbsolute(value) && existsSync(value) ? basename(value) : value;
  if (Array.isArray(value)) return value.map(withoutFolders);
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutFolders(member)]))
    : value;
}

/** What an image with a recipe of its own is put through: made again beside a control, in new processes, by detours, under other users. */
const EXAMINATION: readonly (readonly [name: string, args: (path: string) => readonly string[]])[] = [
  ["reproduce", (path) => ["reproduce", path]],
  ["protocol restart", (path) => ["protocol", "restart", "--from", path]],
  ["protocol path", (path) => ["protocol", "path", "--times", "3", "--from", path]],
  ["protocol invariance", (path) => ["protocol", "invariance", "--from", path]],
];

/** One experiment of an examination. */
export interface Examined extends ExperimentDone {
  readonly name: string;
  /** Left out: it was made before, or the image cannot be drawn here. */
  readonly skipped?: "made" | "not-reproducible";
}

/**
 * Runs the experiments that the image in question allows and that the case does not have yet. Where it cannot be drawn here, the
 * reproduction's certificate says for want of what.
 * @param more - options for each, such as `--model`
 * @throws SeedproofError `doctrine.no-image`
 */
export async function examine(
  folder: string,
  run: Omit<ExperimentRun, "args">,
  more: readonly string[] = [],
): Promise<Examined[]> {
  const first = openCase(folder);
  const image = first.theCase.exhibits.find(({ role }) => role === "image");
  if (!image) throw new SeedproofError("doctrine.no-image", "no exhibit of the case is the image in question");
  const path = exhibitPath(first, image);
  const made = new Set(first.theCase.exhibits.flatMap((exhibit) => experimentOf(exhibit) ?? []));
  const examined: Examined[] = [];
  for (const [name, args] of EXAMINATION) {
    if (made.has(name)) examined.push({ name, status: 0, skipped: "made" });
    else if (examined.some(({ name: one, status }) => one === "reproduce" && status === NOT_DRAWN)) {
      examined.push({ name, status: NOT_DRAWN, skipped: "not-reproducible" });
    } else {
      const done = await runExperiment(openCase(folder), { ...run, args: [...args(path), ...more] });
      examined.push({ name, ...done });
    }
  }
  return examined;
}

/** What `reproduce` ends with where something is missing. */
const NOT_DRAWN = 2;

function experimentOf({ role, made, note }: Exhibit): string | undefined {
  if (role !== "certificate" || made !== true || typeof note !== "string") return undefined;
  return EXAMINATION.map(([name]) => name).find((name) => note === name || note.startsWith(`${name} `));
}
