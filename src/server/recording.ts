/** A recording session: proxies in front of generators, watched folders, and the ledger behind them. */

import { existsSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import type { Duplex } from "node:stream";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { nodeFileSystem, writeDurable } from "../node/durable-fs.ts";
import { ensureLedger } from "../node/ledger-home.ts";
import { moduleWorker } from "../node/module-worker.ts";
import { isAlive, ownIdentity, type ProcessIdentity } from "../node/process-identity.ts";
import { recordEvent, type Software } from "../node/recorder.ts";
import { type FileWatch, type SavedFile, watchFiles } from "../node/watch-files.ts";
import type { EventData } from "../process/event.ts";
import { announceHook, createHookServer, withdrawHook } from "./proxy/hook-server.ts";
import type { IngestOptions } from "./proxy/ingest.ts";
import type { Told } from "./proxy/ingest-worker.ts";
import { type Journal, journalIn } from "./proxy/journal.ts";
import { type Passed, recordingTap } from "./proxy/recording-tap.ts";
import { recoverSpool } from "./proxy/recover.ts";
import { createRelay } from "./proxy/relay.ts";

/** A generator that a proxy is put in front of. */
export interface Upstream {
  readonly kind: "a1111" | "comfyui";
  readonly url: string;
  /** Where the proxy answers; 0 for any free port. */
  readonly port: number;
  /** Where that port is taken, any free one will do. */
  readonly orAny?: boolean;
}

/** What is recorded, and where to. */
export interface RecordingOptions {
  readonly home: string;
  readonly session: string;
  readonly sw: Software;
  readonly upstreams: readonly Upstream[];
  readonly watch: readonly string[];
  /** Whether extensions inside a generator may tell what happens. */
  readonly hook?: boolean;
  /** Told of what could not be recorded; generation goes on. */
  readonly report: (error: unknown) => void;
}

/** A proxy as it is shown: which program it stands before, and the address for that program's clients. */
export interface ShownProxy {
  readonly kind: "a1111" | "comfyui";
  readonly upstream: string;
  readonly address: string;
}

/** The state of a running session, as it stands in the workspace. */
export interface RecordingState {
  readonly process: ProcessIdentity;
  readonly session: string;
  readonly started: string;
  /** Addresses to point clients at. */
  readonly proxies: readonly ShownProxy[];
  readonly watch: readonly string[];
  /** Where extensions post to; they find it, and their token, in the workspace's `hook.json`. */
  readonly hook?: string;
}

/** A session that runs. */
export interface Recording {
  readonly state: RecordingState;
  /**
   * Puts a proxy in front of a generator while the session runs; that it did is an entry.
   * @throws SeedproofError `record.port-taken`, `record.proxy-loop`
   */
  addProxy(upstream: Upstream): Promise<ShownProxy>;
  /**
   * Takes no more connections at this address. What is under way is finished and recorded; `stop` waits for it.
   * @throws SeedproofError `record.no-proxy`
   */
  removeProxy(address: string): Promise<void>;
  /** Watches one more folder; that it does is an entry. */
  addFolder(folder: string): Promise<void>;
  /** @throws SeedproofError `record.no-folder` */
  removeFolder(folder: string): Promise<void>;
  /** Closes the proxies, waits until all that passed is durable, and closes the session. */
  stop(): Promise<void>;
}

/** How often a running session says that it is alive; a gap is known as well as this. */
const HEARTBEAT_MS = 5_000;

/** Where the state of a workspace's session stands. */
export function statePath(home: string): string {
  return join(home, "recording.json");
}

/** The state of the workspace's session and whether its process lives; `undefined` where none was left open. */
export function recordingState(
  home: string,
): { readonly state: RecordingState; readonly running: boolean; readonly lastSeen: Date } | undefined {
  const path = statePath(home);
  if (!existsSync(path)) return undefined;
  const state = JSON.parse(readFileSync(path, "utf8")) as RecordingState;
  return { state, running: isAlive(state.process), lastSeen: statSync(path).mtime };
}

/**
 * Starts a session. The workspace's ledger is made where there is none. A session that was cut off before is closed with
 * the gap that it left.
 * @throws SeedproofError `record.running` when a session is recorded already, `record.port-taken`, `ledger.*`
 */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const { home, session, sw, report } = options;
  const earlier = recordingState(home);
  if (earlier?.running)
    throw new SeedproofError("record.running", `session “${earlier.state.session}” is being recorded already`);
  ensureLedger(home, sw);
  const note = recordEvent.bind(undefined, home, sw);
  const frame = { capture: "noted", agent: { kind: "software", name: sw.name, version: sw.version } } as const;
  const spool = join(home, "spool");
  const { written, lost } = await recoverSpool(
    home,
    sw,
    spool,
    options.upstreams.map(({ url }) => url),
    report,
  );
  if (lost > 0) {
    const why = `${lost} copies of what passed were not whole when the recorder was cut off`;
    await note(earlier?.state.session ?? session, "capture.missed", { path: "spool", why }, frame);
  }
  if (earlier) {
    const gap = { from: earlier.lastSeen.toISOString(), to: new Date().toISOString() };
    await note(earlier.state.session, "session.gap", { ...gap, ...(written > 0 && { written }) }, frame);
  }
  await note(session, "session.opened", { name: session }, frame);
  const journal = journalIn(spool, session);
  const ingest = ingestThread({ home, session, sw }, journal, report);
  const proxies = await Promise.all(options.upstreams.map((upstream) => startProxy(upstream, spool, ingest)));
  const hook = options.hook ? await startHook(home, spool, ingest) : undefined;
  const watches = new Map<string, FileWatch>();
  const watch = async (folder: string): Promise<void> => {
    const saved = async (file: string, contents: SavedFile): Promise<void> => {
      const agent = { kind: "software", name: basename(file) } as const;
      await note(session, "file.saved", contents, { capture: "watched", agent });
    };
    const one = watchFiles([folder], saved, report);
    watches.set(folder, one);
    await one.ready;
  };
  await Promise.all(options.watch.map(watch));
  const fixed = { process: ownIdentity(), session, started: new Date().toISOString() };
  const state = (): RecordingState => ({
    ...fixed,
    watch: [...watches.keys()],
    proxies: proxies.map(({ shown }) => shown),
    ...(hook && { hook: hook.address }),
  });
  const keepState = (): void => writeDurable(nodeFileSystem, [statePath(home), utf8(JSON.stringify(state()))]);
  const changed = async (source: EventData["capture.changed"]["source"], name: string, on: boolean): Promise<void> => {
    keepState();
    await note(session, "capture.changed", { source, name, on }, frame);
  };
  keepState();
  const beat = setInterval(() => utimesSync(statePath(home), new Date(), new Date()), HEARTBEAT_MS);
  const ending = new Set<Promise<unknown>>();
  return {
    get state() {
      return state();
    },
    async addProxy(upstream) {
      const isOwn = proxies.some(({ shown: { address } }) => new URL(address).host === new URL(upstream.url).host);
      if (isOwn) throw new SeedproofError("record.proxy-loop", "this address is a recording proxy already");
      const proxy = await startProxy(upstream, spool, ingest);
      proxies.push(proxy);
      await changed(upstream.kind, new URL(upstream.url).origin, true);
      return proxy.shown;
    },
    async removeProxy(address) {
      const at = proxies.findIndex(({ shown }) => shown.address === address);
      const [proxy] = at < 0 ? [] : proxies.splice(at, 1);
      if (!proxy) throw new SeedproofError("record.no-proxy", "no proxy answers at this address");
      const end = proxy
        .stop()
        .catch(report)
        .finally(() => ending.delete(end));
      ending.add(end);
      await changed(proxy.shown.kind, new URL(proxy.shown.upstream).origin, false);
    },
    async addFolder(folder) {
      if (watches.has(folder)) return;
      await watch(folder);
      await changed("folder", basename(folder), true);
    },
    async removeFolder(folder) {
      const one = watches.get(folder);
      if (!one) throw new SeedproofError("record.no-folder", "this folder is not watched");
      watches.delete(folder);
      await one.close();
      await changed("folder", basename(folder), false);
    },
    async stop() {
      clearInterval(beat);
      await Promise.all([...ending, ...[...proxies, ...(hook ? [hook] : [])].map(({ stop }) => stop())]);
      await ingest.stop();
      await Promise.all([...watches.values()].map((one) => one.close()));
      await note(session, "session.closed", { reason: "asked" }, frame);
      rmSync(statePath(home), { force: true });
    },
  };
}

