/** From what passed the proxy to events in the ledger, one after the other, apart from the relay. */

import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalJson, isObject, type Json } from "../../base/json.ts";
import { parseJson, tryJson } from "../../base/json-text.ts";
import type { Moment } from "../../ledger/entry.ts";
import type { LedgerStore } from "../../node/ledger-store.ts";
import { moment } from "../../node/moment.ts";
import { type Recorded, recordEvent, type Software } from "../../node/recorder.ts";
import {
  a1111Completed,
  a1111Requested,
  type CaptureTools,
  type ComfyuiOutput,
  comfyuiRequested,
  comfyuiRun,
  keptImage,
} from "../../process/capture.ts";
import type { Agent, CaptureGrade, EventData, EventType } from "../../process/event.ts";
import { type Hooked, hookedOf } from "../../process/hooked.ts";
import { redact } from "../../recipe/private-data.ts";
import type { Passed } from "./recording-tap.ts";
import type { Copied } from "./spool.ts";

/** Where events go, and which server they come from. */
export interface IngestOptions {
  readonly home: string;
  readonly session: string;
  readonly sw: Software;
  readonly upstream: string;
  /** Present where this writes what an earlier recorder left. */
  readonly later?: {
    /** Ids of the events that the session has already. */
    readonly written: ReadonlySet<string>;
    /** Whether the server may be asked what became of a run: it is one that the user names now. */
    readonly ask: boolean;
  };
}

/** Waiting for a run of ComfyUI: one question every so many milliseconds, and at most so long. */
const POLL_MS = 400;
const MOST_WAIT_MS = 6 * 60 * 60 * 1000;
/** A run that was under way when a recorder was cut off is done by now, or its server has forgotten it. */
const MOST_WAIT_LATER_MS = 5_000;

/** Facts of the server that decide what it makes. Settings, models, flags; each only where the server has it. */
const ENVIRONMENT = {
  a1111: ["/sdapi/v1/options", "/sdapi/v1/sd-models", "/sdapi/v1/sd-vae", "/sdapi/v1/cmd-flags", "/sdapi/v1/samplers"],
  comfyui: ["/system_stats"],
} as const;

/** An answer of the server to a question of ours is waited for so long, and read up to this many bytes. CWE-770. */
const MOST_ANSWER_MS = 10_000;
const MOST_ANSWER = 256 * 1024 * 1024;

/** One thing that passed, with the file that was kept of it. */
interface Taken<P extends Passed = Passed> {
  readonly passed: P;
  readonly kept: string | undefined;
}

type Step<S extends Passed["step"]> = Extract<Passed, { step: S }>;

/** Takes what passes, in order, and promises when all of it is durable. Its faults never reach the relay. */
export interface Ingest {
  /** @param kept - the file that goes when what came of it is durable */
  take(passed: Passed, kept?: string): void;
  settled(): Promise<void>;
}

/** What several ingests write through, so that events of all of them stand in the order in which things passed. */
export interface Line {
  last: Promise<unknown>;
}

/** The id of the event that comes of something: the same whoever writes it, and when. */
export function eventIdOf({ key, step }: Passed): string {
  return step === "requested" || step === "hooked" ? key : `${key}.answer`;
}

function mostWaitMs({ later }: IngestOptions): number {
  if (!later) return MOST_WAIT_MS;
  return later.ask ? MOST_WAIT_LATER_MS : 0;
}

