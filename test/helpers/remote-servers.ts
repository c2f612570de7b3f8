/**
 * Servers that speak the APIs of A1111, ComfyUI and stable-diffusion.cpp as their sources and documents describe them, small
 * and strict: they check what they get as the programs do, and write into their images what the programs write.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { embed } from "../../src/image/embed.ts";
import { encodePng } from "../../src/image/encode-png.ts";

type Fields = Record<string, unknown>;

/** A running server, with what it was asked. */
export interface RemoteTestServer {
  readonly url: string;
  /** `METHOD /path`, in order. */
  readonly asked: string[];
  /** Bodies of requests for images. */
  readonly bodies: Fields[];
  close(): Promise<void>;
}

/** A picture that depends on what was asked, so that another seed is another picture. */
export function pictureOf(what: unknown, side = 16): { width: number; height: number; channels: 3; data: Uint8Array } {
  let state = [...JSON.stringify(what)].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0, 7);
  const data = Uint8Array.from({ length: side * side * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width: side, height: side, channels: 3, data };
}

const pngWith = (what: unknown, key: string, text: string): Buffer =>
  Buffer.from(embed(encodePng(pictureOf(what)), { texts: [{ where: "tEXt", key, text }] }));

/** How an A1111 server is to behave. */
export interface A1111Ways {
  /** 1.8 and before have no list of schedules. */
  readonly schedules?: boolean;
  /** What it draws instead of what it was asked for. */
  readonly instead?: Fields;
  /** Milliseconds that a job takes; progress is told meanwhile. */
  readonly takes?: number;
  readonly password?: string;
  readonly leavesSettings?: boolean;
  readonly answer?: (body: Fields) => { status: number; body: unknown } | undefined;
}

const SHA256 = "0724518c6b".padEnd(64, "a");

