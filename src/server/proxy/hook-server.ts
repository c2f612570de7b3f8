/** Where extensions inside a generator tell what happens: on this machine alone, with a token, answered before anything is written. */

import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { moment } from "../../node/moment.ts";
import type { Passed } from "./recording-tap.ts";
import { OrderedTelling } from "./spool.ts";

/** Bytes of one message: a batch of large images in base64. CWE-770. */
const MAX_MESSAGE = 512 * 1024 * 1024;

/** Messages that may wait to be written; more are refused, and the extension counts them as missed. CWE-770. */
const MAX_WAITING = 1_000;

/** Where an extension finds the recorder: a file in the workspace that only its owner reads. */
export function hookFile(home: string): string {
  return join(home, "hook.json");
}

/** Makes the token, and the server that takes messages which carry it. */
export function createHookServer(
  folder: string,
  tell: (passed: Passed) => void | Promise<void>,
): { readonly server: Server; readonly token: string; settled(): Promise<void> } {
  const token = randomBytes(24).toString("base64url");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let waiting = 0;
  const telling = new OrderedTelling<Passed>(tell);
  const take = (incoming: IncomingMessage, answer: ServerResponse): void => {
    const refused = refusal(incoming, token, waiting);
    if (refused !== undefined) {
      answer.writeHead(refused, { connection: "close" }).end();
      incoming.resume();
      return;
    }
    waiting++;
    let size = 0;
    const key = randomUUID();
    const sink = telling.sink(join(folder, `${key}.hook`), () => {
      const at = moment();
      return (copy) => {
        waiting--;
        if (!answer.writableEnded) answer.writeHead(copy === undefined ? 507 : 202).end();
        return { step: "hooked", key, at, ...(copy && { copy }) };
      };
    });
    incoming.on("data", (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > MAX_MESSAGE) incoming.destroy();
      else sink.write(chunk);
    });
    incoming.on("error", () => undefined);
    incoming.on("close", () => sink.end(incoming.complete));
  };
  const server = createServer({ requestTimeout: 60_000 }, take);
  return { server, token, settled: () => telling.settled() };
}

/** Leaves address and token where extensions look for them. */
export function announceHook(home: string, address: string, token: string): void {
  writeFileSync(hookFile(home), JSON.stringify({ address, token }), { mode: 0o600 });
}

/** Extensions find nobody from now on. */
export function withdrawHook(home: string): void {
  rmSync(hookFile(home), { force: true });
}

/** The status of a refusal, or `undefined` where the message is taken. */
function refusal({ method, url, headers }: IncomingMessage, token: string, waiting: number): number | undefined {
  if (method !== "POST" || url !== "/v1/events") return 404;
  const given = Buffer.from(String(headers.authorization ?? ""));
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 401;
  if (Number(headers["content-length"] ?? 0) > MAX_MESSAGE) return 413;
  return waiting >= MAX_WAITING ? 503 : undefined;
}
