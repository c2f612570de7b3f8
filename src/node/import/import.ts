/** Taking over another program's history: each run once, oldest first, as that program's claim. */

import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import { ensureLedger } from "../ledger-home.ts";
import { readEvents } from "../process-events.ts";
import type { Software } from "../recorder.ts";
import { comfyuiSource } from "./comfyui.ts";
import { datedFiles, pieceOfFile } from "./folder.ts";
import { fooocusHistory } from "./fooocus.ts";
import { invokeaiHistory } from "./invokeai.ts";
import type { FoundHistory, FoundRun, ImportKind } from "./source.ts";
import { BatchWriter, type LoadedImage, type Piece, pieceOfRun } from "./write.ts";

/** What is taken over, and where to. */
export interface ImportOptions {
  readonly home: string;
  readonly sw: Software;
  readonly session: string;
  readonly from: ImportKind;
  /** A file, a folder, or the address of a ComfyUI server. */
  readonly source: string;
  /** Folder of the images, where it is not the program's own. */
  readonly images?: string;
  /** Told of the runs taken over so far. */
  readonly progress?: (runs: number) => void;
}

/** What an import came to. */
export interface ImportSummary {
  readonly session: string;
  /** Runs that are now in the ledger and were not before. */
  readonly runs: number;
  readonly images: number;
  /** Images that the history names and that are not there. */
  readonly missing: number;
  /** Runs that were taken over earlier. */
  readonly known: number;
}

/**
 * Takes a history over. Interrupted, it goes on where it stopped when it is called again.
 * @throws SeedproofError `file.not-found`, `record.source-unknown`, `record.source-damaged`, `record.source-too-large`,
 *   `record.server-failed`, `ledger.*`
 */
export async function importHistory(options: ImportOptions): Promise<ImportSummary> {
  const { home, sw, session, from, source, progress } = options;
  const isServer = from === "comfyui" && /^https?:\/\//i.test(source);
  for (const path of [...(isServer ? [] : [source]), ...(options.images ? [options.images] : [])]) {
    if (!existsSync(path)) throw new SeedproofError("file.not-found", `there is no ${path}`, { where: { file: path } });
  }
  // What cannot be read at all is refused before the ledger is touched.
  const pieces = from === "folder" ? filePieces(source) : runPieces(await historyOf(options));
  ensureLedger(home, sw);
  const known = await knownKeys(home);
  const writer = new BatchWriter(home, sw, session);
  const counts = { runs: 0, images: 0, missing: 0, known: 0 };
  for await (const found of pieces) {
    if (known.has(found.name)) {
      counts.known++;
      continue;
    }
    known.add(found.name);
    const { piece, images, missing, key } = await found.load();
    if (!piece) {
      counts.missing += missing;
      continue;
    }
    if (key !== undefined && known.has(key)) {
      counts.known++;
      continue;
    }
    if (key !== undefined) known.add(key);
    await writer.add(piece);
    counts.runs++;
    counts.images += images;
    counts.missing += missing;
    progress?.(counts.runs);
  }
  if (counts.runs > 0) {
    await writer.add({
      size: 0,
      write: (event) =>
        event(
          "history.imported",
          { tool: from, from: isServer ? new URL(source).host : basename(resolve(source)), ...counts },
          { capture: "noted", agent: { kind: "software", name: sw.name, version: sw.version } },
        ),
    });
  }
  await writer.flush();
  return { session, ...counts };
}

/** Something that can be taken over; its bytes are loaded when it is known to be new. */
interface Candidate {
  readonly name: string;
  readonly load: () => Promise<{
    /** Nothing where it is an upload that is not there. */
    readonly piece: Piece | undefined;
    readonly images: number;
    readonly missing: number;
    /** A name that is known only once the bytes are. */
    readonly key?: string;
  }>;
}

function historyOf({ from, source, images }: ImportOptions): FoundHistory | Promise<FoundHistory> {
  if (from === "comfyui") return comfyuiSource(source, images);
  return from === "invokeai" ? invokeaiHistory(source, images) : fooocusHistory(source, images);
}

function* runPieces({ runs }: FoundHistory): Generator<Candidate> {
  for (const found of runs) {
    const { tool, key } = found.run;
    yield { name: keyName(tool, key), load: () => loaded(found) };
  }
}

async function loaded({ run, bytesOf }: FoundRun): ReturnType<Candidate["load"]> {
  const images: LoadedImage[] = [];
  for (const image of run.images) {
    const bytes = await bytesOf(image);
    if (bytes) images.push({ name: image.name, bytes });
  }
  const piece = run.status === "uploaded" && images.length === 0 ? undefined : pieceOfRun(run, images);
  return { piece, images: images.length, missing: run.images.length - images.length };
}

/** Files have no name but their bytes': a copy under another name is the same file. */
function* filePieces(folder: string): Generator<Candidate> {
  for (const file of datedFiles(folder)) {
    yield {
      name: `path ${file.path}`,
      load: async () => {
        const { key, tool, piece } = await pieceOfFile(file);
        return { piece, images: 1, missing: 0, key: keyName(tool, key) };
      },
    };
  }
}

async function knownKeys(home: string): Promise<Set<string>> {
  const events = await readEvents(home);
  return new Set(events.flatMap(({ event: { source } }) => (source ? [keyName(source.tool, source.key)] : [])));
}

function keyName(tool: string, key: string): string {
  return `${tool} ${key}`;
}
