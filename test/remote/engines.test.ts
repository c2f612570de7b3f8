import { afterEach, describe, expect, test } from "vitest";
import type { Engine, EngineHooks, EngineImage, EngineOrder } from "../../src/engine/engine.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { remoteHost } from "../../src/node/remote-host.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { a1111Engine } from "../../src/remote/a1111-engine.ts";
import { comfyuiEngine } from "../../src/remote/comfyui-engine.ts";
import { sdcppEngine } from "../../src/remote/sdcpp-engine.ts";
import {
  a1111Server,
  comfyuiServer,
  json,
  pictureOf,
  type RemoteTestServer,
  sdcppServer,
  serve,
} from "../helpers/remote-servers.ts";

const RECIPE: Recipe = {
  ...{
    dialect: "a1111",
    mode: "txt2img",
    prompt: { positive: "a fox, (snow:1.2)", negative: "blur" },
    seed: "562327064",
  },
  ...{ size: { width: 16, height: 16 }, models: [], adapters: [], extra: {} },
  passes: [
    {
      seed: "562327064",
      steps: 6,
      cfg: 4.5,
      sampler: { id: "dpmpp-2m", raw: "DPM++ 2M" },
      scheduler: { id: "karras", raw: "Karras" },
    },
  ],
};
const IMAGE = encodePng(pictureOf("init"));

const open: RemoteTestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function started<T extends RemoteTestServer>(server: Promise<T>): Promise<T> {
  const running = await server;
  open.push(running);
  return running;
}
async function images(
  engine: Engine,
  order: Partial<EngineOrder> = {},
  hooks: EngineHooks = {},
): Promise<EngineImage[]> {
  const all: EngineImage[] = [];
  for await (const image of engine.generate({ recipe: RECIPE, ...order }, hooks)) all.push(image);
  return all;
}
const codes = ({ findings }: EngineImage): string[] =>
  findings.map(({ code, where }) => `${code} ${where?.pointer ?? ""}`.trim());

