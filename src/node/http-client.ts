/** Asking a server that the user named: bounded in time and size, no redirect to anywhere else. */

import { SeedproofError } from "../base/errors.ts";

/** Limits of an answer. */
const HTTP_LIMITS = {
  /** Milliseconds for the whole exchange. Timestamp authorities and calendars answer within seconds. */
  timeoutMs: 20_000,
  /** Bytes. Tokens, stamps, beacons and cosignatures have under 20 kB. CWE-770. */
  bytes: 1 << 20,
} as const;

/** The part of `fetch` that is needed; tests pass their own. */
export type Fetch = typeof globalThis.fetch;

/** An answer, read whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** One request. @throws SeedproofError `ledger.server-failed` when there is no answer, or one that is too long */
export async function ask(
  url: string,
  options: { fetch?: Fetch; method?: string; body?: Uint8Array | string; headers?: Record<string, string> } = {},
): Promise<HttpAnswer> {
  const { fetch = globalThis.fetch, ...init } = options;
  try {
    const signal = AbortSignal.timeout(HTTP_LIMITS.timeoutMs);
    const response = await fetch(url, { ...init, body: init.body ?? null, redirect: "error", signal } as RequestInit);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > HTTP_LIMITS.bytes) throw new Error("the answer is longer than the limit");
      parts.push(part);
    }
    const contentType = response.headers.get("content-type") ?? "";
    return { status: response.status, contentType, bytes: new Uint8Array(Buffer.concat(parts)) };
  } catch (error) {
    const why =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : "no answer";
    throw new SeedproofError("ledger.server-failed", `${url}: ${why}`, { cause: error });
  }
}

/** An answer that must be a success. @throws SeedproofError `ledger.server-failed` */
export async function askOk(url: string, options: Parameters<typeof ask>[1] = {}): Promise<HttpAnswer> {
  const answer = await ask(url, options);
  if (answer.status !== 200) throw new SeedproofError("ledger.server-failed", `${url} answered ${answer.status}`);
  return answer;
}
