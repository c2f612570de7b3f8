/** What connected engines need of Node: requests that may wait for hours, WebSockets, pixels, and texts that are new. */

import { randomUUID } from "node:crypto";
import { type RequestOptions, request } from "node:http";
import { request as secureRequest } from "node:https";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import type { RemoteHost } from "../remote/host.ts";
import { decodeDisplayed } from "./pixels.ts";

/** Bytes of one WebSocket message: a preview of the largest image. CWE-770. */
const MAX_MESSAGE = 64 * 1024 * 1024;

/** The outside as Node has it. */
export const remoteHost: RemoteHost = {
  fetch: patientFetch,
  socket: (url, events) => {
    const socket = new WebSocket(url, { maxPayload: MAX_MESSAGE, perMessageDeflate: false, followRedirects: false });
    socket.on("message", (data: Buffer, isBinary) =>
      isBinary ? events.onBytes(new Uint8Array(data)) : events.onText(data.toString("utf8")),
    );
    // A run is followed by asking where the socket fails.
    socket.on("error", () => undefined);
    socket.on("close", () => events.onClose());
    return { close: () => (socket.readyState === WebSocket.CONNECTING ? socket.terminate() : socket.close()) };
  },
  decode: (file) => decodeDisplayed(file),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
  nonce: () => randomUUID(),
};

/**
 * `fetch` without a time-out for the head of an answer: Node's own gives up after five minutes, and an A1111 answers when
 * its image is done. It follows no redirect.
 */
async function patientFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const prepared = new Request(url, { ...init, signal: null, ...(init.body != null && { duplex: "half" as const }) });
  const body = init.body == null ? undefined : Buffer.from(await prepared.arrayBuffer());
  const headers = Object.fromEntries(prepared.headers);
  const options: RequestOptions = {
    method: prepared.method,
    headers: { ...headers, ...(body && { "content-length": body.length }) },
    ...(init.signal && { signal: init.signal }),
  };
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === "https:" ? secureRequest : request)(url, options, (incoming) => {
      const { statusCode: status = 0, headers: answered } = incoming;
      if (status >= 300 && status < 400) {
        incoming.destroy();
        reject(new Error(`it sends elsewhere, to ${String(answered.location)}`));
        return;
      }
      const fields = Object.entries(answered).flatMap(([name, value]) =>
        [value ?? []].flat().map((one): [string, string] => [name, one]),
      );
      const hasBody = status !== 204 && status !== 205;
      if (!hasBody) incoming.resume();
      resolve(new Response(hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null, { status, headers: fields }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
