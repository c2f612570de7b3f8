/** Asking a generator's server: bounded in time and size, no redirect to anywhere else, and each way to fail by its name. */

import { toBase64 } from "../base/base64.ts";
import { concatBytes, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { RemoteHost } from "./host.ts";

/** Limits of what a server may do to us. */
export const REMOTE_LIMITS = {
  /** Milliseconds for a question. A list of ten thousand models takes a server some seconds. */
  questionMs: 30_000,
  /** Milliseconds for a job: an overnight run on a processor. */
  jobMs: 24 * 60 * 60 * 1000,
  /** Bytes of an answer about the server. ComfyUI's description of all nodes of large installations has 30 MB. CWE-770. */
  answerBytes: 64 * 1024 * 1024,
  /** Bytes of an answer with images in Base64: an image of 8192 × 8192 pixels has up to 270 MB. CWE-770. */
  imageBytes: 384 * 1024 * 1024,
  /** Characters of a server's own words in an error. */
  words: 2_000,
  /** Milliseconds between two questions how far a job is. */
  pollMs: 500,
} as const;

/** One request. */
export interface Question {
  readonly method?: "GET" | "POST";
  /** Sent as JSON. */
  readonly json?: Json;
  /** Sent as it is: JSON text whose long numbers a JavaScript value would round, or a form. */
  readonly body?: string | FormData;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are answers; 200 to 299 by default. */
  readonly accept?: (status: number) => boolean;
}

/** An answer, read whole. */
export interface RemoteAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A server that can be asked. */
export interface RemoteServer {
  /** Its address, without user name and password. */
  readonly url: string;
  readonly kind: "a1111" | "comfyui" | "sdcpp";
  /**
   * @throws SeedproofError `remote.unreachable`, `remote.timed-out`, `remote.answer-too-long`, `remote.unauthorised`,
   *   `remote.missing` for status 404, `remote.refused` for every other status that is no answer, with the server's words
   */
  ask(path: string, question?: Question): Promise<RemoteAnswer>;
  /** The JSON of an answer. @throws SeedproofError as `ask`, and `remote.foreign` when it is no JSON */
  json(path: string, question?: Question): Promise<Json>;
  /** As `json`; `undefined` where the server has no such path (404, 405) or does not answer it with JSON. */
  optional(path: string, question?: Question): Promise<Json | undefined>;
}

/**
 * @param address - with a user name and password where the server wants HTTP Basic; a path in it comes before all paths
 * @throws SeedproofError `remote.address` for what is no address
 */
export function remoteServer(address: string, kind: RemoteServer["kind"], host: RemoteHost): RemoteServer {
  if (!URL.canParse(address)) throw new SeedproofError("remote.address", `"${address}" is no address`);
  const parsed = new URL(address);
  const { username, password } = parsed;
  const base = parsed.origin + parsed.pathname.replace(/\/+$/, "");
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = username === "" ? {} : { authorization: `Basic ${toBase64(utf8(credentials))}` };

  const ask: RemoteServer["ask"] = async (path, question = {}) => {
    const {
      json: value,
      signal,
      timeoutMs = REMOTE_LIMITS.questionMs,
      maxBytes = REMOTE_LIMITS.answerBytes,
    } = question;
    const { accept = (status) => status >= 200 && status < 300 } = question;
    const body = value === undefined ? question.body : JSON.stringify(value);
    const timeout = AbortSignal.timeout(timeoutMs);
    const isText = typeof body === "string";
    const answer = await host
      .fetch(base + path, {
        method: question.method ?? (body === undefined ? "GET" : "POST"),
        headers: { ...headers, ...(isText && { "content-type": "application/json" }) },
        body: body ?? null,
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      .then(async (response): Promise<RemoteAnswer> => {
        const contentType = response.headers.get("content-type") ?? "";
        return { status: response.status, contentType, bytes: await bodyOf(response, maxBytes) };
      })
      .catch((cause: unknown) => {
        signal?.throwIfAborted();
        if (cause instanceof SeedproofError) throw cause;
        throw timeout.aborted ? timedOut(base, path, timeoutMs) : unreachable(base, cause);
      });
    if (accept(answer.status)) return answer;
    throw refusal(base, path, answer);
  };

  const json: RemoteServer["json"] = async (path, question) => {
    const { bytes } = await ask(path, question);
    const parsedJson = tryJson(new TextDecoder().decode(bytes));
    if (parsedJson === undefined) throw foreign(base, kind, `${path} does not answer with JSON`);
    return parsedJson;
  };

  const optional: RemoteServer["optional"] = async (path, question) => {
    const accept = (status: number): boolean => status !== 401 && status !== 403;
    const { status, bytes } = await ask(path, { ...question, accept });
    return status >= 200 && status < 300 ? tryJson(new TextDecoder().decode(bytes)) : undefined;
  };

  return { url: base, kind, ask, json, optional };
}

/** Reads a body as far as the limit, and not a byte further. */
async function bodyOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  const tooLong = (): SeedproofError =>
    new SeedproofError("remote.answer-too-long", `the server's answer is longer than ${maxBytes} bytes`);
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLong();
  }
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLong();
    }
    parts.push(part.value);
  }
  return concatBytes(...parts);
}

/** A server that answers as something else. */
export function foreign(url: string, kind: RemoteServer["kind"], why: string): SeedproofError {
  const hints = {
    a1111: "A1111 and Forge offer it when started with --api",
    comfyui: "ComfyUI offers it without any setting",
    sdcpp: "stable-diffusion.cpp offers it in its sd-server",
  };
  const names = { a1111: "A1111", comfyui: "ComfyUI", sdcpp: "stable-diffusion.cpp" };
  return new SeedproofError("remote.foreign", `${url} does not speak ${names[kind]}'s API: ${why}; ${hints[kind]}`);
}

function unreachable(url: string, cause: unknown): SeedproofError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why = inner instanceof Error ? inner.message : String(inner);
  return new SeedproofError("remote.unreachable", `${url} does not answer: ${why}`, { cause });
}

function timedOut(url: string, path: string, ms: number): SeedproofError {
  return new SeedproofError("remote.timed-out", `${url}${path} has not answered within ${ms / 1000} s`);
}

function refusal(url: string, path: string, { status, bytes }: RemoteAnswer): SeedproofError {
  const said = wordsOf(bytes);
  const message = `${url}${path} answered ${status}${said && `: ${said}`}`;
  if (status === 401 || status === 403) return new SeedproofError("remote.unauthorised", message);
  return new SeedproofError(status === 404 || status === 405 ? "remote.missing" : "remote.refused", message);
}

/** What a server says in an error: FastAPI's `detail`, A1111's `errors`, ComfyUI's and sd.cpp's `error`, else its text. */
function wordsOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, REMOTE_LIMITS.answerBytes)).trim();
  const json = tryJson(text);
  if (!isObject(json)) return /^\s*</.test(text) ? "" : text.slice(0, REMOTE_LIMITS.words);
  const told = [json.errors, json.detail, json.message, json.error].filter((part) => part !== undefined && part !== "");
  return told
    .map((part) => (isObject(part) && typeof part?.message === "string" ? part.message : part))
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" · ")
    .slice(0, REMOTE_LIMITS.words);
}