/** Starts ingesting. `report` is told of what could not be recorded. */
export function createIngest(
  options: IngestOptions,
  report: (error: unknown) => void,
  line: Line = { last: Promise.resolve() },
): Ingest {
  /** Events of requests, by the name of their exchange. */
  const open = new Map<string, Promise<Recorded | undefined>>();
  const waiting = new Set<Promise<unknown>>();
  let environment = "";

  const record = <T extends EventType>(
    type: T,
    data: EventData[T] | ((tools: CaptureTools) => EventData[T]),
    at: Moment,
    {
      id,
      follows = [],
      capture = "proxied",
    }: { id?: string; follows?: readonly string[]; capture?: CaptureGrade } = {},
  ) =>
    recordEvent(
      options.home,
      options.sw,
      options.session,
      type,
      (store) => (typeof data === "function" ? data(tools(store)) : data),
      {
        ...{ capture, follows, at, ...(id !== undefined && { id }) },
        agent: AGENTS[type.startsWith("generation.requested") ? "client" : "server"],
      },
    );

  /** Events are written in the order in which things passed. */
  const queued = <T>(work: () => Promise<T>): Promise<T | undefined> => {
    const next = line.last.then(work).catch((error: unknown) => {
      report(error);
      return undefined;
    });
    line.last = next;
    return next;
  };
  const aside = (work: Promise<unknown>): void => {
    const kept = work.catch(report).finally(() => waiting.delete(kept));
    waiting.add(kept);
  };

  /** Writes what came of something that passed, once, and then lets go of what was kept of it. */
  const written = (id: string, { passed, kept }: Taken, work: () => Promise<Recorded>): Promise<Recorded | undefined> =>
    queued(async () => {
      const recorded = options.later?.written.has(id) ? undefined : await work();
      letGo(passed, kept);
      return recorded;
    });

  const requested = (taken: Taken<Step<"requested">>): void => {
    const { key, kind, path, at, copy } = taken.passed;
    const event = written(key, taken, async () => {
      const body = bodyOf(copy);
      if (body === undefined)
        return record("capture.missed", { path, why: "the request was not copied whole" }, at, { id: key });
      return record(
        "generation.requested",
        (t) => (kind === "a1111" ? a1111Requested(path, body, t) : comfyuiRequested(body, t)),
        at,
        { id: key },
      );
    });
    open.set(key, event);
    if (!options.later) aside(observe(taken.passed));
  };

  const observe = async ({ kind, at }: Step<"requested">): Promise<void> => {
    const facts = await environmentOf(options.upstream, ENVIRONMENT[kind]);
    const text = canonicalJson(facts);
    if (text === environment || Object.keys(facts).length === 0) return;
    environment = text;
    await queued(() => record("environment.observed", { engine: kind, facts }, at));
  };

  /** The event of the request that this is about, if there is one. */
  const requestOf = async (key: string): Promise<string[]> => {
    const recorded = await open.get(key);
    open.delete(key);
    return recorded ? [recorded.id] : options.later?.written.has(key) ? [key] : [];
  };

  const answered = (taken: Taken<Step<"answered">>): void => {
    const { key, kind, path, status, at, asked, copy } = taken.passed;
    const id = eventIdOf(taken.passed);
    if (kind === "comfyui" && status < 300) {
      aside(awaitRun(taken, id));
      return;
    }
    written(id, taken, async () => {
      const frame = { id, follows: await requestOf(key) };
      const request = frame.follows[0] ?? "";
      const body = bodyOf(copy);
      if (status >= 300) return record("generation.failed", { request, why: `status ${status}` }, at, frame);
      if (body === undefined)
        return record("capture.missed", { path, why: "the answer was not copied whole" }, at, frame);
      const more = { request, durationMs: elapsed(asked, at) };
      return record("generation.completed", (t) => ({ ...more, ...a1111Completed(body, t) }), at, frame);
    });
  };

  /** ComfyUI answers at once and works later: its history says when, and `/view` gives the files. */
  const awaitRun = async (taken: Taken<Step<"answered">>, id: string): Promise<void> => {
    const { key, path, copy } = taken.passed;
    const body = bodyOf(copy);
    const name = isObject(body) && typeof body.prompt_id === "string" ? body.prompt_id : undefined;
    if (name === undefined) {
      letGo(taken.passed, taken.kept);
      return;
    }
    const until = Date.now() + mostWaitMs(options);
    for (; Date.now() < until; await sleep(POLL_MS)) {
      const run = comfyuiRun((await askJson(options.upstream, `/history/${encodeURIComponent(name)}`)) ?? {}, name);
      if (run.status === "running") continue;
      const files = run.status === "done" ? await filesOf(options.upstream, run.outputs) : [];
      await written(id, taken, async () => {
        const frame = { id, follows: await requestOf(key) };
        const request = frame.follows[0] ?? "";
        const now = moment();
        if (run.status === "failed")
          return record("generation.failed", { request, why: run.why ?? "the server says error" }, now, frame);
        return record(
          "generation.completed",
          ({ putBlob }) => ({
            ...{ request, images: files.map(({ bytes, name, mime }) => ({ ...putBlob(bytes, "image", mime), name })) },
            ...(run.cached && { cached: true as const }),
          }),
          now,
          frame,
        );
      });
      return;
    }
    const why = "the run was under way when the recorder was cut off, and what became of it was not to be learnt";
    await written(id, taken, async () =>
      record("capture.missed", { path, why }, moment(), { id, follows: await requestOf(key) }),
    );
  };

  /** Makings that an extension has told of, by its name for them. */
  const jobs = new Map<string, string>();
  const hooked = (taken: Taken<Step<"hooked">>): void => {
    const { key, at, copy } = taken.passed;
    written(key, taken, async () => {
      const body = bodyOf(copy);
      const told = body === undefined ? undefined : hookedOf(body);
      if (!told) {
        const why = "a message of an extension was not whole";
        return record("capture.missed", { path: "hook", why }, at, { id: key, capture: "hooked" });
      }
      const name = told.step === "missed" ? "" : `${told.tool} ${told.job}`;
      const request = jobs.get(name);
      const [type, data] = eventOfHooked(told, request ?? "");
      const follows = request === undefined ? [] : [request];
      const recorded = await record(type, data, at, { id: key, follows, capture: "hooked" });
      if (told.step === "requested") jobs.set(name, recorded.id);
      else jobs.delete(name);
      return recorded;
    });
  };

  const failed = (taken: Taken<Step<"failed">>): void => {
    const { key, why, at } = taken.passed;
    const id = eventIdOf(taken.passed);
    written(id, taken, async () => {
      const follows = await requestOf(key);
      return record("generation.failed", { request: follows[0] ?? "", why }, at, { id, follows });
    });
  };

  return {
    take(passed, kept) {
      if (passed.step === "requested") requested({ passed, kept });
      else if (passed.step === "hooked") hooked({ passed, kept });
      else if (passed.step === "answered") answered({ passed, kept });
      else failed({ passed, kept });
    },
    async settled() {
      for (;;) {
        await line.last;
        const running = [...waiting];
        if (running.length === 0) return;
        await Promise.all(running);
      }
    },
  };
}