/** An A1111 server with one checkpoint. */
export function a1111Server(ways: A1111Ways = {}): Promise<RemoteTestServer & { state: { interrupted: number } }> {
  const state = { interrupted: 0 };
  let options: Fields = {
    samples_format: "png",
    sd_model_checkpoint: "juggernautXL_v7Rundiffusion.safetensors [0724518c6b]",
    sd_vae: "Automatic",
    CLIP_stop_at_last_layers: 1,
    randn_source: "GPU",
    openai_api_key: "sk-secret",
  };
  let job: { started: number; body: Fields } | undefined;
  const list =
    ways.schedules === false
      ? ["Euler a", "DPM++ 2M", "DPM++ 2M Karras", "DPM++ 2M SDE Karras"]
      : ["Euler a", "DPM++ 2M", "DPM++ 2M SDE"];
  const gets: Record<string, () => unknown> = {
    "/sdapi/v1/options": () => options,
    "/sdapi/v1/sd-models": () => [
      {
        title: "juggernautXL_v7Rundiffusion.safetensors [0724518c6b]",
        model_name: "juggernautXL_v7Rundiffusion",
        hash: "0724518c6b",
        sha256: SHA256,
        filename: "/models/juggernautXL_v7Rundiffusion.safetensors",
        config: null,
      },
    ],
    "/sdapi/v1/samplers": () => list.map((name) => ({ name, aliases: [], options: {} })),
    "/sdapi/v1/sd-vae": () => [{ model_name: "sdxl_vae.safetensors", filename: "/models/VAE/sdxl_vae.safetensors" }],
    "/sdapi/v1/loras": () => [
      { name: "EnvyActionShotXL01", alias: "EnvyActionShotXL01", path: "/l.safetensors", metadata: {} },
    ],
    "/sdapi/v1/upscalers": () => [{ name: "Lanczos", model_name: null, model_path: null, model_url: null, scale: 4 }],
    "/sdapi/v1/latent-upscale-modes": () => [{ name: "Latent" }],
    "/sdapi/v1/cmd-flags": () => ({ api: true, api_auth: "u:p", xformers: true }),
    "/internal/sysinfo": () => ({
      Version: "v1.10.1",
      Commit: "82a973c",
      Platform: "Linux",
      Environment: { HOME: "/home/me" },
    }),
    "/sdapi/v1/progress": () => ({
      progress: 0.5,
      eta_relative: 1,
      state: {
        skipped: false,
        interrupted: false,
        job: job ? "task" : "",
        sampling_step: job ? 3 : 0,
        sampling_steps: job ? 6 : 0,
      },
      current_image: job ? Buffer.from(encodePng(pictureOf("preview"))).toString("base64") : null,
    }),
    ...(ways.schedules === false
      ? {}
      : {
          "/sdapi/v1/schedulers": () =>
            ["Automatic", "Karras"].map((label) => ({ name: label.toLowerCase(), label, aliases: null })),
        }),
  };
  return serve(async ({ path, method, text, headers, bodies }, answer) => {
    if (ways.password && headers.authorization !== `Basic ${Buffer.from(ways.password).toString("base64")}`)
      return json(answer, { detail: "Incorrect username or password" }, 401);
    if (method === "GET" && gets[path]) return json(answer, gets[path]());
    if (path === "/sdapi/v1/interrupt") {
      state.interrupted++;
      return json(answer, {});
    }
    if (!/^\/sdapi\/v1\/(txt2img|img2img)$/.test(path) || method !== "POST")
      return json(answer, { detail: "Not Found" }, 404);
    const body = JSON.parse(text) as Fields;
    bodies.push(body);
    const other = ways.answer?.(body);
    if (other) return json(answer, other.body, other.status);
    if (!list.includes(String(body.sampler_name ?? "Euler a")))
      return json(answer, { detail: "Sampler not found" }, 404);
    job = { started: Date.now(), body };
    await new Promise((done) => setTimeout(done, ways.takes ?? 0));
    job = undefined;
    if (ways.leavesSettings) options = { ...options, ...(body.override_settings as Fields) };
    const drawn = { ...body, ...ways.instead };
    const settings = body.override_settings as Fields;
    const lines = [
      `Steps: ${drawn.steps}, Sampler: ${drawn.sampler_name}`,
      ...(drawn.scheduler ? [`Schedule type: ${drawn.scheduler}`] : []),
      `CFG scale: ${drawn.cfg_scale}, Seed: ${drawn.seed}, Size: ${drawn.width}x${drawn.height}`,
      `Model hash: ${drawn.hash ?? "0724518c6b"}, Model: juggernautXL_v7Rundiffusion`,
      ...(drawn.init_images ? [`Denoising strength: ${drawn.denoising_strength}`] : []),
      ...(settings.CLIP_stop_at_last_layers ? [`Clip skip: ${settings.CLIP_stop_at_last_layers}`] : []),
      "Version: v1.10.1",
    ];
    const infotext = `${drawn.prompt}\nNegative prompt: ${drawn.negative_prompt}\n${lines.join(", ")}`;
    const info = { all_seeds: [drawn.seed], all_subseeds: [1], infotexts: [infotext], sd_model_hash: "0724518c6b" };
    return json(answer, {
      images: [pngWith(drawn, "parameters", infotext).toString("base64")],
      parameters: body,
      info: JSON.stringify(info),
    });
  }).then((server) => ({ ...server, state }));
}

/** How a ComfyUI server is to behave. */
export interface ComfyuiWays {
  /** Its cache goes by class and inputs of each node, as ComfyUI's; this one forgets to look at inputs that it does not know. */
  readonly ignoresUnknown?: boolean;
  readonly fails?: "validation" | "execution" | "interrupted";
  readonly takes?: number;
  readonly outputs?: "none";
  readonly version?: Fields | null;
}

/** A ComfyUI server with a cache by inputs, a queue of one, events and a history. */
export function comfyuiServer(
  ways: ComfyuiWays = {},
): Promise<
  RemoteTestServer & { state: { interrupted: Fields[]; deleted: string[]; uploads: string[]; graphs: string[] } }
