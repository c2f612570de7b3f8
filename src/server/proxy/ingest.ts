/** From what passed the proxy to events in the ledger, one after the other, apart from the relay. */

import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalJson, isObject, type Json } from "../../base/json.ts";
import { parseJson, tryJson } from "../../base/json-text.ts";
import type { Moment } from "../../ledger/entry.ts";
import type { LedgerStore } from "../../node/ledger-store.ts";
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
}

/** Waiting for a run of ComfyUI: one question every so many milliseconds, and at most so long. */
const POLL_MS = 400;
const MOST_WAIT_MS = 6 * 60 * 60 * 1000;

/** Facts of the server that decide what it makes. Settings, models, flags; each only where the server has it. */
const ENVIRONMENT = {
  a1111: ["/sdapi/v1/options", "/sdapi/v1/sd-models", "/sdapi/v1/sd-vae", "/sdapi/v1/cmd-flags", "/sdapi/v1/samplers"],
  comfyui: ["/system_stats"],
} as const;

/** An answer of the server to a question of ours is waited for so long, and read up to this many bytes. CWE-770. */
const MOST_ANSWER_MS = 10_000;
const MOST_ANSWER = 256 * 1024 * 1024;

type Requested = Extract<Passed, { step: "requested" }>;

/** Takes what passes, in order, and promises when all of it is durable. Its faults never reach the relay. */
export interface Ingest {
  take(passed: Passed): void;
  settled(): Promise<void>;
}

/** What several ingests write through, so that events of all of them stand in the order in which things passed. */
export interface Line {
  last: Promise<unknown>;
}