/** The event that a message tells of. @param request - id of the event of its request; empty where none was told */
function eventOfHooked(
  told: Hooked,
  request: string,
): [EventType, EventData[EventType] | ((tools: CaptureTools) => EventData[EventType])] {
  switch (told.step) {
    case "requested":
      return [
        "generation.requested",
        (t) => (told.tool === "a1111" ? a1111Requested(told.mode, told.body, t) : comfyuiRequested(told.body, t)),
      ];
    case "completed":
      return [
        "generation.completed",
        (t) => ({
          request,
          images: told.images.flatMap(({ name, base64 }) => keptImage(base64, name, t) ?? []),
          ...(told.seeds.length > 0 && { seeds: told.seeds }),
          ...(told.elapsedMs !== undefined && { durationMs: told.elapsedMs }),
          ...(told.cached && { cached: true as const }),
        }),
      ];
    case "failed":
      return ["generation.failed", { request, why: told.why }];
    case "missed":
      return ["capture.missed", { path: `${told.tool} extension`, why: `${told.count} messages were dropped` }];
  }
}

const AGENTS: Readonly<Record<"client" | "server", Agent>> = {
  client: { kind: "software", name: "client of the generator" },
  server: { kind: "software", name: "generator" },
};

function tools(store: LedgerStore): CaptureTools {
  return {
    putBlob: (...blob) => store.putBlob(...blob),
    fromBase64: (text) => Buffer.from(text.slice(text.startsWith("data:") ? text.indexOf(",") + 1 : 0), "base64"),
  };
}

/** Removes what was kept of something that is durable now: first what names the copy, then the copy. */
function letGo(passed: Passed, kept: string | undefined): void {
  if (kept !== undefined) rmSync(kept, { force: true });
  if ("copy" in passed && passed.copy && "file" in passed.copy) rmSync(passed.copy.file, { force: true });
}

/** The JSON of a copied body. */
function bodyOf(copy: Copied | undefined): Json | undefined {
  if (copy === undefined) return undefined;
  try {
    return parseJson("bytes" in copy ? Buffer.from(copy.bytes).toString("utf8") : readFileSync(copy.file, "utf8"));
  } catch {
    return undefined;
  }
}

/** What the server says of itself, without secrets and names of people. */
async function environmentOf(upstream: string, paths: readonly string[]): Promise<{ [path: string]: Json }> {
  const said = await Promise.all(paths.map((path) => askJson(upstream, path)));
  const facts = paths.flatMap((path, i): [string, Json][] => {
    const fact = said[i];
    return fact === undefined ? [] : [[path, tryJson(redact(JSON.stringify(steady(fact)))) ?? null]];
  });
  return Object.fromEntries(facts);
}

/** Free memory and the like change with every question and decide nothing. */
function steady(value: Json): Json {
  if (Array.isArray(value)) return value.map(steady);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !/(?:free|used)$|_free$|password|token|api_key/i.test(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, steady(member)]));
}

async function askJson(upstream: string, path: string): Promise<Json | undefined> {
  const bytes = await ask(upstream, path);
  return bytes && tryJson(Buffer.from(bytes).toString("utf8"));
}

async function ask(upstream: string, path: string): Promise<Uint8Array | undefined> {
  try {
    const answer = await fetch(upstream.replace(/\/$/, "") + path, {
      signal: AbortSignal.timeout(MOST_ANSWER_MS),
      redirect: "error",
    });
    if (!answer.ok || Number(answer.headers.get("content-length") ?? 0) > MOST_ANSWER) return undefined;
    return new Uint8Array(await answer.arrayBuffer());
  } catch {
    return undefined;
  }
}

async function filesOf(
  upstream: string,
  outputs: readonly ComfyuiOutput[],
): Promise<{ bytes: Uint8Array; name: string; mime: string }[]> {
  const saved = outputs.filter(({ type }) => type === "output");
  const files: { bytes: Uint8Array; name: string; mime: string }[] = [];
  for (const { filename, subfolder, type } of saved.length > 0 ? saved : outputs) {
    const bytes = await ask(upstream, `/view?${new URLSearchParams({ filename, subfolder, type })}`);
    if (bytes)
      files.push({ bytes, name: filename, mime: /\.png$/i.test(filename) ? "image/png" : "application/octet-stream" });
  }
  return files;
}

function elapsed(from: Moment, to: Moment): number {
  return from.mono !== undefined && to.mono !== undefined && from.boot === to.boot ? to.mono - from.mono : 0;
}