> {
  const state = {
    interrupted: [] as Fields[],
    deleted: [] as string[],
    uploads: [] as string[],
    graphs: [] as string[],
  };
  const cache = new Set<string>();
  const history = new Map<string, Fields>();
  const files = new Map<string, Buffer>();
  const sockets = new Map<string, (data: string | Buffer) => void>();
  let running: string | undefined;
  const combo = (node: string, lists: Fields): Fields => ({
    [node]: { input: { required: lists }, output: [], name: node },
  });
  const nodes: Fields = {
    ...combo("CheckpointLoaderSimple", { ckpt_name: [["sd15.safetensors"], { tooltip: "" }] }),
    ...combo("VAELoader", { vae_name: [["vae.safetensors"]] }),
    ...combo("LoraLoader", { lora_name: ["COMBO", { options: ["style/ink.safetensors"] }] }),
    ...combo("KSampler", {
      sampler_name: [["euler", "euler_ancestral", "dpmpp_2m"]],
      scheduler: [["normal", "karras"]],
    }),
  };
  const run = async (
    id: string,
    graph: Record<string, { class_type: string; inputs: Fields }>,
    text: string,
    client: string,
  ) => {
    running = id;
    const send = (type: string, data: Fields): void => sockets.get(client)?.(JSON.stringify({ type, data }));
    const keyOf = (node: string): string => {
      const { class_type, inputs } = graph[node]!;
      const known = Object.entries(inputs).filter(([name]) => !ways.ignoresUnknown || name !== "seedproof_run");
      return JSON.stringify([
        class_type,
        known.map(([name, value]) => [name, Array.isArray(value) ? keyOf(String(value[0])) : value]),
      ]);
    };
    const cached = Object.keys(graph).filter((node) => cache.has(keyOf(node)));
    for (const node of Object.keys(graph)) cache.add(keyOf(node));
    send("execution_start", { prompt_id: id });
    send("execution_cached", { nodes: cached, prompt_id: id });
    const sampler = Object.keys(graph).find((node) => graph[node]!.class_type.startsWith("KSampler"));
    for (let value = 1; value <= 2; value++) {
      await new Promise((done) => setTimeout(done, (ways.takes ?? 0) / 2));
      send("progress", { value, max: 2, prompt_id: id, node: sampler });
      const head = Buffer.alloc(8);
      head.writeUInt32BE(1, 0);
      head.writeUInt32BE(2, 4);
      sockets.get(client)?.(Buffer.concat([head, encodePng(pictureOf("preview"))]));
    }
    running = undefined;
    if (state.interrupted.length > 0 || state.deleted.includes(id)) return;
    const name = `ComfyUI_${history.size + 1}_.png`;
    files.set(name, pngWith(text.replace(/"seedproof_run":"[^"]*"/g, ""), "prompt", text));
    const messages: unknown[] = [
      ["execution_start", { prompt_id: id, timestamp: 1 }],
      ["execution_cached", { nodes: cached, prompt_id: id, timestamp: 2 }],
    ];
    if (ways.fails === "execution")
      messages.push([
        "execution_error",
        {
          node_id: sampler,
          node_type: "KSampler",
          exception_type: "OutOfMemoryError",
          exception_message: "allocation on device",
          traceback: [],
        },
      ]);
    else if (ways.fails === "interrupted") messages.push(["execution_interrupted", { node_id: sampler, executed: [] }]);
    else messages.push(["execution_success", { prompt_id: id, timestamp: 3 }]);
    history.set(id, {
      prompt: [history.size, id, graph, {}, ["9"]],
      outputs:
        ways.fails || ways.outputs === "none"
          ? {}
          : { "9": { images: [{ filename: name, subfolder: "", type: "output" }] } },
      status: { status_str: ways.fails ? "error" : "success", completed: !ways.fails, messages },
    });
  };
  return serve(
    async ({ path, method, text, query, bodies }, answer) => {
      if (path === "/system_stats" && ways.version !== null)
        return json(answer, {
          system: ways.version ?? {
            os: "posix",
            comfyui_version: "0.3.60",
            pytorch_version: "2.8.0",
            ram_free: Math.random(),
            argv: ["main.py"],
          },
          devices: [{ name: "cuda:0", type: "cuda", vram_free: Math.random() }],
        });
      const node = /^\/object_info\/(\w+)$/.exec(path)?.[1];
      if (node) return json(answer, nodes[node] ? { [node]: nodes[node] } : {});
      if (path === "/view_metadata/checkpoints")
        return json(answer, { "modelspec.title": "SD 1.5", sshs_model_hash: "abc" });
      if (path === "/queue" && method === "GET")
        return json(answer, { queue_running: running ? [[0, running, {}, {}, []]] : [], queue_pending: [] });
      if (path === "/queue") {
        state.deleted.push(...((JSON.parse(text) as { delete?: string[] }).delete ?? []));
        return json(answer, {});
      }
      if (path === "/interrupt") {
        state.interrupted.push(JSON.parse(text) as Fields);
        return json(answer, {});
      }
      if (path === "/upload/image") {
        const name = /filename="([^"]+)"/.exec(text)![1]!;
        state.uploads.push(name);
        return json(answer, { name, subfolder: "", type: "input" });
      }
      const id = /^\/history\/(.+)$/.exec(path)?.[1];
      if (id) return json(answer, history.has(id) ? { [id]: history.get(id) } : {});
      const file = path === "/view" ? files.get(query.get("filename") ?? "") : undefined;
      if (file) {
        answer.writeHead(200, { "content-type": "image/png" });
        answer.end(file);
        return;
      }
      if (path !== "/prompt" || method !== "POST") return json(answer, {}, 404);
      const body = JSON.parse(text) as {
        prompt: Record<string, { class_type: string; inputs: Fields }>;
        client_id: string;
      };
      bodies.push(body);
      state.graphs.push(text.slice(text.indexOf("{", 1), text.lastIndexOf(',"client_id"')));
      if (ways.fails === "validation")
        return json(
          answer,
          {
            error: {
              type: "prompt_outputs_failed_validation",
              message: "Prompt outputs failed validation",
              details: "",
              extra_info: {},
            },
            node_errors: {
              "1": {
                errors: [
                  {
                    type: "value_not_in_list",
                    message: "Value not in list",
                    details: "ckpt_name: 'x' not in ['sd15.safetensors']",
                    extra_info: { input_name: "ckpt_name" },
                  },
                ],
                dependent_outputs: ["9"],
                class_type: "CheckpointLoaderSimple",
              },
            },
          },
          400,
        );
      const run_id = `00000000-0000-4000-8000-${String(bodies.length).padStart(12, "0")}`;
      void run(run_id, body.prompt, state.graphs.at(-1)!, body.client_id);
      return json(answer, { prompt_id: run_id, number: bodies.length, node_errors: {} });
    },
    (server) => {
      const socketServer = new WebSocketServer({ server });
      socketServer.on("connection", (socket, request) => {
        const client = new URL(request.url ?? "/", "http://x").searchParams.get("clientId") ?? "";
        sockets.set(client, (data) => socket.send(data));
        socket.send(
          JSON.stringify({ type: "status", data: { status: { exec_info: { queue_remaining: 0 } }, sid: client } }),
        );
      });
    },
  ).then((server) => ({ ...server, state }));
}

