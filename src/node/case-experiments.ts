/** Experiments of Seedproof for a case, each in a process of its own: what they print becomes an exhibit that was made here. */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import type { Case, Exhibit } from "../doctrine/case.ts";
import { EXAMINATION, type ExperimentName, type ExperimentOutcome } from "../doctrine/examination.ts";
import { addExhibit, exhibitPath, type NewExhibit, type OpenCase, openCase } from "./case-folder.ts";

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

/** What an experiment left in a folder. */
export interface ExperimentFiles {
  /** What it printed, as a file; absent where that could be no exhibit. */
  readonly certificate?: string;
  /** The sheet of pictures, where it draws one. */
  readonly sheet?: string;
  /** The command without folders of this computer. */
  readonly note: string;
  /** Exit status. */
  readonly status: number;
  /** Why it printed no certificate, in its own words. */
  readonly error?: { readonly code: string; readonly message: string };
  /** For want of what the image could not be drawn: codes of a reproduction's findings. */
  readonly lacks?: readonly string[];
  /** The model that a reproduction drew with: its name on the shelf, else its path. */
  readonly model?: string;
}

/** Takes a file into a case. */
export type TakeExhibit = (path: string, about: NewExhibit) => Promise<Exhibit>;

/**
 * Runs one experiment and keeps what it prints, and the sheet of pictures where it draws one. The case is to be measured again afterwards.
 * @throws SeedproofError `cli.usage` for a command that is no experiment
 */
export async function runExperiment(open: OpenCase, run: ExperimentRun): Promise<ExperimentDone> {
  const place = mkdtempSync(join(tmpdir(), "seedproof-case-"));
  try {
    const files = await runIn(place, run);
    const exhibit = await keepExperiment(files, run, (path, about) => addExhibit(openCase(open.folder), path, about));
    return { status: files.status, ...(exhibit && { exhibit }) };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/**
 * Runs one experiment in a process that ends with this one, whatever ends this one: it stops where the channel to it closes.
 * @throws SeedproofError `cli.usage` for a command that is no experiment
 */
async function runIn(
  place: string,
  { command, args }: Pick<ExperimentRun, "command" | "args">,
  signal?: AbortSignal,
): Promise<ExperimentFiles> {
  if (!EXPERIMENTS.includes(args[0] ?? "")) {
    throw new SeedproofError("cli.usage", `case run takes one of ${EXPERIMENTS.join(", ")}, not "${args[0] ?? ""}"`);
  }
  const pictures = args[0] === "reproduce" && !args.includes("--output") && !args.includes("-o");
  const own = pictures ? ["--output", join(place, "pictures")] : [];
  const [program, ...before] = command;
  const { stdout, status } = await output(program, [...before, ...args, ...own, "--json"], signal);
  const printed = tryJson(stdout);
  const note = shownArgs(args);
  if (!isObject(printed) || "error" in printed) return { note, status, ...errorIn(printed) };
  const names = args.filter((arg) => /^[a-z]+$/.test(arg)).slice(0, 2);
  const certificate = join(place, `${names.join("-")}.json`);
  writeFileSync(certificate, `${JSON.stringify(withoutFolders(printed), null, 1)}\n`);
  const sheet = join(place, "pictures", "sheet.png");
  return { certificate, note, status, ...(existsSync(sheet) && { sheet }), ...lacksIn(printed), ...modelIn(printed) };
}

/** What a process prints, at most {@link MOST_PRINTED} characters of it, and how it ended. */
function output(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ stdout: string; status: number }> {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "inherit", "ipc"] as const;
    const child = spawn(program, args, { stdio: [...stdio], ...(signal && { signal }) });
    let stdout = "";
    child.stdout!.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
      if (stdout.length > MOST_PRINTED) child.kill();
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ stdout, status: status ?? FAULT }));
  });
}

/** A certificate has some thousands of characters, and a list of seeds some millions. CWE-770. */
const MOST_PRINTED = 1 << 26;

function errorIn(printed: Json | undefined): Pick<ExperimentFiles, "error"> {
  const error = isObject(printed) ? printed.error : undefined;
  return isObject(error) ? { error: { code: String(error.code), message: String(error.message) } } : {};
}

function lacksIn({ verdict, findings }: JsonObject): Pick<ExperimentFiles, "lacks"> {
  if (verdict !== "not-reproducible") return {};
  return { lacks: (Array.isArray(findings) ? findings : []).filter(isObject).map(({ code }) => String(code)) };
}

function modelIn({ models }: JsonObject): Pick<ExperimentFiles, "model"> {
  const named = (Array.isArray(models) ? models : []).filter(isObject);
  const main = named.find(({ role, here }) => (role === "checkpoint" || role === "unet") && here !== "none");
  const model = main?.model ?? main?.path;
  return typeof model === "string" ? { model } : {};
}

