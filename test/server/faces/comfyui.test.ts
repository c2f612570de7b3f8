import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { generate } from "../../../src/engine/pipeline.ts";
import { toRaster } from "../../../src/engine/pixels.ts";
import { encodePng } from "../../../src/image/encode-png.ts";
import { pixelHash } from "../../../src/image/pixel-hash.ts";
import { openEmbedded } from "../../../src/node/embedded.ts";
import { decodeDisplayed } from "../../../src/node/pixels.ts";
import { readImage } from "../../../src/node/read-image.ts";
import { type FacesServer, facesServer } from "../../helpers/faces-server.ts";

let server: FacesServer;
beforeAll(async () => {
  server = await facesServer();
});
afterAll(() => server.close());

type Node = { class_type: string; inputs: Record<string, unknown> };
type Graph = Record<string, Node>;
interface Entry {
  readonly prompt: unknown[];
  readonly outputs: Record<string, { images: { filename: string; subfolder: string; type: string }[] }>;
  readonly status: { readonly status_str: string; readonly messages: [string, Record<string, unknown>][] };
}

const SAMPLER = { seed: 5, steps: 2, cfg: 4, sampler_name: "euler", scheduler: "normal", denoise: 1 };
const graph = (sampler: Record<string, unknown> = {}, more: Graph = {}): Graph => ({
  "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "tiny" } },
  "2": { class_type: "CLIPTextEncode", inputs: { text: "a fox", clip: ["1", 1] } },
  "3": { class_type: "CLIPTextEncode", inputs: { text: "blur", clip: ["1", 1] } },
  "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
  "5": {
    class_type: "KSampler",
    inputs: { ...SAMPLER, model: ["1", 0], positive: ["2", 0], negative: ["3", 0], latent_image: ["4", 0], ...sampler },
  },
  "6": { class_type: "VAEDecode", inputs: { samples: ["5", 0], vae: ["1", 2] } },
  "7": { class_type: "SaveImage", inputs: { filename_prefix: "test", images: ["6", 0] } },
  ...more,
});

const call = (path: string, body?: unknown): Promise<Response> =>
  fetch(
    server.url + path,
    body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) },
  );
const get = async <T>(path: string): Promise<T> => (await (await call(path)).json()) as T;

async function run(prompt: Graph, extra: object = {}): Promise<Entry> {
  const answer = await call("/prompt", { prompt, client_id: "test", ...extra });
  const { prompt_id: id, ...rest } = (await answer.json()) as { prompt_id: string };
  expect(rest).toMatchObject({ node_errors: {} });
  return done(id);
}
async function done(id: string): Promise<Entry> {
  await expect.poll(async () => id in (await get<object>(`/history/${id}`)), { timeout: 60_000 }).toBe(true);
  return (await get<Record<string, Entry>>(`/history/${id}`))[id]!;
}
const fileOf = ({ outputs }: Entry, node = "7"): string => {
  const { filename, subfolder, type } = outputs[node]!.images[0]!;
  return join(server.home, "faces", type, subfolder, filename);
};
const pixelsOf = async (entry: Entry, node?: string): Promise<string> =>
  pixelHash(await decodeDisplayed(fileOf(entry, node)));
const png = (side: number, value: number, alpha?: number): Uint8Array =>
  encodePng({
    ...{ width: side, height: side, channels: alpha === undefined ? 3 : 4 },
    data: new Uint8Array(
      Array.from({ length: side * side }, () => [value, value, value, ...(alpha === undefined ? [] : [alpha])]).flat(),
    ),
  });
async function upload(
  bytes: Uint8Array,
  name: string,
  fields: Record<string, string> = {},
  path = "/upload/image",
): Promise<Response> {
  const form = new FormData();
  form.append("image", new Blob([Uint8Array.from(bytes)], { type: "image/png" }), name);
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  return fetch(server.url + path, { method: "POST", body: form });
}

