/** Servers that speak the APIs of A1111 and ComfyUI, as far as recording needs them, and answer with real images. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that runs, with what it was asked. */
export interface FakeServer {
  readonly url: string;
  readonly asked: string[];
  close(): Promise<void>;
}

/** An A1111 server that answers with the given files in turn. A prompt that says "slow" takes two seconds. */
export async function fakeA1111(...images: readonly string[]): Promise<FakeServer> {
  const files = images.map((image) => readFileSync(image).toString("base64"));
  let made = 0;
  return serve(async (path, body, answer) => {
    if (path === "/sdapi/v1/options")
      return json(answer, { randn_source: "CPU", sd_model_checkpoint: "m [0724518c6b]", some_api_key: "sk-secret" });
    if (!/^\/sdapi\/v1\/(txt2img|img2img)$/.test(path)) return json(answer, { detail: "Not Found" }, 404);
    const asked = JSON.parse(body) as { seed?: number; prompt?: string };
    if (asked.prompt === "fail") return json(answer, { detail: "out of memory" }, 500);
    if (asked.prompt?.includes("slow")) await sleep(2_000);
    const seed = asked.seed === undefined || asked.seed < 0 ? 562327064 : asked.seed;
    return json(answer, {
      images: [files[made++ % files.length]!],
      parameters: asked,
      info: JSON.stringify({ all_seeds: [seed], infotexts: [] }),
    });
  });
}

/** A ComfyUI server whose runs put out the given files in turn, each after a moment. */
export async function fakeComfyui(...images: readonly string[]): Promise<FakeServer> {
  const files = images.map((image) => readFileSync(image));
  const runs = new Map<string, { graph: object; ready: number }>();
  return serve(async (path, body, answer, query) => {
    if (/^(?:\/api)?\/prompt$/.test(path)) {
      const { prompt } = JSON.parse(body) as { prompt: object };
      const id = `run-${runs.size + 1}`;
      runs.set(id, { graph: prompt, ready: Date.now() + 300 });
      return json(answer, { prompt_id: id, number: runs.size, node_errors: {} });
    }
    const id = /^\/history\/(.+)$/.exec(path)?.[1];
    const run = id === undefined ? undefined : runs.get(id);
    if (id !== undefined) return json(answer, run && Date.now() >= run.ready ? { [id]: finished(id, run.graph) } : {});
    if (path === "/history") {
      const done = [...runs].filter(([, { ready }]) => Date.now() >= ready);
      return json(answer, Object.fromEntries(done.map(([name, { graph }]) => [name, finished(name, graph)])));
    }
    if (path === "/system_stats")
      return json(answer, { system: { comfyui_version: "0.3.60", ram_free: Math.random() } });
    if (!path.startsWith("/view")) return json(answer, {}, 404);
    answer.writeHead(200, { "content-type": "image/png" });
    answer.end(files[(Number(/\d+/.exec(query.get("filename") ?? "")?.[0] ?? 1) - 1) % files.length]);
  });
}

function finished(id: string, graph: object): object {
  const outputs = { "7": { images: [{ filename: `${id}.png`, subfolder: "", type: "output" }] } };
  const messages = [
    ["execution_start", {}],
    ["execution_cached", { nodes: [] }],
    ["execution_success", {}],
  ];
  return { prompt: [0, id, graph, {}, ["7"]], outputs, status: { status_str: "success", completed: true, messages } };
}

type Answerer = (path: string, body: string, answer: ServerResponse, query: URLSearchParams) => Promise<void> | void;

async function serve(answerer: Answerer): Promise<FakeServer> {
  const asked: string[] = [];
  const server: Server = createServer(async (incoming, answer) => {
    const [path = "/", query] = (incoming.url ?? "/").split("?");
    asked.push(`${incoming.method} ${path}`);
    await answerer(path, await textOf(incoming), answer, new URLSearchParams(query));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function json(answer: ServerResponse, value: unknown, status = 200): void {
  answer.writeHead(status, { "content-type": "application/json" });
  answer.end(JSON.stringify(value));
}
