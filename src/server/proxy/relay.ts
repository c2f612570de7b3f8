/**
 * The relay: a streaming reverse proxy that shows what passes to a tap and never waits for it. Whatever the tap does or
 * fails to do, requests and answers pass: generation does not stop because recording does.
 */

import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as secureConnect } from "node:tls";
import { endToEnd, towards } from "./headers.ts";

/** Takes a copy of a body as it streams by. Must not throw and must not block. */
export interface Sink {
  write(chunk: Uint8Array): void;
  /** `complete` is false where the connection broke off. */
  end(complete: boolean): void;
}

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** Where the copy of the request's body goes; `undefined` where nobody wants it. */
  readonly requestSink: Sink | undefined;
  /** Called with the head of the answer; gives where the copy of its body goes. */
  answered(response: IncomingMessage): Sink | undefined;
  /** No answer came. */
  failed(error: Error): void;
}

/** Sees what passes. `undefined`: this exchange interests nobody. */
export type Tap = (request: IncomingMessage) => Exchange | undefined;

/** The header that tells a client that its requests pass a recorder. */
export const RELAY_HEADER = "x-seedproof-recording";

/**
 * A server in front of `upstream`, not listening yet. Closing it closes its upstream connections.
 *
 * @param tunnels - holds the upgraded connections that are open: closing a server waits for them, and they end only when somebody ends them
 */
export function createRelay(upstream: URL, tap: Tap, tunnels = new Set<Duplex>()): Server {
  const secure = upstream.protocol === "https:";
  const agent = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const exchange = safely(() => tap(incoming));
    const path = joined(upstream, incoming.url);
    const headers = towards(upstream, incoming.headers);
    // Compressed answers could not be read as they pass.
    if (exchange) headers["accept-encoding"] = "identity";
    const onward = (secure ? secureRequest : request)(
      { ...address(upstream), agent, method: incoming.method, path, headers, setHost: false },
      (answer) => passAnswer(answer, outgoing, exchange),
    );
    onward.on("error", (error) => fail(error, outgoing, exchange));
    outgoing.on("close", () => outgoing.writableFinished || onward.destroy());
    copy(incoming, onward, exchange?.requestSink);
  });
  server.on("upgrade", (incoming, socket, head) => {
    tunnels.add(socket);
    socket.on("close", () => tunnels.delete(socket));
    tunnel(upstream, incoming, socket, head);
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("close", () => agent.destroy());
  // A job can take longer than any time-out that suits a web page.
  server.requestTimeout = 0;
  return server;
}

function passAnswer(answer: IncomingMessage, outgoing: ServerResponse, exchange: Exchange | undefined): void {
  const sink = exchange && safely(() => exchange.answered(answer));
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, {
    ...endToEnd(answer.headers),
    ...(exchange && { [RELAY_HEADER]: "on" }),
  });
  copy(answer, outgoing, sink);
}

/** Streams with back-pressure; the sink gets each chunk and never holds it up. */
function copy(from: IncomingMessage, to: NodeJS.WritableStream, sink: Sink | undefined): void {
  let complete = false;
  if (sink) {
    from.on("data", (chunk: Uint8Array) => safely(() => sink.write(chunk)));
    from.on("end", () => {
      complete = from.complete;
    });
    from.on("close", () => safely(() => sink.end(complete)));
  }
  from.on("error", () => (to as Duplex).destroy?.());
  from.pipe(to);
}

function fail(error: Error, outgoing: ServerResponse, exchange: Exchange | undefined): void {
  safely(() => exchange?.failed(error));
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const message = `the server behind the recorder did not answer (${error.message})`;
  outgoing.writeHead(502, { "content-type": "application/json", [RELAY_HEADER]: "on" });
  outgoing.end(JSON.stringify({ error: { code: "proxy.upstream-unreachable", message } }));
}

/** Passes an upgraded connection (a WebSocket) byte by byte. */
function tunnel(upstream: URL, incoming: IncomingMessage, client: Duplex, head: Uint8Array): void {
  const secure = upstream.protocol === "https:";
  const { host, port } = address(upstream);
  const server: Socket = secure ? secureConnect({ host, port, servername: host }) : connect({ host, port });
  server.on(secure ? "secureConnect" : "connect", () => {
    server.write(upgradeHead(upstream, incoming));
    if (head.length > 0) server.write(head);
    server.pipe(client);
    client.pipe(server);
  });
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

/** The request line and headers of an upgrade, as the server behind is to see them. */
function upgradeHead(upstream: URL, incoming: IncomingMessage): string {
  const headers = { ...towards(upstream, incoming.headers), connection: "Upgrade", upgrade: incoming.headers.upgrade };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}`),
  );
  return `${incoming.method} ${joined(upstream, incoming.url)} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

function address(upstream: URL): { host: string; port: number } {
  const host = upstream.hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(upstream.port || (upstream.protocol === "https:" ? 443 : 80)) };
}

/** The upstream's own base path in front of the asked one. */
function joined(upstream: URL, path: string | undefined): string {
  return upstream.pathname.replace(/\/$/, "") + (path ?? "/");
}

/** Runs a piece of the tap; its faults stay its own. */
function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
