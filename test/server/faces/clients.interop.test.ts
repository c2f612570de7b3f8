import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@stable-canvas/comfyui-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { encodePng } from "../../../src/image/encode-png.ts";
import { readImageBytes } from "../../../src/node/read-image.ts";
import { type FacesServer, facesServer } from "../../helpers/faces-server.ts";
import { pythonWithWebuiapi } from "../../helpers/python-client.ts";

let server: FacesServer;
let python = "";
beforeAll(async () => {
  python = pythonWithWebuiapi();
  server = await facesServer();
}, 300_000);
afterAll(() => server?.close());

describe("webuiapi, a Python client of A1111", () => {
  test("draws, paints, reads, watches and stops as it does with A1111", async () => {
    const script = join(import.meta.dirname, "webuiapi_client.py");
    const { stdout } = await promisify(execFile)(python, [script, new URL(server.url).port], { timeout: 240_000 });
    const seen = JSON.parse(stdout) as Record<string, never>;
    expect(seen).toMatchObject({
      txt2img: {
        size: [32, 32],
        seed: 5,
        again: true,
        other: false,
        text: expect.stringMatching(/^a fox\nNegative prompt: blur\nSteps: 2, Sampler: Euler a/),
      },
      png_info: expect.stringMatching(/^a fox\nNegative prompt: blur/),
      img2img: { size: [32, 32] },
      inpaint: { kept: [200, 40, 90] },
      progress: { steps: 400, share: expect.any(Number), left: 0 },
      lists: {
        models: ["scenes-128", "tiny"],
        loras: expect.arrayContaining([expect.objectContaining({ name: "ink" })]),
        vae: [expect.objectContaining({ model_name: "own.safetensors" })],
        upscalers: ["None", "Lanczos", "Nearest"],
        memory: true,
        flags: true,
      },
      options: 2,
      upscaled: [64, 64],
      refused: expect.stringContaining("Sampler not found"),
    });
    const { inpaint, lists } = seen as unknown as {
      inpaint: { painted: number[] };
      lists: { samplers: number; schedulers: number };
    };
    expect(inpaint.painted).not.toEqual([200, 40, 90]);
    expect([lists.samplers > 10, lists.schedulers > 5]).toEqual([true, true]);
  }, 300_000);
});

describe("comfyui-client, an npm client of ComfyUI", () => {
  const graph = (seed: number, steps = 2): Record<string, { class_type: string; inputs: Record<string, unknown> }> => ({
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "tiny" } },
    "2": { class_type: "CLIPTextEncode", inputs: { text: "a fox", clip: ["1", 1] } },
    "3": { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["1", 1] } },
    "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
    "5": {
      class_type: "KSampler",
      inputs: {
        seed,
        steps,
        cfg: 4,
        sampler_name: "euler",
        scheduler: "normal",
        denoise: 1,
        model: ["1", 0],
        positive: ["2", 0],
        negative: ["3", 0],
        latent_image: ["4", 0],
      },
    },
    "6": { class_type: "VAEDecode", inputs: { samples: ["5", 0], vae: ["1", 2] } },
    "7": { class_type: "SaveImage", inputs: { filename_prefix: "client", images: ["6", 0] } },
  });
  const connected = async (): Promise<Client> => {
    const options = { api_host: new URL(server.url).host, WebSocket, fetch };
    const client = new Client(options as unknown as ConstructorParameters<typeof Client>[0]);
    await client.connect({ websocket: { enabled: true }, polling: { enabled: false } });
    return client;
  };

  test("queues a graph, hears its progress, and fetches the image that it made", async () => {
    const client = await connected();
    const steps: number[] = [];
    const { images, prompt_id } = await client.enqueue(graph(5), {
      progress: ({ value }) => steps.push(value),
      disable_random_seed: true,
    });
    expect(steps).toEqual([1, 2]);
    // The client takes every binary message for an image: previews of long runs are among them.
    const url = String(images.find(({ type }) => type === "url")?.data);
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    expect(await readImageBytes("x", bytes)).toMatchObject({
      status: "recipe",
      recipe: { seed: "5", passes: [{ steps: 2 }] },
    });
    expect(await client.getPromptOutputs(prompt_id)).toMatchObject({ "7": { images: [{ type: "output" }] } });
    client.close();
  }, 120_000);

  test("asks what there is, uploads, starts from the upload, stops and clears", async () => {
    const client = await connected();
    expect(await client.getSDModels()).toEqual(["scenes-128", "tiny"]);
    expect(await client.getSamplers()).toEqual(expect.arrayContaining(["euler_ancestral", "dpmpp_2m_sde"]));
    expect(await client.getSchedulers()).toEqual(expect.arrayContaining(["karras"]));
    expect(Object.keys(await client.getNodeDefs())).toEqual(expect.arrayContaining(["KSamplerAdvanced", "LoadImage"]));
    expect(await client.getSystemStats()).toMatchObject({ devices: [{ type: "cpu" }] });
    const form = new FormData();
    const picture = { width: 64, height: 64, channels: 3, data: new Uint8Array(64 * 64 * 3).fill(90) } as const;
    form.append("image", new Blob([Uint8Array.from(encodePng(picture))], { type: "image/png" }), "start.png");
    const { name } = (await (await client.fetchApi("/upload/image", { method: "POST", body: form })).json()) as {
      name: string;
    };
    const fromImage = {
      ...graph(7),
      "8": { class_type: "LoadImage", inputs: { image: name } },
      "4": { class_type: "VAEEncode", inputs: { pixels: ["8", 0], vae: ["1", 2] } },
    };
    const { images } = await client.enqueue(fromImage, { disable_random_seed: true });
    expect(images.filter(({ type }) => type === "url")).toHaveLength(1);
    const stopped = new Promise<unknown>((done) => client.on("execution_interrupted", done));
    // The client's own promise waits for an image, interrupted or not.
    void client.enqueue(graph(8, 400), { disable_random_seed: true }).catch(() => undefined);
    await expect.poll(async () => (await client.getQueue()).Running.length, { timeout: 20_000 }).toBe(1);
    await client.interrupt();
    expect(await stopped).toMatchObject({ node_type: "KSampler" });
    await client.clearItems("history");
    client.close();
  }, 120_000);

  test("is told which node is not there, in words that it understands", async () => {
    const client = await connected();
    const refused = client.enqueue(
      { ...graph(1), "9": { class_type: "FluxGuidance", inputs: {} } },
      { disable_random_seed: true },
    );
    await expect(refused).rejects.toThrow(/FluxGuidance|400|prompt/i);
    client.close();
  }, 60_000);
});