describe("a graph", () => {
  test("draws to the bit what the embedded engine draws by ComfyUI's customs, and its image carries graph and recipe", async () => {
    const workflow = { nodes: [], extra: { name: "狐" } };
    const entry = await run(graph(), { extra_data: { extra_pnginfo: { workflow } } });
    expect(entry.status.status_str).toBe("success");
    const engine = await openEmbedded({ model: join(server.home, "models", "tiny"), mode: "reference" });
    // The tiny autoencoder has four pixels a cell where the node takes eight for granted.
    const { value } = await generate(engine.model, {
      ...{ tool: "comfyui", dialect: "comfyui", clipSkip: 1, prompt: "a fox", negative: "blur", steps: 2, cfg: 4 },
      ...{ sampler: "euler", schedule: "normal", source: "torch-cpu", size: { width: 32, height: 32 }, seeds: [5n] },
    }).next();
    await engine.close();
    expect(await pixelsOf(entry)).toBe(pixelHash(toRaster(value!.pixels, "truncate")));
    const reading = await readImage(fileOf(entry));
    expect(reading).toMatchObject({
      status: "recipe",
      recipe: { seed: "5", passes: [{ steps: 2, cfg: 4 }], extra: { noise: "torch-cpu" } },
    });
    expect(reading.blocks.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["parameters", "prompt", "workflow", "seedproof"]),
    );
    expect(JSON.parse(reading.blocks.find(({ key }) => key === "workflow")!.text!)).toEqual(workflow);
    // For the same reason the size of the latent is twice that of the image.
    expect(reading.conflicts.map(({ field }) => field)).toEqual(["/size"]);
  }, 120_000);

  test("keeps seeds to the last digit", async () => {
    const seed = "18446744073709551615";
    const body = JSON.stringify({ prompt: graph({ seed: 77_777 }) }).replace("77777", seed);
    const entry = await done(((await (await call("/prompt", body)).json()) as { prompt_id: string }).prompt_id);
    expect(await readImage(fileOf(entry))).toMatchObject({ recipe: { seed } });
    expect(readFileSync(fileOf(entry)).includes(`"seed":${seed}`)).toBe(true);
  }, 60_000);

  test("is not run again where nothing changed, and says which nodes were cached", async () => {
    const first = await run(graph({ seed: 9 }));
    const again = await run(graph({ seed: 9 }));
    const other = await run(graph({ seed: 10 }));
    const cached = ({ status }: Entry): unknown =>
      status.messages.find(([type]) => type === "execution_cached")![1].nodes;
    expect(cached(again)).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    expect(again.outputs).toEqual(first.outputs);
    expect(cached(other)).toEqual(["1", "2", "3", "4"]);
  }, 60_000);

  test("drawn in two parts with the noise handed on is what it is drawn in one", async () => {
    const part = (
      from: number,
      to: number,
      noise: string,
      leftover: string,
      latent: string,
    ): Record<string, unknown> => ({
      ...{ noise_seed: 5, steps: 4, cfg: 4, sampler_name: "euler", scheduler: "karras" },
      ...{ model: ["1", 0], positive: ["2", 0], negative: ["3", 0], latent_image: [latent, 0] },
      ...{ add_noise: noise, start_at_step: from, end_at_step: to, return_with_leftover_noise: leftover },
    });
    const whole = await run(graph({ steps: 4, scheduler: "karras" }));
    const parts = await run(
      graph(
        {},
        {
          "5": { class_type: "KSamplerAdvanced", inputs: part(0, 2, "enable", "enable", "4") },
          "8": { class_type: "KSamplerAdvanced", inputs: part(2, 10_000, "disable", "disable", "5") },
          "6": { class_type: "VAEDecode", inputs: { samples: ["8", 0], vae: ["1", 2] } },
        },
      ),
    );
    expect(await pixelsOf(parts)).toBe(await pixelsOf(whole));
    const half = await run(
      graph({}, { "5": { class_type: "KSamplerAdvanced", inputs: part(0, 2, "enable", "disable", "4") } }),
    );
    expect(await pixelsOf(half)).not.toBe(await pixelsOf(whole));
  }, 120_000);

  test("starts from an uploaded image, paints under its mask, stretches latents and images, sets the last layer", async () => {
    await upload(png(64, 200), "init.png");
    await upload(png(64, 0), "black.png");
    const image: Graph = {
      "10": { class_type: "LoadImage", inputs: { image: "init.png" } },
      "11": { class_type: "VAEEncode", inputs: { pixels: ["10", 0], vae: ["1", 2] } },
    };
    const drawn = await run(graph({ latent_image: ["11", 0], denoise: 0.5 }, image));
    const more = await run(graph({ latent_image: ["11", 0], denoise: 1, seed: 6 }, image));
    expect(await pixelsOf(drawn)).not.toBe(await pixelsOf(more));
    const masked = (seed: number): Graph =>
      graph(
        { latent_image: ["13", 0], seed },
        {
          ...image,
          "12": { class_type: "LoadImageMask", inputs: { image: "black.png", channel: "red" } },
          "13": { class_type: "SetLatentNoiseMask", inputs: { samples: ["11", 0], mask: ["12", 0] } },
        },
      );
    // Nothing is painted anew where the mask is black everywhere.
    expect(await pixelsOf(await run(masked(1)))).toBe(await pixelsOf(await run(masked(2))));
    const inpainted = await run(
      graph(
        { latent_image: ["13", 0] },
        {
          ...image,
          "13": {
            class_type: "VAEEncodeForInpaint",
            inputs: { pixels: ["10", 0], vae: ["1", 2], mask: ["10", 1], grow_mask_by: 6 },
          },
        },
      ),
    );
    expect(inpainted.status.status_str).toBe("success");
    const larger = await run(
      graph(
        {},
        {
          "14": {
            class_type: "LatentUpscale",
            inputs: { samples: ["5", 0], upscale_method: "bilinear", width: 128, height: 128, crop: "disabled" },
          },
          "15": { class_type: "KSampler", inputs: { ...graph()["5"]!.inputs, latent_image: ["14", 0], denoise: 0.5 } },
          "6": { class_type: "VAEDecode", inputs: { samples: ["15", 0], vae: ["1", 2] } },
          "16": {
            class_type: "ImageScale",
            inputs: { image: ["6", 0], upscale_method: "area", width: 20, height: 0, crop: "disabled" },
          },
          "17": { class_type: "PreviewImage", inputs: { images: ["16", 0] } },
        },
      ),
    );
    expect(await decodeDisplayed(fileOf(larger))).toMatchObject({ width: 64, height: 64 });
    expect(await decodeDisplayed(fileOf(larger, "17"))).toMatchObject({ width: 20, height: 20 });
    const skipped = await run(
      graph(
        { positive: ["20", 0] },
        {
          "19": { class_type: "CLIPSetLastLayer", inputs: { clip: ["1", 1], stop_at_clip_layer: -3 } },
          "20": { class_type: "CLIPTextEncode", inputs: { text: "a fox", clip: ["19", 0] } },
        },
      ),
    );
    // The tiny encoder has two layers.
    expect(skipped.status.messages.at(-1)).toMatchObject([
      "execution_error",
      { node_id: "5", exception_type: "engine.clip-skip" },
    ]);
  }, 180_000);

  test("draws with an adapter at its strength, and records it", async () => {
    const inked = (strength_model: number): Graph =>
      graph(
        { model: ["8", 0] },
        {
          "8": {
            class_type: "LoraLoader",
            inputs: { model: ["1", 0], clip: ["1", 1], lora_name: "ink", strength_model, strength_clip: 0 },
          },
        },
      );
    const plain = await pixelsOf(await run(graph()));
    const strong = await run(inked(0.8));
    expect(await pixelsOf(strong)).not.toBe(plain);
    expect(await pixelsOf(await run(inked(0)))).toBe(plain);
    expect(await pixelsOf(await run(inked(0.4)))).not.toBe(await pixelsOf(strong));
    const { recipe } = await readImage(fileOf(strong));
    expect(recipe).toMatchObject({ adapters: [{ name: "ink", weight: 0.8, weightText: 0 }] });
    expect(recipe!.extra.engine).toMatchObject({ adapters: [{ name: "ink.safetensors", weight: 0.8, weightText: 0 }] });
  }, 120_000);

  test("draws a batch of different images from one stream of noise", async () => {
    const entry = await run(
      graph({}, { "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 2 } } }),
    );
    const files = entry.outputs["7"]!.images.map(({ filename }) =>
      readFileSync(join(server.home, "faces", "output", filename)),
    );
    expect(files).toHaveLength(2);
    expect(files[0]!.equals(files[1]!)).toBe(false);
  }, 60_000);
});

describe("a graph that cannot be run", () => {
  test.each<[string, () => Graph, string, RegExp]>([
    ["no output", () => ({ "1": graph()["1"]! }), "prompt_no_outputs", /no outputs/],
    [
      "a node of another pack",
      () => graph({}, { "8": { class_type: "ControlNetApply", inputs: {} } }),
      "missing_node_type",
      /Node 'ControlNetApply' not found/,
    ],
    [
      "a name from Object's prototype",
      () => graph({}, { "8": { class_type: "constructor", inputs: {} } }),
      "missing_node_type",
      /constructor/,
    ],
    [
      "a checkpoint that is not there",
      () => graph({}, { "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "../../etc" } } }),
      "prompt_outputs_failed_validation",
      /value_not_in_list/,
    ],
    [
      "a missing input",
      () => graph({ seed: undefined }),
      "prompt_outputs_failed_validation",
      /required_input_missing.*"input_name":"seed"/,
    ],
    [
      "a link of another type",
      () => graph({ model: ["1", 1] }),
      "prompt_outputs_failed_validation",
      /return_type_mismatch/,
    ],
    [
      "a link to nowhere",
      () => graph({ model: ["99", 0] }),
      "prompt_outputs_failed_validation",
      /no output 0 of node 99/,
    ],
    [
      "a number beyond its range",
      () => graph({ steps: 0 }),
      "prompt_outputs_failed_validation",
      /value_smaller_than_min/,
    ],
    ["a number that is none", () => graph({ cfg: "much" }), "prompt_outputs_failed_validation", /invalid_input_type/],
    [
      "links in a circle",
      () =>
        graph(
          {},
          {
            "4": {
              class_type: "LatentUpscaleBy",
              inputs: { samples: ["5", 0], upscale_method: "bilinear", scale_by: 1 },
            },
          },
        ),
      "prompt_outputs_failed_validation",
      /Dependency cycle/,
    ],
    [
      "an image outside the folder",
      () =>
        graph(
          {},
          {
            "8": { class_type: "LoadImage", inputs: { image: "../../models/tiny/unet/config.json" } },
            "9": { class_type: "PreviewImage", inputs: { images: ["8", 0] } },
            "7": { class_type: "VAEDecode", inputs: {} },
          },
        ),
      "prompt_outputs_failed_validation",
      /value_not_in_list/,
    ],
  ])("with %s is refused in ComfyUI's form", async (_, make, type, message) => {
    const answer = await call("/prompt", { prompt: make() });
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { error: { type: string } };
    expect(body.error.type).toBe(type);
    expect(JSON.stringify(body)).toMatch(message);
  });

  test("runs its good outputs and names the bad one", async () => {
    const answer = await call("/prompt", {
      prompt: graph({}, { "8": { class_type: "SaveImage", inputs: { images: ["99", 0], filename_prefix: "x" } } }),
    });
    const body = (await answer.json()) as {
      prompt_id: string;
      node_errors: Record<string, { dependent_outputs: string[] }>;
    };
    expect([answer.status, body.node_errors["8"]?.dependent_outputs]).toEqual([200, ["8"]]);
    expect((await done(body.prompt_id)).status.status_str).toBe("success");
  }, 60_000);

  test("fails in the node that fails, and writes no file outside", async () => {
    const entry = await run(
      graph({}, { "7": { class_type: "SaveImage", inputs: { images: ["6", 0], filename_prefix: "../../escape" } } }),
    );
    expect(entry.status.status_str).toBe("error");
    expect(entry.status.messages.at(-1)).toMatchObject([
      "execution_error",
      { node_id: "7", node_type: "SaveImage", exception_type: "face.outside" },
    ]);
    expect(existsSync(join(server.home, "escape_00001_.png"))).toBe(false);
  }, 60_000);

  test("is refused where it would not fit into memory, and where its body does not end", async () => {
    const entry = await run(
      graph({}, { "4": { class_type: "EmptyLatentImage", inputs: { width: 16_384, height: 16_384, batch_size: 64 } } }),
    );
    expect(entry.status.messages.at(-1)).toMatchObject([
      "execution_error",
      { node_id: "4", exception_type: "engine.size-unfit" },
    ]);
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20).fill(32));
      },
    });
    const answer = await fetch(`${server.url}/prompt`, {
      method: "POST",
      body: endless,
      duplex: "half",
    } as RequestInit).catch(() => undefined);
    // The connection may be cut before the answer is read.
    expect([undefined, 413]).toContain(answer?.status);
    expect(sent).toBeLessThan(200 << 20);
  }, 60_000);

  test.each([
    ["nothing", {}],
    ["text", "hello"],
    ["a list", []],
  ])("%s for a body is no prompt", async (_, body) => {
    const answer = await call("/prompt", body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { type: "no_prompt" } }]);
  });
});

