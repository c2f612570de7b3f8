/**
 * ComfyUI's API and WebSocket over an engine: its core graph runs here, every other node is refused by name.
 * @see ComfyUI server.py, execution.py: routes, messages and errors, as behaviour
 */

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { freemem, totalmem } from "node:os";
import type { Duplex } from "node:stream";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { SeedproofError } from "../../../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../../../base/json.ts";
import { tryJson } from "../../../base/json-text.ts";
import { toolName } from "../../../base/tool.ts";
import { type GraphOffers, NODES, objectInfo } from "../../../node/graph/definitions.ts";
import { hasImage, uploadedImages } from "../../../node/graph/files.ts";
import { validateGraph } from "../../../node/graph/validate.ts";
import { embeddingNames } from "../../../node/learnt-words.ts";
import { numberOf, textOf } from "../../../recipe/values.ts";
import type { FaceDeps } from "../deps.ts";
import { type Events, events, FEATURES } from "./events.ts";
import { imageRoutes } from "./images.ts";
import { type GraphQueue, graphQueue, QUEUE_LIMITS, queueEntry } from "./queue.ts";

/** The face: routes for the root of a server, and what its `upgrade` events are given to. */
export interface ComfyFace {
  readonly app: Hono;
  /** Takes over a connection to `/ws` or `/api/ws` and says so; every other one is left to the caller. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}

/** Bytes of a graph with what comes beside it: the largest workflows have 4 million. CWE-770. */
const MAX_PROMPT = 32 * 1024 * 1024;

/** Who may call the routes is the server's to check. */
export function comfyFace(deps: FaceDeps): ComfyFace {
  let told: Events;
  const queue = graphQueue(deps, () => told);
  told = events(() => queue.status());
  const routes = new Hono();
  // Counted as it comes: a body need not say how long it is.
  const limited = (maxSize: number) => bodyLimit({ maxSize, onError: (c) => c.body(null, 413) });
  routes.use("/upload/*", limited(Number(FEATURES.max_upload_size)));
  for (const path of ["/prompt", "/queue", "/interrupt", "/history", "/free"]) routes.use(path, limited(MAX_PROMPT));
  promptRoutes(routes, deps, queue);
  queueRoutes(routes, queue);
  infoRoutes(routes, deps);
  routes.route("/", imageRoutes(deps.home));
  const app = new Hono();
  app.onError((error, c) =>
    c.json(
      { error: { type: "seedproof", message: errorText(error), details: "", extra_info: {} }, node_errors: {} },
      error instanceof SeedproofError ? 400 : 500,
    ),
  );
  // Every route is there twice, as in ComfyUI.
  app.route("/api", routes);
  app.route("/", routes);
  return {
    app,
    upgrade: (request, socket, head) => {
      if (!/^\/(?:api\/)?ws(?:\?|$)/.test(request.url ?? "")) return false;
      told.accept(request, socket, head);
      return true;
    },
    close: () => told.close(),
  };
}

function errorText(error: unknown): string {
  return error instanceof SeedproofError ? error.message : "the request could not be carried out";
}

function promptRoutes(app: Hono, deps: FaceDeps, queue: GraphQueue): void {
  let count = 0;
  app.get("/prompt", (c) => c.json(queue.status()));
  app.post("/prompt", async (c) => {
    const body = await c.req.text();
    const json = tryJson(body);
    if (!isObject(json) || json.prompt === undefined) return noPrompt(c);
    const validated = validateGraph(json.prompt, await lists(deps));
    if (!validated.ok) return c.json({ error: validated.error, node_errors: validated.node_errors }, 400);
    const waiting = queue.pending.reduce((sum, item) => sum + item.body.length, body.length);
    if (queue.pending.length >= QUEUE_LIMITS.pending || waiting > QUEUE_LIMITS.characters) {
      throw new SeedproofError("face.queue-full", `${queue.pending.length} graphs wait already`);
    }
    const id = textOf(json.prompt_id) || randomUUID();
    const { graph, outputs, node_errors } = validated;
    const front = json.front === true;
    const number = numberOf(json.number) ?? (front ? -count : count);
    count++;
    const extra = isObject(json.extra_data) ? json.extra_data : {};
    queue.add({ number, id, graph, outputs, extra, client: textOf(json.client_id), body }, front);
    return c.json({ prompt_id: id, number, node_errors });
  });
}

function noPrompt(c: Context): Response {
  const error = { type: "no_prompt", message: "No prompt provided", details: "No prompt provided", extra_info: {} };
  return c.json({ error, node_errors: {} }, 400);
}

function queueRoutes(app: Hono, queue: GraphQueue): void {
  app.get("/queue", (c) =>
    c.json({
      queue_running: queue.running ? [queueEntry(queue.running)] : [],
      queue_pending: queue.pending.map(queueEntry),
    }),
  );
  app.post("/queue", async (c) => {
    const body = await bodyOf(c);
    if (body.clear === true) queue.clear();
    queue.delete(textsIn(body.delete));
    return c.body(null, 200);
  });
  app.post("/interrupt", async (c) => {
    queue.interrupt(textOf((await bodyOf(c)).prompt_id));
    return c.body(null, 200);
  });
  app.get("/history", (c) => {
    const most = Math.max(Number.parseInt(c.req.query("max_items") ?? "", 10) || queue.history.size, 0);
    return c.json(Object.fromEntries([...queue.history].slice(most > 0 ? -most : queue.history.size)));
  });
  app.get("/history/:id", (c) => {
    const entry = queue.history.get(c.req.param("id"));
    return c.json(entry ? { [c.req.param("id")]: entry } : {});
  });
  app.post("/history", async (c) => {
    const body = await bodyOf(c);
    if (body.clear === true) queue.history.clear();
    for (const id of textsIn(body.delete)) queue.history.delete(id);
    return c.body(null, 200);
  });
}

function infoRoutes(app: Hono, deps: FaceDeps): void {
  app.get("/object_info", async (c) => {
    const offered = await lists(deps);
    return c.json(Object.fromEntries(Object.keys(NODES).map((name) => [name, objectInfo(name, offered)])));
  });
  app.get("/object_info/:node", async (c) => {
    const name = c.req.param("node");
    return c.json(Object.hasOwn(NODES, name) ? { [name]: objectInfo(name, await lists(deps)) } : {});
  });
  app.get("/system_stats", (c) => c.json(systemStats(deps)));
  app.get("/embeddings", (c) => c.json(embeddings(deps)));
  app.get("/extensions", (c) => c.json([]));
  app.get("/features", (c) => c.json(FEATURES));
  app.get("/models", (c) => c.json(["checkpoints", "embeddings", "loras", "vae"]));
  app.get("/models/:folder", async (c) => {
    const { checkpoints, loras, vaes } = await lists(deps);
    const folders: Readonly<Record<string, readonly string[]>> = {
      ...{ checkpoints, loras, vae: vaes },
      embeddings: embeddings(deps).map((name) => `${name}.safetensors`),
    };
    const folder = folders[c.req.param("folder")];
    return folder ? c.json([...folder]) : c.body(null, 404);
  });
  // Models are closed when another one is needed; there is no memory of a graphics card to free.
  app.post("/free", (c) => c.body(null, 200));
}

function systemStats({ engine, version }: FaceDeps): JsonObject {
  const memory = { ram_total: totalmem(), ram_free: freemem() };
  const system = {
    os: process.platform,
    ...memory,
    comfyui_version: toolName(version),
    python_version: "",
    pytorch_version: "",
    embedded_python: false,
    argv: [],
  };
  const device = { name: `seedproof ${engine.name}`, type: "cpu", index: null };
  return {
    system,
    devices: [
      {
        ...device,
        vram_total: totalmem(),
        vram_free: freemem(),
        torch_vram_total: totalmem(),
        torch_vram_free: freemem(),
      },
    ],
  };
}

/** A connected engine has its own, which its interface does not tell. */
function embeddings({ engine, home }: FaceDeps): string[] {
  return engine.name === "embedded" ? embeddingNames(home) : [];
}

async function lists({ engine, home }: FaceDeps): Promise<GraphOffers> {
  const { models, adapters, vaes } = await engine.capabilities();
  return {
    checkpoints: models.map(({ name }) => name),
    loras: adapters,
    vaes,
    images: uploadedImages(home),
    hasImage: (name) => hasImage(home, name),
  };
}

async function bodyOf(c: Context): Promise<JsonObject> {
  const json = tryJson(await c.req.text());
  return isObject(json) ? json : {};
}

function textsIn(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : []).filter((item) => typeof item === "string");
}
