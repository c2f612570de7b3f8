import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { recordable } from "../../src/server/proxy/headers.ts";
import { createRelay, RELAY_HEADER, type Sink, type Tap } from "../../src/server/proxy/relay.ts";

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections();
});

async function listen(server: Server): Promise<URL> {
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function ask(
  url: URL,
  path: string,
  options: { body?: Uint8Array; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((done, failed) => {
    const outgoing = request(
      new URL(path, url),
      { method: options.body ? "POST" : "GET", headers: options.headers ?? {} },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("error", failed);
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () =>
          done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.on("error", failed);
    outgoing.end(options.body);
  });
}

/** An upstream that says back what it got. */
const echo = (): Server =>
  createServer((incoming, answer) => {
    answer.writeHead(200, {
      "x-host": incoming.headers.host ?? "",
      "x-origin": incoming.headers.origin ?? "",
      "x-path": incoming.url ?? "",
    });
    incoming.pipe(answer);
  });

/** A tap that keeps copies of both bodies. */
function keeping(): { tap: Tap; kept: { body: Buffer; complete: boolean }[] } {
  const kept: { body: Buffer; complete: boolean }[] = [];
  const sink = (): Sink => {
    const chunks: Uint8Array[] = [];
    return {
      write: (chunk) => void chunks.push(chunk),
      end: (complete) => void kept.push({ body: Buffer.concat(chunks), complete }),
    };
  };
  return { kept, tap: (incoming) => ({ request: incoming, requestSink: sink(), answered: sink, failed() {} }) };
}

test("what passes is unchanged, and the tap has a byte-equal copy of both bodies", async () => {
  const upstream = await listen(echo());
  const { tap, kept } = keeping();
  const relay = await listen(createRelay(upstream, tap));
  const body = randomBytes(3_000_000);
  const answer = await ask(relay, "/sdapi/v1/txt2img?x=1", { body });
  expect([answer.status, answer.headers["x-path"], answer.headers[RELAY_HEADER]]).toEqual([
    200,
    "/sdapi/v1/txt2img?x=1",
    "on",
  ]);
  expect(answer.body.equals(body)).toBe(true);
  expect(kept.map((copy) => [copy.complete, copy.body.equals(body)])).toEqual([
    [true, true],
    [true, true],
  ]);
});

test("requests and answers pass although the tap throws everywhere", async () => {
  const upstream = await listen(echo());
  const broken = (): never => {
    throw new Error("recorder is broken");
  };
  const bad: Sink = { write: broken, end: broken };
  const taps: Tap[] = [
    broken,
    (incoming) => ({ request: incoming, requestSink: bad, answered: broken, failed: broken }),
  ];
  for (const tap of taps) {
    const relay = await listen(createRelay(upstream, tap));
    expect((await ask(relay, "/prompt", { body: Buffer.from("{}") })).body.toString()).toBe("{}");
  }
});

test("Host and the proxy's own Origin become the server's; a stranger's Origin stays and is refused there", async () => {
  const upstream = await listen(echo());
  const relay = await listen(createRelay(upstream, () => undefined));
  const own = await ask(relay, "/", { headers: { origin: relay.origin } });
  expect([own.headers["x-host"], own.headers["x-origin"]]).toEqual([upstream.host, upstream.origin]);
  const strange = await ask(relay, "/", { headers: { origin: "http://evil.example" } });
  expect(strange.headers["x-origin"]).toBe("http://evil.example");
});

test("a server that is down gives a clear answer, and the tap is told", async () => {
  const upstream = await listen(echo());
  open.splice(0).forEach((server) => void server.close());
  const failures: string[] = [];
  const relay = await listen(
    createRelay(upstream, (incoming) => ({
      request: incoming,
      requestSink: undefined,
      answered: () => undefined,
      failed: ({ message }) => void failures.push(message),
    })),
  );
  const answer = await ask(relay, "/prompt", { body: Buffer.from("{}") });
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: "proxy.upstream-unreachable" } });
  expect(failures).toHaveLength(1);
});

test("an answer that breaks off is passed on broken, and its copy is marked incomplete", async () => {
  const upstream = await listen(
    createServer((_incoming, answer) => {
      answer.writeHead(200, { "content-length": "1000" });
      answer.write("half", () => answer.destroy());
    }),
  );
  const { tap, kept } = keeping();
  const relay = await listen(createRelay(upstream, tap));
  await expect(ask(relay, "/")).rejects.toThrow();
  expect(kept.at(-1)).toMatchObject({ complete: false, body: Buffer.from("half") });
});

test("an upgraded connection passes both ways, byte by byte", async () => {
  const server = createServer();
  server.on("upgrade", (incoming, socket) => {
    const accept = createHash("sha1")
      .update(`${incoming.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  const upstream = await listen(server);
  const relay = await listen(createRelay(upstream, () => undefined));
  const payload = randomBytes(2_000_000);
  const socket = connect(Number(relay.port), "127.0.0.1");
  socket.write(
    `GET /ws?clientId=a HTTP/1.1\r\nHost: ${relay.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const got: Buffer[] = [];
  await new Promise<void>((done, failed) => {
    socket.on("error", failed);
    socket.on("data", (chunk: Buffer) => {
      const first = got.length === 0;
      got.push(chunk);
      if (first) socket.write(payload);
      const whole = Buffer.concat(got);
      const from = whole.indexOf("\r\n\r\n") + 4;
      if (whole.length - from >= payload.length) done();
    });
  });
  socket.destroy();
  const whole = Buffer.concat(got);
  const head = whole.subarray(0, whole.indexOf("\r\n\r\n")).toString();
  // The example key and its answer of RFC 6455, section 1.3.
  expect(head).toContain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  expect(whole.subarray(whole.indexOf("\r\n\r\n") + 4).equals(payload)).toBe(true);
});

test("headers that carry secrets are never recorded", () => {
  const headers = {
    authorization: "Basic x",
    cookie: "a=b",
    "x-api-key": "k",
    "x-csrf-token": "t",
    accept: "*/*",
    host: "h",
  };
  expect(recordable(headers)).toEqual({ accept: "*/*", host: "h" });
});
