/** A case on disk: a folder with `case.json`, its exhibits, and what was measured. */

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import {
  type Case,
  checkedCase,
  type Exhibit,
  type Measured,
  readCase,
  readMeasured,
  type Said,
} from "../doctrine/case.ts";
import { makeFolder, nodeFileSystem, writeDurable } from "./durable-fs.ts";
import { fileSha256 } from "./file-hash.ts";
import { removedExhibits } from "./removed-exhibits.ts";

/** Limits of what is taken into a case. */
export const CASE_FOLDER_LIMITS = {
  /** Files of one exhibit that is a folder. A ledger of a million entries has some 8,000. CWE-770. */
  files: 50_000,
} as const;

/** A case with the folder that it was read from. */
export interface OpenCase {
  readonly folder: string;
  readonly theCase: Case;
  readonly measured: Measured | undefined;
}

/** Opens a case. @throws SeedproofError `doctrine.case-not-found`, `doctrine.case-malformed` and as `readMeasured` */
export function openCase(folder: string): OpenCase {
  const file = join(folder, "case.json");
  if (!existsSync(file)) {
    throw new SeedproofError("doctrine.case-not-found", `${folder} holds no case.json; seedproof case init makes one`, {
      where: { file },
    });
  }
  const measured = join(folder, "measured.json");
  return {
    folder: resolve(folder),
    theCase: readCase(readFileSync(file, "utf8")),
    measured: existsSync(measured) ? readMeasured(readFileSync(measured, "utf8")) : undefined,
  };
}

/** Makes a case's folder. @throws SeedproofError `doctrine.case-exists`, `doctrine.case-malformed` */
export function createCase(folder: string, theCase: Case): OpenCase {
  if (existsSync(join(folder, "case.json"))) {
    throw new SeedproofError("doctrine.case-exists", `${folder} holds a case already`, { where: { file: folder } });
  }
  writeCase(folder, theCase);
  return openCase(folder);
}

/** Writes `case.json`, checked, in one step. */
export function writeCase(folder: string, theCase: Case): void {
  const text = `${JSON.stringify(checkedCase(JSON.parse(JSON.stringify(theCase))), null, 2)}\n`;
  writeDurable(nodeFileSystem, [join(folder, "case.json"), utf8(text)]);
}

/** Writes `measured.json` in one step. */
export function writeMeasured(folder: string, measured: Measured): void {
  writeDurable(nodeFileSystem, [join(folder, "measured.json"), utf8(`${JSON.stringify(measured, null, 2)}\n`)]);
}

/** What is said about a new exhibit. */
export interface NewExhibit {
  readonly role: Exhibit["role"];
  readonly receivedFrom: Said;
  readonly receivedAt: string;
  readonly note?: Said;
  readonly made?: boolean;
  /** Id to give; the next free one where absent. */
  readonly id?: string;
  /** What it was called when it came; the file's own name where absent. Shown as text, never used as a path. */
  readonly name?: string;
}

/**
 * Takes a file, or a ledger's folder, into a case: copied, hashed before and after, with the first entry of its custody.
 * Links are never followed out of what was named.
 * @throws SeedproofError `file.not-found`, `doctrine.exhibit-exists`, `doctrine.exhibit-altered`, `doctrine.exhibit-too-large`
 */
export async function addExhibit(open: OpenCase, path: string, about: NewExhibit): Promise<Exhibit> {
  if (!existsSync(path))
    throw new SeedproofError("file.not-found", `there is no file ${path}`, { where: { file: path } });
  const { theCase, folder } = open;
  const id = about.id ?? nextId(open);
  if (theCase.exhibits.some((one) => one.id === id)) {
    throw new SeedproofError("doctrine.exhibit-exists", `the case has an exhibit ${id}`);
  }
  // A link that the user names stands for what it leads to.
  const source = realpathSync(statSync(path).isDirectory() ? ledgerLog(path) : path);
  const isFolder = statSync(source).isDirectory();
  const name = about.name ?? basename(resolve(path));
  const file = isFolder ? `exhibits/${id}/ledger` : `exhibits/${id}/${plainName(name)}`;
  const before = await contentOf(source);
  makeFolder(nodeFileSystem, join(folder, "exhibits", id));
  // Symbolic links inside a folder are left out: `contentOf` counts none of them either.
  await cp(source, join(folder, file), { recursive: true, filter: (from) => !lstatSync(from).isSymbolicLink() });
  const after = await contentOf(join(folder, file));
  if (after.sha256 !== before.sha256) {
    throw new SeedproofError("doctrine.exhibit-altered", `${path} changed while it was copied`, {
      where: { file: path },
    });
  }
  const { role, receivedFrom, receivedAt, note, made } = about;
  const exhibit: Exhibit = {
    ...{ id, role, file, name, ...after, receivedFrom, receivedAt },
    ...(note !== undefined && { note }),
    ...(made && { made }),
  };
  const taken = {
    en: "received and copied into the case; the copy has the same hash",
    zh: "接收并复制入案；副本哈希一致",
  };
  const custody = { exhibit: id, at: receivedAt, who: receivedFrom, what: taken, sha256: after.sha256 };
  writeCase(folder, { ...theCase, exhibits: [...theCase.exhibits, exhibit], custody: [...theCase.custody, custody] });
  return exhibit;
}