describe("the WebSocket", () => {
  async function listen(
    path: string,
  ): Promise<{ messages: { type: string; data: Record<string, unknown> }[]; frames: Buffer[]; socket: WebSocket }> {
    const heard = { messages: [] as { type: string; data: Record<string, unknown> }[], frames: [] as Buffer[] };
    const socket = new WebSocket(server.url.replace("http", "ws") + path);
    socket.on("message", (data: Buffer, binary) =>
      binary ? heard.frames.push(data) : heard.messages.push(JSON.parse(String(data))),
    );
    await new Promise((done) => socket.once("open", done));
    return { ...heard, socket };
  }

  test("tells the client that asked what happens, in ComfyUI's order, and nobody else", async () => {
    const [mine, other] = [await listen("/ws?clientId=mine"), await listen("/api/ws?clientId=other")];
    mine.socket.send(JSON.stringify({ type: "feature_flags", data: { supports_preview_metadata: true } }));
    const answer = await call("/api/prompt", { prompt: graph({ seed: 31, steps: 400 }), client_id: "mine" });
    const { prompt_id: id } = (await answer.json()) as { prompt_id: string };
    await done(id);
    await expect
      .poll(() => mine.messages.some(({ type, data }) => type === "executing" && data.node === null))
      .toBe(true);
    const types = mine.messages
      .filter(({ data }) => data.prompt_id === id)
      .map(({ type, data }) => `${type} ${data.node ?? ""}`.trim());
    expect(types[0]).toBe("execution_start");
    expect(types).toEqual(
      expect.arrayContaining([
        "execution_cached",
        "executing 5",
        "progress 5",
        "executing 6",
        "executed 7",
        "execution_success",
      ]),
    );
    expect(types.at(-1)).toBe("executing");
    expect(mine.messages[0]).toMatchObject({
      type: "status",
      data: { sid: "mine", status: { exec_info: { queue_remaining: 0 } } },
    });
    expect(mine.messages.some(({ type }) => type === "feature_flags")).toBe(true);
    expect(mine.messages.findLast(({ type }) => type === "progress")!.data).toMatchObject({
      value: 400,
      max: 400,
      node: "5",
    });
    const [frame] = mine.frames;
    expect([frame!.readUInt32BE(0), frame!.readUInt32BE(4), frame!.subarray(9, 12).toString()]).toEqual([1, 2, "PNG"]);
    expect([...new Set(other.messages.map(({ type }) => type))]).toEqual(["status"]);
    for (const { socket } of [mine, other]) socket.close();
  }, 120_000);

  test("tells of an interrupted run, and the next one goes on", async () => {
    const mine = await listen("/ws?clientId=stopper");
    const ids: string[] = [];
    for (const seed of [41, 42, 43]) {
      const answer = await call("/prompt", {
        prompt: graph({ seed, steps: seed === 43 ? 2 : 300 }),
        client_id: "stopper",
      });
      ids.push(((await answer.json()) as { prompt_id: string }).prompt_id);
    }
    await expect.poll(() => mine.messages.some(({ type }) => type === "progress"), { timeout: 30_000 }).toBe(true);
    const queue = await get<{ queue_running: unknown[][]; queue_pending: unknown[][] }>("/queue");
    expect([queue.queue_running.map(([, id]) => id), queue.queue_pending.map(([, id]) => id)]).toEqual([
      [ids[0]],
      ids.slice(1),
    ]);
    await call("/queue", { delete: [ids[1]] });
    await call("/interrupt", { prompt_id: ids[2] });
    expect((await get<{ queue_running: unknown[] }>("/queue")).queue_running).toHaveLength(1);
    await call("/interrupt", {});
    expect((await done(ids[0]!)).status).toMatchObject({ status_str: "error" });
    expect((await done(ids[2]!)).status.status_str).toBe("success");
    expect(mine.messages.find(({ type }) => type === "execution_interrupted")!.data).toMatchObject({
      prompt_id: ids[0],
      node_type: "KSampler",
    });
    expect(await get(`/history/${ids[1]}`)).toEqual({});
    mine.socket.close();
  }, 120_000);

  test("is offered under /ws alone", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/other`);
    const error = await new Promise((done) => socket.once("error", done));
    expect(String(error)).toMatch(/hang up|socket/i);
  });
});

describe("the rest of the API", () => {
  test("shows, uploads and masks images, and nothing outside its folders", async () => {
    expect(await (await upload(png(8, 1), "a.png")).json()).toEqual({ name: "a.png", subfolder: "", type: "input" });
    expect(await (await upload(png(8, 1), "a.png")).json()).toMatchObject({ name: "a.png" });
    expect(await (await upload(png(8, 2), "a.png")).json()).toMatchObject({ name: "a (1).png" });
    expect(await (await upload(png(8, 3), "a.png", { overwrite: "true", subfolder: "sub" })).json()).toMatchObject({
      name: "a.png",
      subfolder: "sub",
    });
    const seen = await call("/api/view?filename=a.png&subfolder=sub&type=input");
    expect([seen.headers.get("content-type"), seen.headers.get("x-content-type-options")]).toEqual([
      "image/png",
      "nosniff",
    ]);
    expect(new Uint8Array(await seen.arrayBuffer())).toEqual(png(8, 3));
    expect((await call("/view?filename=a.png&type=input&preview=webp;80")).headers.get("content-type")).toBe(
      "image/webp",
    );
    for (const [query, status] of [
      ["filename=../../models/tiny/unet/config.json&type=input", 403],
      ["filename=a.png&subfolder=../..&type=input", 403],
      ["filename=/etc/passwd&type=input", 404],
      ["filename=none.png", 404],
      ["filename=a.png&type=models", 400],
      ["", 400],
    ] as const) {
      expect([query, (await call(`/view?${query}`)).status]).toEqual([query, status]);
    }
    for (const [name, fields] of [
      ["../x.png", {}],
      ["x.png", { subfolder: "../../.." }],
      ["x.html", {}],
      ["x.png", { type: "models" }],
    ] as const) {
      const answer = await upload(png(8, 1), name, fields);
      if (answer.status === 200) expect(await answer.json()).toMatchObject({ name: "x.png", subfolder: "" });
      else expect(answer.status).toBe(400);
    }
    expect((await upload(new TextEncoder().encode("<html>"), "x.png")).status).toBe(400);
    const reference = JSON.stringify({ filename: "a.png", subfolder: "", type: "input" });
    const masked = (await (
      await upload(png(8, 0, 128), "m.png", { original_ref: reference, type: "input" }, "/upload/mask")
    ).json()) as { name: string };
    const { channels, data } = await decodeDisplayed(join(server.home, "faces", "input", masked.name));
    expect([channels, ...data.slice(0, 4)]).toEqual([4, 1, 1, 1, 128]);
  });

  test("describes its nodes, models and system under both prefixes", async () => {
    const info =
      await get<Record<string, { input: { required: Record<string, [string[]]> }; output: string[] }>>("/object_info");
    expect(info.CheckpointLoaderSimple!.input.required.ckpt_name![0]).toEqual(["scenes-128", "tiny"]);
    expect(info.KSampler!.input.required.sampler_name![0]).toEqual(
      expect.arrayContaining(["euler_ancestral", "dpmpp_2m_sde", "uni_pc_bh2"]),
    );
    expect(Object.keys(await get("/api/object_info/KSampler"))).toEqual(["KSampler"]);
    expect(await get("/object_info/Nothing")).toEqual({});
    expect(await get("/system_stats")).toMatchObject({ system: { os: process.platform }, devices: [{ type: "cpu" }] });
    expect(await get("/models/checkpoints")).toEqual(["scenes-128", "tiny"]);
    expect([await get("/embeddings"), (await call("/models/secrets")).status]).toEqual([[], 404]);
    expect(await get("/prompt")).toMatchObject({ exec_info: { queue_remaining: 0 } });
  });

  test("forgets its history when it is told to", async () => {
    await run(graph({ seed: 51 }));
    const ids = Object.keys(await get<object>("/history"));
    expect(Object.keys(await get<object>("/history?max_items=1"))).toEqual(ids.slice(-1));
    await call("/history", { delete: [ids[0]] });
    expect(Object.keys(await get<object>("/history"))).toEqual(ids.slice(1));
    await call("/history", { clear: true });
    expect(await get("/history")).toEqual({});
  }, 60_000);
});
