/** The work of `seedproof record`. */

import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SeedproofError } from "../base/errors.ts";
import { fill, type Lang } from "../base/texts.ts";
import { workspace } from "../node/home.ts";
import { readInput } from "../node/input-file.ts";
import { ensureLedger } from "../node/ledger-home.ts";
import type { LedgerStore } from "../node/ledger-store.ts";
import { type Contents, recordEvent } from "../node/recorder.ts";
import { DIMENSIONS, type Dimension, type EventType, type ProcessFile } from "../process/event.ts";
import { type RecordingState, recordingState, startRecording } from "../server/recording.ts";
import { EXIT, type GlobalOptions, langFor, note, print, printJson } from "./output.ts";
import { RECORD_TEXTS } from "./record-texts.ts";
import { VERSION } from "./version.ts";

const SW = { name: "seedproof", version: VERSION };

/** Options of `record start`. */
export interface StartOptions extends GlobalOptions {
  readonly session?: string;
  readonly a1111?: string;
  readonly comfyui?: string;
  readonly a1111Port: string;
  readonly comfyuiPort: string;
  readonly watch?: string[];
  readonly hook: boolean;
  readonly foreground?: boolean;
}

/** Options of the commands that write one event. */
export interface NoteOptions extends GlobalOptions {
  readonly session?: string;
  readonly image?: string;
  readonly why?: string;
  readonly before?: string;
  readonly after?: string;
}

/** Starts a session. */
export async function start(options: StartOptions): Promise<number> {
  const home = workspace(options.home);
  return options.foreground ? inForeground(home, options) : inBackground(home, options);
}

/** The session's own process: runs until it is told to stop. */
async function inForeground(home: string, options: StartOptions): Promise<number> {
  const upstreams = (["a1111", "comfyui"] as const).flatMap((kind) => {
    const url = options[kind];
    return url === undefined ? [] : [{ kind, url: urlOf(url), port: portOf(options[`${kind}Port`]) }];
  });
  const watch = (options.watch ?? []).map((path) => {
    if (!existsSync(path))
      throw new SeedproofError("file.not-found", `there is no ${path} to watch`, { where: { file: path } });
    return resolve(path);
  });
  const session = options.session ?? new Date().toISOString().slice(0, 16).replace("T", " ");
  const report = (error: unknown): void => note(`seedproof record: ${String((error as Error)?.message ?? error)}`);
  const recording = await startRecording({ home, session, sw: SW, upstreams, watch, report, hook: options.hook });
  showState(recording.state, options);
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
  await recording.stop();
  return EXIT.ok;
}

/** Starts the session's process, waits until it answers, and leaves it running. */
async function inBackground(home: string, options: StartOptions): Promise<number> {
  mkdirSync(home, { recursive: true });
  const log = openSync(join(home, "recording.log"), "a", 0o600);
  const main = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./main.ts" : "./main.js", import.meta.url));
  const args = process.argv.slice(2).filter((arg) => arg !== "--json");
  const child = spawn(process.execPath, [...process.execArgv, main, ...args, "--foreground", "--home", home], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let exited: number | null | undefined;
  child.on("exit", (code) => {
    exited = code;
  });
  for (let waited = 0; waited < 30_000 && exited === undefined; waited += 50) {
    const found = recordingState(home);
    if (found?.running && found.state.process.pid === child.pid) {
      child.unref();
      showState(found.state, options);
      return EXIT.ok;
    }
    await sleep(50);
  }
  const last = readFileSync(join(home, "recording.log"), "utf8").trimEnd().split("\n").at(-1) ?? "";
  throw new SeedproofError(
    "record.not-started",
    last.replace(/^seedproof: | \([a-z]+\.[a-z-]+\)$/g, "") || "the recorder did not start",
  );
}

function showState(state: RecordingState, options: GlobalOptions): void {
  if (options.json) {
    const { process: recorder, ...shown } = state;
    printJson({ recording: true, pid: recorder.pid, ...shown });
    return;
  }
  const lang = langFor(options);
  print(fill(RECORD_TEXTS.recording, { session: state.session })[lang]);
  for (const { kind, address, upstream } of state.proxies)
    print(fill(RECORD_TEXTS.proxy, { kind, address, upstream })[lang]);
  if (state.hook) print(fill(RECORD_TEXTS.hook, { address: state.hook })[lang]);
  for (const path of state.watch) print(fill(RECORD_TEXTS.watching, { path })[lang]);
}

/** Says what is being recorded. */
export function status(options: GlobalOptions): void {
  const found = recordingState(workspace(options.home));
  if (found?.running) showState(found.state, options);
  else if (options.json) printJson({ recording: false, ...(found && { cutOff: found.state.session }) });
  else print(notRecording(found?.state, langFor(options)));
}

function notRecording(cut: RecordingState | undefined, lang: Lang): string {
  return cut ? fill(RECORD_TEXTS.cutOff, { session: cut.session })[lang] : RECORD_TEXTS.nothing[lang];
}

/** Ends the session. */
export async function stop(options: GlobalOptions): Promise<void> {
  const home = workspace(options.home);
  const found = recordingState(home);
  if (!found?.running) throw new SeedproofError("record.not-running", RECORD_TEXTS.nothing.en);
  process.kill(found.state.process.pid, "SIGTERM");
  while (recordingState(home)?.state.process.pid === found.state.process.pid && recordingState(home)?.running)
    await sleep(50);
  if (options.json) printJson({ recording: false, session: found.state.session });
  else print(fill(RECORD_TEXTS.stopped, { session: found.state.session })[langFor(options)]);
}

/** Writes one event that a person says, to the running session or the one named. */
export async function add<T extends EventType>(
  options: NoteOptions,
  type: T,
  contents: (store: LedgerStore, options: NoteOptions) => Exclude<Contents<T>, (store: LedgerStore) => unknown>,
): Promise<void> {
  const home = workspace(options.home);
  ensureLedger(home, SW);
  const running = recordingState(home);
  const session = options.session ?? (running?.running ? running.state.session : "notes");
  const recorded = await recordEvent(
    home,
    SW,
    session,
    type,
    ((store: LedgerStore) => contents(store, options)) as Contents<T>,
    {
      capture: "noted",
      agent: { kind: "person", name: "user" },
    },
  );
  if (options.json) printJson({ ...recorded, session, type });
  else print(fill(RECORD_TEXTS.recorded, { type, index: recorded.index, session })[langFor(options)]);
}

/** Keeps a file in the ledger's store. @throws SeedproofError `file.not-found` */
export function keep(store: LedgerStore, path: string): ProcessFile {
  return { ...store.putBlob(readInput(path), "image"), name: basename(path) };
}

/** The visual dimension of this name. @throws SeedproofError `cli.usage` */
export function dimensionOf(text: string): Dimension {
  const found = DIMENSIONS.find((dimension) => dimension === text);
  if (found) return found;
  throw new SeedproofError("cli.usage", `${text} is none of ${DIMENSIONS.join(", ")}`);
}

function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  throw new SeedproofError("cli.usage", `${text} is no address such as http://127.0.0.1:7860`);
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new SeedproofError("cli.usage", `${text} is no port`);
}