interface Proxy {
  readonly shown: RecordingState["proxies"][number];
  stop(): Promise<void>;
}

async function startProxy({ kind, url, port, orAny }: Upstream, spool: string, ingest: IngestThread): Promise<Proxy> {
  const { tap, settled } = recordingTap(join(spool, kind), (passed) => ingest.tell(url, passed));
  const tunnels = new Set<Duplex>();
  const server = createRelay(new URL(url), tap, tunnels);
  const address = await listen(server, port).catch((error: unknown) => {
    if (!orAny) throw error;
    return listen(server, 0);
  });
  return {
    shown: { kind, upstream: url, address },
    async stop() {
      // A browser's WebSocket stays open as long as its page; it carries progress and no result.
      for (const one of tunnels) one.destroy();
      await closed(server);
      await settled();
    },
  };
}

async function startHook(
  home: string,
  spool: string,
  ingest: IngestThread,
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const { server, token, settled } = createHookServer(join(spool, "hook"), (passed) => ingest.tell("", passed));
  const address = await listen(server, 0);
  announceHook(home, address, token);
  return {
    address,
    async stop() {
      withdrawHook(home);
      await closed(server);
      await settled();
    },
  };
}

/** The thread that writes what all proxies and extensions tell. */
interface IngestThread {
  /** Keeps it aside first, so that the next recorder has it where this one is killed. */
  tell(upstream: string, passed: Passed): Promise<void>;
  /** Waits until everything told is durable. */
  stop(): Promise<void>;
}

/** The thread that writes; where it dies, the relay goes on and `report` is told. */
function ingestThread(
  options: Omit<IngestOptions, "upstream">,
  journal: Journal,
  report: (error: unknown) => void,
): IngestThread {
  const worker = moduleWorker(import.meta.url, "./proxy/ingest-worker", { workerData: options });
  let settled = (): void => {};
  let gone = false;
  worker.on("message", (message: "settled" | { error: string }) =>
    message === "settled" ? settled() : report(message.error),
  );
  worker.on("error", report);
  worker.on("exit", () => {
    gone = true;
    settled();
  });
  return {
    async tell(upstream, passed) {
      const kept = await journal.keep(upstream, passed);
      worker.postMessage({ upstream, passed, kept } satisfies Told);
    },
    async stop() {
      if (gone) return;
      await new Promise<void>((done) => {
        settled = done;
        worker.postMessage("settle");
      });
      await worker.terminate();
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((done, failed) => {
    server.once("error", (cause) =>
      failed(new SeedproofError("record.port-taken", `port ${port} cannot be used`, { cause })),
    );
    server.listen(port, "127.0.0.1", done);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Requests under way are finished; connections that only wait are cut. */
async function closed(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeIdleConnections();
  });
}