/** Numbers are never given twice: an exhibit that was taken out may come back under its own. */
function nextId({ folder, theCase: { exhibits } }: OpenCase): string {
  const given = [...exhibits, ...removedExhibits(folder)].map(({ id }) => Number(id.slice(1)));
  return `E${Math.max(0, ...given) + 1}`;
}

/** A name that is safe on every system; the name as it came is kept as text. */
function plainName(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "");
  return plain === "" ? "file" : plain.slice(-120);
}

/** The log of a workspace, or the log itself; keys and trust that stand beside it are never taken. */
function ledgerLog(folder: string): string {
  for (const place of [join(folder, "ledger"), folder]) if (existsSync(join(place, "checkpoint"))) return place;
  throw new SeedproofError("doctrine.exhibit-unfit", `${folder} is a folder, and holds no ledger`, {
    where: { file: folder },
  });
}

/** Size and hash of a file, or of all files of a folder. */
export async function contentOf(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  if (!statSync(path).isDirectory()) return { bytes: statSync(path).size, sha256: await fileSha256(path) };
  let bytes = 0;
  const lines: string[] = [];
  for (const name of filesIn(path)) {
    bytes += statSync(join(path, name)).size;
    lines.push(`${await fileSha256(join(path, name))}  ${name}\n`);
  }
  return { bytes, sha256: sha256Hex(lines.join("")) };
}

/** Names of all files below a folder, sorted, with `/`; links and what they lead to are left out. */
export function filesIn(folder: string, below = ""): string[] {
  const names = readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? filesIn(folder, name) : entry.isFile() ? [name] : [];
  });
  if (names.length > CASE_FOLDER_LIMITS.files) {
    throw new SeedproofError("doctrine.exhibit-too-large", `an exhibit has at most ${CASE_FOLDER_LIMITS.files} files`);
  }
  return names.sort();
}

/**
 * Where an exhibit stands, with its links followed: it must be inside the case.
 * @throws SeedproofError `doctrine.exhibit-missing`, `doctrine.exhibit-outside`
 */
export function exhibitPath({ folder }: Pick<OpenCase, "folder">, { id, file }: Pick<Exhibit, "id" | "file">): string {
  const path = join(folder, file);
  if (!existsSync(path))
    throw new SeedproofError("doctrine.exhibit-missing", `exhibit ${id} is not there: ${file}`, { where: { file } });
  const real = realpathSync(path);
  if (!real.startsWith(realpathSync(folder) + sep)) {
    throw new SeedproofError("doctrine.exhibit-outside", `exhibit ${id} leads out of the case's folder`, {
      where: { file },
    });
  }
  return real;
}

/** Whether every exhibit is there and is what the case says; one finding each. */
export async function checkExhibits(open: OpenCase): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const exhibit of open.theCase.exhibits) findings.push(await checkExhibit(open, exhibit));
  return findings;
}

async function checkExhibit(open: OpenCase, exhibit: Exhibit): Promise<Finding> {
  const { id, file, sha256 } = exhibit;
  const where = { file };
  try {
    const same = (await contentOf(exhibitPath(open, exhibit))).sha256 === sha256;
    return same
      ? {
          code: "doctrine.exhibit-holds",
          level: "holds",
          where,
          text: { en: `Exhibit ${id} is unchanged.`, zh: `检材 ${id} 未改变。` },
        }
      : {
          code: "doctrine.exhibit-altered",
          level: "fails",
          where,
          text: { en: `Exhibit ${id} is not what it was when it was received.`, zh: `检材 ${id} 与接收时不同。` },
        };
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return {
      code: error.code,
      level: "fails",
      where,
      text: { en: `Exhibit ${id}: ${error.message}.`, zh: `检材 ${id} 缺失或指向案卷之外。` },
    };
  }
}