describe("A1111's server as an engine", () => {
  test("draws one image a request with counted seeds, and its images state what was asked", async () => {
    const server = await started(a1111Server());
    const drawn = await images(a1111Engine(server.url, remoteHost), { count: 2 });
    expect(drawn.map(({ image, seed }) => [image, seed])).toEqual([
      [0, "562327064"],
      [1, "562327065"],
    ]);
    expect(drawn.map(codes)).toEqual([["remote.stated-as-asked"], ["remote.stated-as-asked"]]);
    expect(drawn[0]!.pixels.data).not.toEqual(drawn[1]!.pixels.data);
    expect(server.bodies[0]).toMatchObject({
      ...{ batch_size: 1, n_iter: 1, sampler_name: "DPM++ 2M", scheduler: "Karras", save_images: false },
      override_settings_restore_afterwards: true,
    });
    expect(drawn[0]!.recipe).toMatchObject({ seed: "562327064", passes: [{ steps: 6, cfg: 4.5 }] });
  });

  test("asks before the run for models, settings and versions, and keeps no secret of them", async () => {
    const engine = a1111Engine((await started(a1111Server())).url, remoteHost);
    const identity = await engine.identity({ recipe: RECIPE });
    expect(identity).toMatchObject({
      name: "a1111",
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      environment: { version: "v1.10.1", options: { randn_source: "GPU" }, adapters: ["EnvyActionShotXL01"] },
    });
    expect(JSON.stringify(identity)).not.toMatch(/sk-secret|u:p|\/home\/me/);
    expect((await engine.identity({ recipe: RECIPE })).fingerprint).toBe(identity.fingerprint);
    expect(await engine.capabilities()).toMatchObject({ version: "v1.10.1", schedules: ["Automatic", "Karras"] });
  });

  test("finds the checkpoint by its hash under another name, and says which models are not there", async () => {
    const server = await started(a1111Server());
    const engine = a1111Engine(server.url, remoteHost);
    const named = (name: string, value: string): Recipe => ({
      ...RECIPE,
      models: [{ role: "checkpoint", name, hashes: [{ kind: "autov2", value }] }],
    });
    await images(engine, { recipe: named("renamed", "0724518c6b") });
    expect(server.bodies[0]!.override_settings).toMatchObject({
      sd_model_checkpoint: "juggernautXL_v7Rundiffusion.safetensors [0724518c6b]",
    });
    const adapters = [{ type: "lora", name: "nowhere", weight: 0.5, hashes: [] } as const];
    const resolution = await engine.resolve({ recipe: { ...named("other", "0000000000"), adapters } });
    expect(resolution.missing).toEqual(["other", "nowhere"]);
    // A1111 would draw with the model that is loaded and say nothing: it is not asked for by a name that it does not know.
    await images(engine, { recipe: named("other", "0000000000") });
    expect(server.bodies[1]!.override_settings).toEqual({});
    expect((await engine.resolve({ recipe: RECIPE })).assumed).toMatchObject([{ field: "/models" }]);
  });

  test("takes a server before 1.9 by sampler names that hold the schedule", async () => {
    const server = await started(a1111Server({ schedules: false }));
    const engine = a1111Engine(server.url, remoteHost);
    const [drawn] = await images(engine);
    expect(server.bodies[0]).toMatchObject({ sampler_name: "DPM++ 2M Karras" });
    expect(server.bodies[0]).not.toHaveProperty("scheduler");
    expect(codes(drawn!)).toEqual(["remote.stated-as-asked"]);
    const passes = [{ ...RECIPE.passes[0], scheduler: { id: "exponential", raw: "Exponential" } }];
    expect((await engine.resolve({ recipe: { ...RECIPE, passes } })).losses).toMatchObject([
      { code: "remote.loss", where: { pointer: "/passes/0/scheduler" } },
    ]);
  });

  test("starts from an image and a mask", async () => {
    const server = await started(a1111Server());
    const passes = [{ ...RECIPE.passes[0], denoise: 0.4 }];
    const [drawn] = await images(a1111Engine(server.url, remoteHost), {
      recipe: { ...RECIPE, passes },
      init: IMAGE,
      mask: IMAGE,
    });
    expect(server.asked.filter((line) => line.includes("img2img"))).toHaveLength(1);
    const [body] = server.bodies as { init_images: string[]; mask: string }[];
    expect(Buffer.from(body!.init_images[0]!, "base64")).toEqual(Buffer.from(IMAGE));
    expect(body).toMatchObject({ denoising_strength: 0.4, inpainting_fill: 1, mask_blur: 0 });
    expect(codes(drawn!)).toEqual(["remote.stated-as-asked"]);
  });

  test("says what the server drew otherwise, and a setting that it did not put back", async () => {
    const instead = { seed: 7, steps: 9, hash: "ffffffffff" };
    const server = await started(a1111Server({ instead, leavesSettings: true }));
    const recipe: Recipe = {
      ...RECIPE,
      clipSkip: 2,
      models: [{ role: "checkpoint", name: "juggernautXL_v7Rundiffusion", hashes: [] }],
    };
    const [drawn] = await images(a1111Engine(server.url, remoteHost), { recipe });
    expect(codes(drawn!)).toEqual([
      "remote.stated-otherwise /seed",
      "remote.stated-otherwise /passes/0/steps",
      "remote.stated-otherwise /models",
      "remote.stated-otherwise /seed",
      "remote.setting-left",
    ]);
    expect(drawn!.findings[0]!.text.en).toContain("562327064");
    expect(drawn!.seed).toBe("7");
  });

  test("tells progress with previews, and stops the server's job when it is stopped", async () => {
    const server = await started(a1111Server({ takes: 1_600 }));
    const engine = a1111Engine(server.url, remoteHost);
    const steps: number[] = [];
    let preview: Uint8Array | undefined;
    await images(
      engine,
      {},
      {
        previewMs: 100,
        onProgress: (at) => {
          steps.push(at.step);
          preview = at.preview ?? preview;
        },
      },
    );
    expect(steps[0]).toBe(3);
    expect(preview?.slice(1, 4)).toEqual(Uint8Array.from([0x50, 0x4e, 0x47]));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await expect(images(engine, {}, { signal: stop.signal })).rejects.toThrow("enough");
    await expect.poll(() => server.state.interrupted).toBe(1);
  });

  test.each<[string, Parameters<typeof a1111Server>[0], string, RegExp]>([
    [
      "an error of the server",
      {
        answer: () => ({
          status: 500,
          body: { error: "OutOfMemoryError", detail: "", body: "", errors: "CUDA out of memory" },
        }),
      },
      "remote.refused",
      /CUDA out of memory/,
    ],
    [
      "an unprocessable request",
      {
        answer: () => ({
          status: 422,
          body: { detail: [{ loc: ["body", "steps"], msg: "value is not a valid integer" }] },
        }),
      },
      "remote.refused",
      /not a valid integer/,
    ],
    [
      "an answer without an image",
      { answer: () => ({ status: 200, body: { images: [], parameters: {}, info: "{}" } }) },
      "remote.no-image",
      /without an image/,
    ],
    [
      "an image that is none",
      { answer: () => ({ status: 200, body: { images: ["bm9uZQ=="], info: "{}" } }) },
      "image.pixels-malformed",
      /decoded/,
    ],
    ["a password", { password: "me:secret" }, "remote.unauthorised", /401/],
  ])("names %s", async (_, ways, code, message) => {
    const server = await started(a1111Server(ways));
    await expect(images(a1111Engine(server.url, remoteHost))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("signs in with the name and password of its address", async () => {
    const server = await started(a1111Server({ password: "me:p@ss" }));
    const engine = a1111Engine(server.url.replace("//", "//me:p%40ss@"), remoteHost);
    expect(await images(engine)).toHaveLength(1);
    expect(JSON.stringify(await engine.identity({ recipe: RECIPE }))).not.toContain("p@ss");
  });

  test("refuses a seed that JSON would round", async () => {
    const engine = a1111Engine((await started(a1111Server())).url, remoteHost);
    await expect(images(engine, { recipe: { ...RECIPE, seed: "18446744073709551615" } })).rejects.toMatchObject({
      code: "remote.seed-too-large",
    });
  });
});

describe("ComfyUI's server as an engine", () => {
  const engineOf = (url: string): Engine => comfyuiEngine(url, remoteHost);

  test("turns the recipe into a graph, follows the run and reads the image's own graph back", async () => {
    const server = await started(comfyuiServer());
    const told: [number, number][] = [];
    let preview = false;
    const hooks: EngineHooks = {
      previewMs: 0,
      onProgress: ({ step, steps, preview: picture }) => {
        told.push([step, steps]);
        preview ||= picture !== undefined;
      },
    };
    const [drawn] = await images(
      engineOf(server.url),
      {
        recipe: {
          ...RECIPE,
          dialect: "comfyui",
          seed: "18446744073709551615",
          passes: [{ ...RECIPE.passes[0], seed: "18446744073709551615" }],
        },
      },
      hooks,
    );
    expect(server.state.graphs[0]).toContain('"seed":18446744073709551615');
    expect(drawn!.recipe).toMatchObject({ seed: "18446744073709551615", passes: [{ steps: 6, cfg: 4.5 }] });
    expect(codes(drawn!)).toEqual(["remote.stated-as-asked"]);
    expect(told).toContainEqual([2, 2]);
    expect(preview).toBe(true);
  });

  test("runs the same recipe again and again: the cache is never taken for a run", async () => {
    const server = await started(comfyuiServer());
    const engine = engineOf(server.url);
    expect([...(await images(engine)), ...(await images(engine))]).toHaveLength(2);
    const forgetful = engineOf((await started(comfyuiServer({ ignoresUnknown: true }))).url);
    await images(forgetful);
    await expect(images(forgetful)).rejects.toMatchObject({ code: "remote.cached-run" });
  });

  test("runs a recorded graph as it stands", async () => {
    const server = await started(comfyuiServer());
    const graph = JSON.stringify({
      "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "sd15.safetensors" } },
      "2": { class_type: "MyNode", inputs: { anything: [1, 2], text: "\u0000seed:5" } },
      "3": { class_type: "KSampler", inputs: { seed: 5, model: ["1", 0] } },
    }).replace('"seed":5', '"seed":18446744073709551614');
    await images(engineOf(server.url), { graph });
    expect(server.state.graphs[0]).toContain('"seed":18446744073709551614');
    expect(server.bodies[0]!.prompt).toMatchObject({ "2": { inputs: { anything: [1, 2], text: "\u0000seed:5" } } });
  });

  test("runs a recorded graph with another seed where one is asked for, and with this server's own file names", async () => {
    const server = await started(comfyuiServer());
    const graph = JSON.stringify({
      "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "models\\\\SD15.safetensors" } },
      "2": { class_type: "CLIPTextEncode", inputs: { text: "a fox", clip: ["1", 1] } },
      "3": {
        class_type: "KSampler",
        inputs: {
          seed: 5,
          steps: 2,
          cfg: 4,
          sampler_name: "euler",
          scheduler: "normal",
          denoise: 1,
          model: ["1", 0],
          positive: ["2", 0],
          negative: ["2", 0],
          latent_image: ["4", 0],
        },
      },
      "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
      "5": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["1", 2] } },
      "6": { class_type: "SaveImage", inputs: { images: ["5", 0], filename_prefix: "x" } },
    }).replaceAll("\\\\\\\\", "\\\\");
    const recipe: Recipe = { ...RECIPE, dialect: "comfyui", seed: "5", passes: [{ seed: "5" }] };
    const [same] = await images(engineOf(server.url), { recipe, graph });
    const [control] = await images(engineOf(server.url), {
      recipe: { ...recipe, seed: "6", passes: [{ seed: "6" }] },
      graph,
    });
    const nodes = server.bodies.map(({ prompt }) => prompt as Record<string, { inputs: Record<string, unknown> }>);
    expect(nodes.map((node) => node["3"]!.inputs.seed)).toEqual([5, 6]);
    expect(nodes[0]!["1"]!.inputs.ckpt_name).toBe("sd15.safetensors");
    expect(same!.pixels.data).not.toEqual(control!.pixels.data);
  });

  test("sends an input image and its mask, and starts from them", async () => {
    const server = await started(comfyuiServer());
    const passes = [{ ...RECIPE.passes[0], denoise: 0.5 }];
    await images(engineOf(server.url), { recipe: { ...RECIPE, mode: "inpaint", passes }, init: IMAGE, mask: IMAGE });
    expect(server.state.uploads).toHaveLength(2);
    const nodes = Object.values(
      server.bodies[0]!.prompt as Record<string, { class_type: string; inputs: Record<string, unknown> }>,
    );
    const types = nodes.map(({ class_type }) => class_type);
    expect(types).toEqual(expect.arrayContaining(["LoadImage", "LoadImageMask", "VAEEncode", "SetLatentNoiseMask"]));
    expect(types).not.toContain("EmptyLatentImage");
    expect(nodes.find(({ class_type }) => class_type === "KSampler")!.inputs).toMatchObject({ denoise: 0.5 });
  });

  test("lists what a graph cannot say and what the server has not", async () => {
    const engine = engineOf((await started(comfyuiServer())).url);
    const recipe: Recipe = {
      ...RECIPE,
      models: [{ role: "checkpoint", name: "unknown", hashes: [] }],
      adapters: [{ type: "lora", name: "ink", weight: 1, hashes: [] }],
      passes: [{ ...RECIPE.passes[0], sampler: { id: "heun", raw: "Heun" } }],
    };
    const { losses, missing } = await engine.resolve({ recipe });
    expect(missing).toEqual(["unknown"]);
    expect(losses.map(({ where }) => where?.pointer)).toEqual(expect.arrayContaining(["/passes/0/sampler", "/rng"]));
  });

  test("takes its run out of the queue and stops it where it runs, and only that one", async () => {
    const server = await started(comfyuiServer({ takes: 3_000 }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 700);
    await expect(images(engineOf(server.url), {}, { signal: stop.signal })).rejects.toThrow("enough");
    await expect.poll(() => server.state.interrupted.length).toBe(1);
    expect(server.state.interrupted[0]).toEqual({ prompt_id: server.state.deleted[0] });
  });

  test.each<[string, Parameters<typeof comfyuiServer>[0], string, RegExp]>([
    [
      "a node that is refused",
      { fails: "validation" },
      "remote.graph-refused",
      /1 \(CheckpointLoaderSimple\): Value not in list ckpt_name/,
    ],
    ["a node that fails", { fails: "execution" }, "remote.run-failed", /KSampler.*allocation on device/],
    ["a run that somebody else stopped", { fails: "interrupted" }, "remote.interrupted", /somebody/],
    ["a run without an image", { outputs: "none" }, "remote.no-image", /without an image/],
    ["a server of another kind", { version: null }, "remote.foreign", /ComfyUI/],
  ])("names %s", async (_, ways, code, message) => {
    const server = await started(comfyuiServer(ways));
    await expect(images(engineOf(server.url))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("keeps a fingerprint that changes with what the server offers, not with its free memory", async () => {
    const engine = engineOf((await started(comfyuiServer())).url);
    const other = engineOf((await started(comfyuiServer({ version: { comfyui_version: "0.3.61" } }))).url);
    const [a, b, c] = [
      await engine.identity({ recipe: RECIPE }),
      await engine.identity({ recipe: RECIPE }),
      await other.identity({ recipe: RECIPE }),
    ];
    expect([a.fingerprint === b.fingerprint, a.fingerprint === c.fingerprint]).toEqual([true, false]);
    expect(a.environment).toMatchObject({
      checkpoint: { name: "sd15.safetensors", metadata: { sshs_model_hash: "abc" } },
    });
  });
});

describe("stable-diffusion.cpp's server as an engine", () => {
  test("queues a job, waits for it, and reads the image's text back", async () => {
    const server = await started(sdcppServer());
    const adapters = [{ type: "lora", name: "ink", weight: 0.5, hashes: [] } as const];
    const recipe: Recipe = {
      ...RECIPE,
      seed: "9223372036854775807",
      passes: [{ ...RECIPE.passes[0], seed: "9223372036854775807" }],
      adapters,
    };
    const [drawn] = await images(sdcppEngine(server.url, remoteHost), { recipe });
    expect(server.state.texts[0]).toContain('"seed":9223372036854775807');
    expect(server.bodies[0]).toMatchObject({
      sample_params: { sample_method: "dpm++2m", scheduler: "karras", sample_steps: 6, guidance: { txt_cfg: 4.5 } },
      lora: [{ path: "style/ink.safetensors", multiplier: 0.5 }],
    });
    expect(drawn!.recipe).toMatchObject({ size: { width: 16, height: 16 }, passes: [{ steps: 6 }] });
  });

  test("asks a server without jobs in the way of OpenAI, with the settings inside the prompt", async () => {
    const server = await started(sdcppServer({ api: "openai" }));
    const [drawn] = await images(sdcppEngine(server.url, remoteHost));
    expect(server.bodies[0]).toMatchObject({ prompt: "a fox, (snow:1.2)", width: 16, seed: 562327064 });
    expect(drawn!.pixels.width).toBe(16);
  });

  test("sends the image to begin with, and a mask, to the route for edits, whose form says what to do with them", async () => {
    const server = await started(sdcppServer({ api: "openai" }));
    const engine = sdcppEngine(server.url, remoteHost);
    const [init, mask] = [encodePng(pictureOf("init")), encodePng(pictureOf("mask"))];
    const recipe: Recipe = { ...RECIPE, mode: "img2img", passes: [{ ...RECIPE.passes[0], denoise: 0.5 }] };
    const [edited] = await images(engine, { recipe, init });
    await images(engine, { recipe: { ...recipe, mode: "inpaint" }, init, mask });
    expect(server.asked.filter((asked) => asked.startsWith("POST"))).toEqual(Array(2).fill("POST /v1/images/edits"));
    const [first, second] = server.bodies;
    expect(first).toMatchObject({ prompt: "a fox, (snow:1.2)", image: "init.png", strength: 0.5, width: 16 });
    expect(first).not.toHaveProperty("mask");
    expect(second).toMatchObject({ image: "init.png", mask: "mask.png", strength: 0.5 });
    expect(edited!.pixels.width).toBe(16);
    const native = await started(sdcppServer());
    await images(sdcppEngine(native.url, remoteHost), { recipe: { ...recipe, mode: "inpaint" }, init, mask });
    expect(native.bodies[0]).toMatchObject({
      strength: 0.5,
      init_image: Buffer.from(init).toString("base64"),
      mask_image: Buffer.from(mask).toString("base64"),
    });
  });

  test("says that the loaded model is another one than the recipe's", async () => {
    const engine = sdcppEngine((await started(sdcppServer())).url, remoteHost);
    const recipe: Recipe = {
      ...RECIPE,
      models: [{ role: "checkpoint", name: "other", hashes: [] }],
      rng: { source: "cpu" },
    };
    const { missing, losses } = await engine.resolve({ recipe });
    expect(missing).toEqual(["other"]);
    expect(losses.map(({ where }) => where?.pointer)).toEqual(["/rng/source"]);
  });

  test("cancels its job when it is stopped", async () => {
    const server = await started(sdcppServer({ polls: 50 }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await expect(images(sdcppEngine(server.url, remoteHost), {}, { signal: stop.signal })).rejects.toThrow("enough");
    await expect.poll(() => server.state.cancelled).toEqual(["job_1"]);
  });

  test.each([
    ["a job that fails", { fails: true }, "remote.run-failed"],
    ["a server from before both APIs", { api: "old" }, "remote.too-old"],
    ["another server", { api: "none" }, "remote.foreign"],
  ] as const)("names %s", async (_, ways, code) => {
    const engine = sdcppEngine((await started(sdcppServer(ways))).url, remoteHost);
    await expect(images(engine)).rejects.toMatchObject({ code });
  });
});

describe.each([
  ["a1111", a1111Engine],
  ["comfyui", comfyuiEngine],
  ["sdcpp", sdcppEngine],
] as const)("any %s", (_, engineOf) => {
  const failure = async (url: string): Promise<unknown> =>
    images(engineOf(url, remoteHost)).catch((error: { code?: string }) => error.code ?? error);

  test("that is not there is unreachable, and one that answers with a page is foreign", async () => {
    const gone = await serve((_, answer) => json(answer, {}));
    await gone.close();
    expect(await failure(gone.url)).toBe("remote.unreachable");
    const page = await started(
      serve((_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<html>hello</html>")),
    );
    expect(await failure(page.url)).toBe("remote.foreign");
  });

  test("that sends elsewhere is not followed, and one that cuts its answers off is told", async () => {
    const other = await started(serve((_, answer) => json(answer, {})));
    const redirect = await started(serve((_, answer) => answer.writeHead(302, { location: other.url }).end()));
    expect(await failure(redirect.url)).toBe("remote.unreachable");
    expect(other.asked).toEqual([]);
    const cut = await started(
      serve((_, answer) => {
        answer.writeHead(200, { "content-length": "1000" });
        answer.write("{");
        setTimeout(() => answer.destroy(), 20);
      }),
    );
    expect(await failure(cut.url)).toBe("remote.unreachable");
  });

  test("that never ends its answer, or announces an endless one, is stopped at the limit", async () => {
    const endless = await started(
      serve((_, answer) => {
        answer.writeHead(200, { "content-length": String(1e12) });
        answer.write("{");
      }),
    );
    expect(await failure(endless.url)).toBe("remote.answer-too-long");
  });
});
