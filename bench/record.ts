/** The recording proxy: what it adds to a request, and how it streams a long answer, beside the server alone in one run. */

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordingTap } from "../src/server/proxy/recording-tap.ts";
import { createRelay } from "../src/server/proxy/relay.ts";

const REQUESTS = 400;
const LONG_ANSWER = 30_000_000;

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A generator that answers at once; `long` asks for an answer of thirty megabytes in pieces. */
function upstream(): Server {
  const piece = Buffer.alloc(65_536, "A");
  return createServer((incoming, answer) => {
    incoming.resume();
    if (!incoming.url?.includes("img2img")) {
      answer.end('{"images":[],"info":"{}"}');
      return;
    }
    let sent = 0;
    const more = (): void => {
      while (sent < LONG_ANSWER && answer.write(piece)) sent += piece.length;
      if (sent >= LONG_ANSWER) answer.end();
      else {
        sent += piece.length;
        answer.once("drain", more);
      }
    };
    more();
  });
}

/** The median of what each address takes, and the processor's time for it, all parts together. */
interface Timing {
  readonly medianMs: number;
  readonly processorMs: number;
}

/** Requests to each address in turn, so that both meet the machine as it is at the same time. */
async function timings(urls: readonly string[]): Promise<Timing[]> {
  const times: number[][] = urls.map(() => []);
  const used: number[] = urls.map(() => 0);
  for (let i = 0; i < REQUESTS; i++) {
    for (const [which, url] of urls.entries()) {
      const [begun, before] = [performance.now(), process.cpuUsage()];
      await (await fetch(url, { method: "POST", body: '{"prompt":"cat"}' })).text();
      times[which]!.push(performance.now() - begun);
      const { user, system } = process.cpuUsage(before);
      used[which]! += (user + system) / 1000;
    }
  }
  return times.map((list, which) => ({
    medianMs: list.sort((a, b) => a - b)[REQUESTS / 2]!,
    processorMs: used[which]! / REQUESTS,
  }));
}

/** Reads an answer without keeping it, and gives its bytes and the highest memory meanwhile, above what was used before. */
async function stream(url: string): Promise<{ bytes: number; seconds: number; grownMb: number }> {
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  let [bytes, most] = [0, before];
  for await (const chunk of (await fetch(url, { method: "POST", body: "{}" }))
    .body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage().rss);
  }
  return { bytes, seconds: (performance.now() - begun) / 1000, grownMb: (most - before) / 1e6 };
}

/** Prints the figures. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-bench-"));
  const server = upstream();
  const direct = await listen(server);
  let passed = 0;
  const relay = createRelay(new URL(direct), recordingTap(join(folder, "spool"), () => void passed++).tap);
  const through = await listen(relay);
  const [alone, proxied] = (await timings([direct, through].map((url) => `${url}/sdapi/v1/txt2img`))) as [
    Timing,
    Timing,
  ];
  console.log(
    `record: ${REQUESTS} requests, median ${alone.medianMs.toFixed(2)} ms alone, ${proxied.medianMs.toFixed(2)} ms through the proxy: ${(proxied.medianMs - alone.medianMs).toFixed(2)} ms more; of the processor ${(proxied.processorMs - alone.processorMs).toFixed(2)} ms more`,
  );
  for (const [name, url] of [
    ["alone", direct],
    ["through the proxy", through],
  ] as const) {
    const { bytes, seconds, grownMb } = await stream(`${url}/sdapi/v1/img2img`);
    console.log(
      `${(bytes / 1e6).toFixed(0)} MB ${name}: ${seconds.toFixed(2)} s, memory of client, server and proxy together grew by ${grownMb.toFixed(0)} MB`,
    );
  }
  console.log(`copies handed on: ${passed}; limit: the event loop that both share`);
  for (const one of [server, relay]) one.close().closeAllConnections();
  rmSync(folder, { recursive: true });
}