/** How a server of stable-diffusion.cpp is to behave. */
export interface SdcppWays {
  readonly api?: "sdcpp" | "openai" | "old" | "none";
  readonly fails?: boolean;
  /** Questions after a job until it is done. */
  readonly polls?: number;
}

/** A server of stable-diffusion.cpp with one model. */
export function sdcppServer({
  api = "sdcpp",
  fails = false,
  polls = 1,
}: SdcppWays = {}): Promise<RemoteTestServer & { state: { cancelled: string[]; texts: string[] } }> {
  const state = { cancelled: [] as string[], texts: [] as string[] };
  const jobs = new Map<string, { left: number; body: Fields }>();
  const picture = (body: Fields): string => {
    const params = body.sample_params as {
      sample_method?: string;
      scheduler?: string;
      sample_steps?: number;
      guidance?: Fields;
    };
    const infotext = `${body.prompt}\nNegative prompt: ${body.negative_prompt}\nSteps: ${params.sample_steps}, CFG scale: ${params.guidance?.txt_cfg}, Guidance: 3.5, Eta: 0, Seed: ${body.seed}, Size: ${body.width}x${body.height}, Model: sd15.safetensors, RNG: cuda, Sampler: ${params.sample_method} ${params.scheduler ?? ""}, Version: stable-diffusion.cpp`;
    return pngWith(body, "parameters", infotext).toString("base64");
  };
  return serve(async ({ path, method, text, bodies }, answer) => {
    if (api === "sdcpp" && path === "/sdcpp/v1/capabilities")
      return json(answer, {
        model: { name: "sd15.safetensors", stem: "sd15", path: "/m/sd15.safetensors" },
        samplers: ["euler", "euler_a", "dpm++2m"],
        schedulers: ["discrete", "karras"],
        loras: [{ name: "ink", path: "style/ink.safetensors" }],
        upscalers: [{ name: "Latent" }],
        limits: { max_queue_size: 8 },
      });
    if (api === "sdcpp" && path === "/sdcpp/v1/img_gen" && method === "POST") {
      state.texts.push(text);
      const body = JSON.parse(text) as Fields;
      bodies.push(body);
      const id = `job_${bodies.length}`;
      jobs.set(id, { left: polls, body });
      return json(answer, { id, kind: "img_gen", status: "queued", created: 1, poll_url: `/sdcpp/v1/jobs/${id}` }, 202);
    }
    const [, id, cancel] = /^\/sdcpp\/v1\/jobs\/(\w+)(\/cancel)?$/.exec(path) ?? [];
    const job = id === undefined ? undefined : jobs.get(id);
    if (job && cancel) {
      state.cancelled.push(id!);
      return json(answer, {});
    }
    if (job) {
      const frame = { id, kind: "img_gen", created: 1, queue_position: 0 };
      if (job.left-- > 0) return json(answer, { ...frame, status: "generating", result: null, error: null });
      return fails
        ? json(answer, {
            ...frame,
            status: "failed",
            result: null,
            error: { code: "generation_failed", message: "generate_image returned empty results" },
          })
        : json(answer, {
            ...frame,
            status: "completed",
            result: { output_format: "png", images: [{ index: 0, b64_json: picture(job.body) }] },
            error: null,
          });
    }
    if (api === "openai" && path === "/v1/models")
      return json(answer, { data: [{ id: "sd-cpp-local", object: "model", owned_by: "local" }] });
    if (api === "openai" && path === "/v1/images/generations") {
      const outer = JSON.parse(text) as Fields;
      const [, words, extra] =
        /^(.*?) ?<sd_cpp_extra_args>(.*)<\/sd_cpp_extra_args>$/s.exec(String(outer.prompt)) ?? [];
      const [width, height] = String(outer.size).split("x").map(Number);
      const body = { ...(JSON.parse(extra!) as Fields), prompt: words, width, height };
      bodies.push(body);
      return json(answer, { created: 1, output_format: "png", data: [{ b64_json: picture(body) }] });
    }
    if (api === "openai" && path === "/v1/images/edits" && method === "POST") {
      const field = (name: string) =>
        new RegExp(`name="${name}"(?:; filename="([^"]+)")?[^]*?\r\n\r\n([^]*?)\r\n--`).exec(text);
      const [, words, extra] =
        /^(.*?) ?<sd_cpp_extra_args>(.*)<\/sd_cpp_extra_args>$/s.exec(field("prompt")?.[2] ?? "") ?? [];
      const [image, mask] = [field("image\\[\\]"), field("mask")];
      if (!image) return json(answer, { error: "image[] is required" }, 400);
      const [width, height] = String(field("size")?.[2]).split("x").map(Number);
      const sent = { image: image[1], ...(mask && { mask: mask[1] }) };
      const body = { ...(JSON.parse(extra!) as Fields), prompt: words, width, height, ...sent };
      bodies.push(body);
      return json(answer, { created: 1, output_format: "png", data: [{ b64_json: picture(body) }] });
    }
    if (api === "old" && path === "/txt2img") return json(answer, []);
    return json(answer, { error: "not found" }, 404);
  }).then((server) => ({ ...server, state }));
}

interface Incoming {
  readonly path: string;
  readonly method: string;
  readonly text: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly bodies: Fields[];
}

/** Any server: tests of hostile ones bring their own answers. */
export async function serve(
  answerer: (incoming: Incoming, answer: ServerResponse) => unknown,
  more?: (server: Server) => void,
): Promise<RemoteTestServer> {
  const asked: string[] = [];
  const bodies: Fields[] = [];
  const server = createServer(async (incoming, answer) => {
    const url = new URL(incoming.url ?? "/", "http://x");
    asked.push(`${incoming.method} ${url.pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    await answerer(
      {
        path: url.pathname,
        method: incoming.method ?? "",
        text,
        query: url.searchParams,
        headers: incoming.headers,
        bodies,
      },
      answer,
    );
  });
  more?.(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    bodies,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function json(answer: ServerResponse, value: unknown, status = 200): void {
  answer.writeHead(status, { "content-type": "application/json" });
  answer.end(JSON.stringify(value));
}