/** Starts ingesting. `report` is told of what could not be recorded. */
export function createIngest(
  options: IngestOptions,
  report: (error: unknown) => void,
  line: Line = { last: Promise.resolve() },
): Ingest {
  const open = new Map<number, { readonly event: Promise<Recorded | undefined>; readonly passed: Requested }>();
  const waiting = new Set<Promise<unknown>>();
  let environment = "";

  const record = <T extends EventType>(
    type: T,
    data: EventData[T] | ((tools: CaptureTools) => EventData[T]),
    at: Moment,
    follows: readonly string[] = [],
    capture: CaptureGrade = "proxied",
  ) =>
    recordEvent(
      options.home,
      options.sw,
      options.session,
      type,
      (store) => (typeof data === "function" ? data(tools(store)) : data),
      {
        capture,
        agent: AGENTS[type.startsWith("generation.requested") ? "client" : "server"],
        follows,
        at,
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

  const requested = (passed: Requested): void => {
    const event = queued(async () => {
      const body = bodyOf(passed.copy);
      if (body === undefined)
        return record("capture.missed", { path: passed.path, why: "the request was not copied whole" }, passed.at);
      return record(
        "generation.requested",
        (t) => (passed.kind === "a1111" ? a1111Requested(passed.path, body, t) : comfyuiRequested(body, t)),
        passed.at,
      );
    });
    open.set(passed.n, { event, passed });
    aside(observe(passed));
  };

  const observe = async ({ kind, at }: Requested): Promise<void> => {
    const facts = await environmentOf(options.upstream, ENVIRONMENT[kind]);
    const text = canonicalJson(facts);
    if (text === environment || Object.keys(facts).length === 0) return;
    environment = text;
    await queued(() => record("environment.observed", { engine: kind, facts }, at));
  };

  const answered = (passed: Extract<Passed, { step: "answered" }>): void => {
    const asked = open.get(passed.n);
    open.delete(passed.n);
    if (!asked) return;
    const { kind, path, at } = asked.passed;
    const follow = async (): Promise<string[]> => [(await asked.event)?.id].filter((id) => id !== undefined);
    if (kind === "comfyui" && passed.status < 300) {
      aside(awaitRun(passed, at, follow));
      return;
    }
    queued(async () => {
      const follows = await follow();
      const body = bodyOf(passed.copy);
      if (passed.status >= 300)
        return record(
          "generation.failed",
          { request: follows[0] ?? "", why: `status ${passed.status}` },
          passed.at,
          follows,
        );
      if (body === undefined)
        return record("capture.missed", { path, why: "the answer was not copied whole" }, passed.at, follows);
      const more = { request: follows[0] ?? "", durationMs: elapsed(at, passed.at) };
      return record("generation.completed", (t) => ({ ...more, ...a1111Completed(body, t) }), passed.at, follows);
    });
  };

  /** ComfyUI answers at once and works later: its history says when, and `/view` gives the files. */
  const awaitRun = async (
    passed: Extract<Passed, { step: "answered" }>,
    at: Moment,
    follow: () => Promise<string[]>,
  ): Promise<void> => {
    const body = bodyOf(passed.copy);
    const id = isObject(body) && typeof body.prompt_id === "string" ? body.prompt_id : undefined;
    if (id === undefined) return;
    for (const until = Date.now() + MOST_WAIT_MS; Date.now() < until; await sleep(POLL_MS)) {
      const run = comfyuiRun((await askJson(options.upstream, `/history/${encodeURIComponent(id)}`)) ?? {}, id);
      if (run.status === "running") continue;
      const files = run.status === "done" ? await filesOf(options.upstream, run.outputs) : [];
      await queued(async () => {
        const follows = await follow();
        const request = follows[0] ?? "";
        const now = momentNow(at);
        if (run.status === "failed")
          return record("generation.failed", { request, why: run.why ?? "the server says error" }, now, follows);
        return record(
          "generation.completed",
          ({ putBlob }) => ({
            ...{ request, images: files.map(({ bytes, name, mime }) => ({ ...putBlob(bytes, "image", mime), name })) },
            ...(run.cached && { cached: true as const }),
          }),
          now,
          follows,
        );
      });
      return;
    }
  };

  /** Makings that an extension has told of, by its name for them. */
  const jobs = new Map<string, string>();
  const hooked = (passed: Extract<Passed, { step: "hooked" }>): void => {
    queued(async () => {
      const body = bodyOf(passed.copy);
      const told = body === undefined ? undefined : hookedOf(body);
      if (!told) {
        const why = "a message of an extension was not whole";
        return record("capture.missed", { path: "hook", why }, passed.at, [], "hooked");
      }
      const name = told.step === "missed" ? "" : `${told.tool} ${told.job}`;
      const request = jobs.get(name);
      const [type, data] = eventOfHooked(told, request ?? "");
      const recorded = await record(type, data, passed.at, request === undefined ? [] : [request], "hooked");
      if (told.step === "requested") jobs.set(name, recorded.id);
      else jobs.delete(name);
      return recorded;
    });
  };

  return {
    take(passed) {
      if (passed.step === "requested") requested(passed);
      else if (passed.step === "hooked") hooked(passed);
      else if (passed.step === "answered") answered(passed);
      else {
        const asked = open.get(passed.n);
        open.delete(passed.n);
        queued(async () => {
          const id = (await asked?.event)?.id;
          return record("generation.failed", { request: id ?? "", why: passed.why }, passed.at, id ? [id] : []);
        });
      }
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

/** The JSON of a copied body, whose file is removed. */
function bodyOf(copy: Copied | undefined): Json | undefined {
  if (copy === undefined) return undefined;
  try {
    return parseJson("bytes" in copy ? Buffer.from(copy.bytes).toString("utf8") : readFileSync(copy.file, "utf8"));
  } catch {
    return undefined;
  } finally {
    if ("file" in copy) rmSync(copy.file, { force: true });
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

function momentNow(like: Moment): Moment {
  const mono = Number(process.hrtime.bigint() / 1_000_000n);
  return { ...like, wall: new Date().toISOString(), ...(like.mono !== undefined && { mono }) };
}