/** Takes into a case what an experiment left. */
export async function keepExperiment(
  { certificate, sheet, note }: ExperimentFiles,
  { now, tool }: Pick<ExperimentRun, "now" | "tool">,
  take: TakeExhibit,
): Promise<Exhibit | undefined> {
  if (certificate === undefined) return undefined;
  const about = { receivedAt: now, made: true, receivedFrom: madeBy(tool) } as const;
  const exhibit = await take(certificate, { ...about, role: "certificate", note });
  if (sheet !== undefined) {
    const of = { en: `the pictures of ${exhibit.id}`, zh: `${exhibit.id} 的图像` };
    await take(sheet, { ...about, role: "document", note: of });
  }
  return exhibit;
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

/** What each experiment is started with. */
const ARGS: Readonly<Record<ExperimentName, (path: string) => readonly string[]>> = {
  reproduce: (path) => ["reproduce", path],
  "protocol restart": (path) => ["protocol", "restart", "--from", path],
  "protocol path": (path) => ["protocol", "path", "--times", "3", "--from", path],
  "protocol invariance": (path) => ["protocol", "invariance", "--from", path],
};

/** What an examination is made with. */
export interface ExaminationRun extends Pick<ExperimentRun, "command"> {
  /** Ends the process of the experiment under way. */
  readonly signal?: AbortSignal;
  /** Folder of the workspace; the one of whoever runs it where absent. */
  readonly home?: string;
  /** What the images are drawn with, as options: `--model`, `--engine`; the recipe's own model where empty. */
  readonly more?: readonly string[];
  /** A new folder for what an experiment leaves; asked for before it is run. */
  readonly place: (name: ExperimentName) => string;
  /** Takes what it left into the case and removes the folder; gives the certificate's id, or nothing where another does that later. */
  readonly keep: (name: ExperimentName, files: ExperimentFiles, place: string) => Promise<string | undefined>;
}

/**
 * Runs the experiments that the image in question allows and that the case does not have yet. Where it cannot be drawn here, the
 * reproduction's certificate says for want of what.
 * @throws SeedproofError `doctrine.no-image`
 */
export async function examineWith(
  open: OpenCase,
  { command, signal, more = [], home, place, keep }: ExaminationRun,
): Promise<ExperimentOutcome[]> {
  const { exhibits } = open.theCase;
  const image = imageInQuestion(open.theCase);
  const path = exhibitPath(open, image);
  const always = home === undefined ? [] : ["--home", home];
  const outcomes: ExperimentOutcome[] = [];
  let model: string | undefined;
  for (const { name } of EXAMINATION) {
    const made = exhibits.find((exhibit) => isOf(name, exhibit));
    const isDrawn = outcomes.every((one) => one.name !== "reproduce" || one.status !== NOT_DRAWN);
    if (made) {
      if (name === "reproduce") ({ model } = modelIn(readCertificate(exhibitPath(open, made))));
      outcomes.push({ name, status: 0, skipped: "made", exhibit: made.id });
    } else if (!isDrawn) outcomes.push({ name, status: NOT_DRAWN, skipped: "not-reproducible" });
    else {
      // The protocols draw with the model that made the image again, unless the user named another.
      const own = name === "reproduce" || model === undefined || more.length > 0 ? more : ["--model", model];
      const folder = place(name);
      const files = await runIn(folder, { command, args: [...ARGS[name](path), ...own, ...always] }, signal);
      if (name === "reproduce") model = files.model;
      outcomes.push(outcomeOf(name, files, await keep(name, files, folder)));
    }
  }
  return outcomes;
}

/** How an experiment came out, by what it left. @param exhibit - id of its certificate, where it is in the case */
export function outcomeOf(
  name: ExperimentName,
  { status, error, lacks }: ExperimentFiles,
  exhibit: string | undefined,
): ExperimentOutcome {
  return { name, status, ...(exhibit && { exhibit }), ...(error && { error }), ...(lacks && { lacks }) };
}

function readCertificate(path: string): JsonObject {
  const value = tryJson(readFileSync(path, "utf8"));
  return isObject(value) ? value : {};
}

/** {@link examineWith} on a folder that nobody else writes into meanwhile. */
export function examine(
  folder: string,
  { now, tool, ...run }: Omit<ExaminationRun, "place" | "keep"> & Pick<ExperimentRun, "now" | "tool">,
): Promise<ExperimentOutcome[]> {
  return examineWith(openCase(folder), {
    ...run,
    place: () => mkdtempSync(join(tmpdir(), "seedproof-case-")),
    async keep(_, files, place) {
      try {
        return (await keepExperiment(files, { now, tool }, (path, about) => addExhibit(openCase(folder), path, about)))
          ?.id;
      } finally {
        rmSync(place, { recursive: true });
      }
    },
  });
}

/** The exhibit that is the image in question. @throws SeedproofError `doctrine.no-image` */
export function imageInQuestion({ exhibits }: Case): Exhibit {
  const image = exhibits.find(({ role }) => role === "image");
  if (!image) throw new SeedproofError("doctrine.no-image", "no exhibit of the case is the image in question");
  return image;
}

/** What `reproduce` ends with where something is missing. */
const NOT_DRAWN = 2;

function isOf(name: ExperimentName, { role, made, note }: Exhibit): boolean {
  const isCertificate = role === "certificate" && made === true && typeof note === "string";
  return isCertificate && (note === name || note.startsWith(`${name} `));
}
