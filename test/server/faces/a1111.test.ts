import { writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePng } from "../../../src/image/encode-png.ts";
import { decodeDisplayed } from "../../../src/node/pixels.ts";
import { readImageBytes } from "../../../src/node/read-image.ts";
import type { FaceOutcome, FaceRequest } from "../../../src/server/faces/deps.ts";
import { type FacesServer, facesServer } from "../../helpers/faces-server.ts";

let server: FacesServer;
const told: (FaceRequest | FaceOutcome)[] = [];
beforeAll(async () => {
  server = await facesServer({
    record: async (request) => {
      told.push(request);
      return async (outcome) => void told.push(outcome);
    },
  });
  await call("/sdapi/v1/options", { sd_model_checkpoint: "tiny" });
});
afterAll(() => server.close());

interface Answer {
  readonly images: string[];
  readonly info: string;
  readonly parameters: Record<string, unknown>;
}

const call = async (path: string, body?: object): Promise<Response> =>
  fetch(
    server.url + path,
    body ? { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {},
  );
const get = async <T>(path: string): Promise<T> => (await (await call(path)).json()) as T;
const post = async <T>(path: string, body: object): Promise<T> => (await (await call(path, body)).json()) as T;
const DRAW = {
  prompt: "a fox",
  negative_prompt: "blur",
  steps: 2,
  width: 32,
  height: 32,
  seed: 5,
  sampler_name: "Euler a",
  cfg_scale: 4,
};
const bytesOf = (image: string): Uint8Array => new Uint8Array(Buffer.from(image, "base64"));
const png = (side: number, value: (x: number, y: number) => number[]): string => {
  const pixels = Array.from({ length: side * side }, (_, i) => value(i % side, Math.floor(i / side)));
  const raster = { width: side, height: side, channels: 3, data: Uint8Array.from(pixels.flat()) } as const;
  return Buffer.from(encodePng(raster)).toString("base64");
};

describe("txt2img", () => {
  test("draws what was asked, and says so in A1111's form and in the image", async () => {
    const answer = await post<Answer>("/sdapi/v1/txt2img", DRAW);
    const info = JSON.parse(answer.info) as Record<string, unknown>;
    expect(info).toMatchObject({
      seed: 5,
      all_seeds: [5],
      sampler_name: "Euler a",
      width: 32,
      infotexts: [expect.stringMatching(/^a fox\nNegative prompt: blur\nSteps: 2, Sampler: Euler a/)],
    });
    expect(answer.parameters).toMatchObject(DRAW);
    const reading = await readImageBytes("x", bytesOf(answer.images[0]!));
    expect(reading).toMatchObject({
      tool: "seedproof",
      recipe: { seed: "5", mode: "txt2img", passes: [{ steps: 2, cfg: 4 }] },
    });
    const again = await post<Answer>("/sdapi/v1/txt2img", DRAW);
    expect(again.images).toEqual(answer.images);
  });

  test("counts seeds over a batch as A1111 does, and each image is what it is alone", async () => {
    const batch = await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, batch_size: 2, n_iter: 2 });
    expect(JSON.parse(batch.info)).toMatchObject({ all_seeds: [5, 6, 7, 8] });
    const third = await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, seed: 7 });
    expect(batch.images[2]).toBe(third.images[0]);
  });

  test("keeps every digit of a seed, and draws one at random for -1", async () => {
    const body = JSON.stringify(DRAW).replace('"seed":5', '"seed":18446744073709551614');
    const text = await (await fetch(`${server.url}/sdapi/v1/txt2img`, { method: "POST", body })).text();
    expect(JSON.parse(text).info).toContain('"all_seeds":[18446744073709551614]');
    const random = async (): Promise<number> =>
      JSON.parse((await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, seed: -1 })).info).seed;
    expect(await random()).not.toBe(await random());
  });

  test("draws a second, larger pass", async () => {
    const answer = await post<Answer>("/sdapi/v1/txt2img", {
      ...DRAW,
      enable_hr: true,
      hr_scale: 2,
      hr_upscaler: "Latent",
      denoising_strength: 0.6,
    });
    expect(await decodeDisplayed(bytesOf(answer.images[0]!))).toMatchObject({ width: 64, height: 64 });
  });

  test("enlarges pixels for the second pass, to one side, with a prompt of its own, and the image draws itself again", async () => {
    const second = {
      enable_hr: true,
      hr_upscaler: "Lanczos",
      hr_resize_x: 48,
      hr_resize_y: 0,
      denoising_strength: 0.6,
      // So small a model hardly hears its words.
      cfg_scale: 30,
    };
    const answer = await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, ...second, hr_prompt: "a hen" });
    const bytes = bytesOf(answer.images[0]!);
    expect(await decodeDisplayed(bytes)).toMatchObject({ width: 48, height: 48 });
    expect(JSON.parse(answer.info).infotexts[0]).toMatch(/Hires upscaler: Lanczos.*Hires prompt: a hen/);
    const { recipe } = await readImageBytes("x", bytes);
    expect(recipe!.passes[1]).toMatchObject({ role: "hires", upscale: { method: "Lanczos", width: 48, height: 48 } });
    const again = server.thread.engine.generate({
      recipe: { ...recipe!, models: [{ ...recipe!.models[0]!, name: "tiny" }] },
    });
    expect((await again.next()).value!.bytes).toEqual(bytes);
    const other = await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, ...second, hr_prompt: "a fox" });
    expect((await decodeDisplayed(bytesOf(other.images[0]!))).data).not.toEqual((await decodeDisplayed(bytes)).data);
  }, 120_000);

  test.each<[string, object, number, RegExp]>([
    ["a sampler that is not there", { sampler_name: "Magic" }, 404, /Sampler not found/],
    [
      "a checkpoint that is not there",
      { override_settings: { sd_model_checkpoint: "nothing" } },
      422,
      /there is no checkpoint nothing/,
    ],
    ["a checkpoint by a path", { override_settings: { sd_model_checkpoint: "/etc/passwd" } }, 422, /no checkpoint/],
    ["a number that is none", { steps: "many" }, 422, /value is not a valid integer/],
    ["too many steps", { steps: 100_000 }, 422, /from 1 to 1000/],
    [
      "an upscaler that needs a model",
      { enable_hr: true, hr_upscaler: "R-ESRGAN 4x+" },
      422,
      /could not find upscaler/,
    ],
    ["a script", { script_name: "x/y/z plot" }, 422, /Script 'x\/y\/z plot' not found/],
    ["another script's arguments", { alwayson_scripts: { ControlNet: { args: [{}] } } }, 422, /ControlNet not found/],
    ["faces restored by a model", { restore_faces: true }, 422, /restore_faces/],
    ["a size that is no whole number of cells", { width: 33 }, 422, /sides are multiples/],
  ])("refuses %s in A1111's form", async (_, body, status, message) => {
    const answer = await call("/sdapi/v1/txt2img", { ...DRAW, ...body });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(await answer.json())).toMatch(message);
  });

  test("leaves an unknown LoRA out and says so; a path in its name leads nowhere", async () => {
    const plain = await post<Answer>("/sdapi/v1/txt2img", DRAW);
    const answer = await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, prompt: "a fox<lora:../../tiny/unet/x:1>" });
    expect(JSON.parse(answer.info).seedproof.lost).toEqual(["Networks not found: ../../tiny/unet/x"]);
    expect((await decodeDisplayed(bytesOf(answer.images[0]!))).data).toEqual(
      (await decodeDisplayed(bytesOf(plain.images[0]!))).data,
    );
  });

  test("draws with a LoRA of the prompt at its weight, and refuses a VAE that is not there", async () => {
    const pixels = async (body: object): Promise<Uint8Array> =>
      (await decodeDisplayed(bytesOf((await post<Answer>("/sdapi/v1/txt2img", { ...DRAW, ...body })).images[0]!))).data;
    const plain = await pixels({});
    const strong = await pixels({ prompt: "a fox<lora:ink:0.8>" });
    expect(strong).not.toEqual(plain);
    expect(await pixels({ prompt: "a fox<lora:ink:0.4>" })).not.toEqual(strong);
    expect(
      (await call("/sdapi/v1/txt2img", { ...DRAW, override_settings: { sd_vae: "none.safetensors" } })).status,
    ).toBe(422);
  }, 60_000);

  test("tells the recorder of the request before and of its images after", async () => {
    told.length = 0;
    const answer = await post<Answer>("/sdapi/v1/txt2img", DRAW);
    await call("/sdapi/v1/txt2img", { ...DRAW, sampler_name: "Magic" });
    expect(told).toEqual([
      { kind: "a1111", path: "/sdapi/v1/txt2img", body: JSON.stringify(DRAW) },
      { status: "done", seeds: ["5"], cached: false, images: [expect.anything()] },
      expect.objectContaining({ kind: "a1111" }),
      { status: "failed", why: "Sampler not found" },
    ]);
    expect(Buffer.from((told[1] as Extract<FaceOutcome, { status: "done" }>).images[0]!).toString("base64")).toBe(
      answer.images[0],
    );
  });
});

describe("img2img", () => {
  const image = png(32, (x, y) => [x * 8, y * 8, 128]);

  test("starts from an image; a smaller strength stays nearer to it", async () => {
    const distance = async (denoising_strength: number): Promise<number> => {
      const answer = await post<Answer>("/sdapi/v1/img2img", {
        ...DRAW,
        steps: 4,
        init_images: [`data:image/png;base64,${image}`],
        denoising_strength,
      });
      const [a, b] = [await decodeDisplayed(bytesOf(answer.images[0]!)), await decodeDisplayed(bytesOf(image))];
      return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0);
    };
    expect(await distance(0.25)).not.toBe(await distance(0.9));
  });

  test("paints only under the mask, whole or cut out, and resizes what does not fit", async () => {
    const mask = png(32, (x) => (x < 16 ? [255, 255, 255] : [0, 0, 0]));
    for (const inpaint_full_res of [false, true]) {
      const answer = await post<Answer>("/sdapi/v1/img2img", {
        ...DRAW,
        init_images: [image],
        mask,
        mask_blur: 0,
        inpainting_fill: 1,
        inpaint_full_res,
        denoising_strength: 0.9,
      });
      const [drawn, before] = [
        await decodeDisplayed(bytesOf(answer.images[0]!)),
        await decodeDisplayed(bytesOf(image)),
      ];
      const pixel = (data: Uint8Array, x: number, y: number): number[] => [
        ...data.slice(3 * (y * 32 + x), 3 * (y * 32 + x) + 3),
      ];
      expect(pixel(drawn.data, 25, 10)).toEqual(pixel(before.data, 25, 10));
      expect(pixel(drawn.data, 5, 10)).not.toEqual(pixel(before.data, 5, 10));
      expect(await readImageBytes("x", bytesOf(answer.images[0]!))).toMatchObject({ recipe: { mode: "inpaint" } });
    }
    const larger = png(48, () => [10, 20, 30]);
    for (const resize_mode of [0, 1, 2]) {
      const answer = await post<Answer>("/sdapi/v1/img2img", {
        ...DRAW,
        width: 64,
        init_images: [larger],
        resize_mode,
      });
      expect(await decodeDisplayed(bytesOf(answer.images[0]!))).toMatchObject({ width: 64, height: 32 });
    }
    const filled = await post<Answer>("/sdapi/v1/img2img", {
      ...DRAW,
      init_images: [image],
      mask,
      inpainting_fill: 0,
      mask_blur: 4,
    });
    expect(filled.images).toHaveLength(1);
  });

  test.each<[string, object, number]>([
    ["without an image", {}, 404],
    ["with an image that is none", { init_images: ["bm9uZQ=="] }, 422],
    ["with text in place of an image", { init_images: [7] }, 422],
    ["with a mask that is none", { init_images: [image], mask: "?" }, 422],
    ["with latent noise as fill", { init_images: [image], mask: image, inpainting_fill: 2 }, 422],
  ])("is refused %s", async (_, body, status) => {
    expect((await call("/sdapi/v1/img2img", { ...DRAW, ...body })).status).toBe(status);
  });
});

describe("a job under way", () => {
  const LONG = { ...DRAW, steps: 800, batch_size: 3 };

  test("tells progress with a picture, does not hold up other answers, and stops when it is told to", async () => {
    const job = post<Answer>("/sdapi/v1/txt2img", LONG);
    interface Progress {
      readonly progress: number;
      readonly current_image: string | null;
      readonly state: { readonly sampling_step: number; readonly sampling_steps: number; readonly job_count: number };
    }
    await expect
      .poll(async () => (await get<Progress>("/sdapi/v1/progress")).state.sampling_step, { timeout: 20_000 })
      .toBeGreaterThan(1);
    const { progress, state } = await get<Progress>("/sdapi/v1/progress?skip_current_image=true");
    expect([progress > 0, progress < 1, state.sampling_steps, state.job_count]).toEqual([true, true, 800, 3]);
    await expect
      .poll(async () => (await get<Progress>("/sdapi/v1/progress")).current_image?.slice(0, 8), { timeout: 20_000 })
      .toBe("iVBORw0K");
    const since = performance.now();
    await get("/sdapi/v1/samplers");
    expect(performance.now() - since).toBeLessThan(2_000);
    await call("/sdapi/v1/interrupt", {});
    expect((await job).images).toEqual([]);
    expect(await get<Progress>("/sdapi/v1/progress")).toMatchObject({ progress: 0, state: { job_count: 0 } });
  }, 60_000);

  test("skips the image under way and draws the others", async () => {
    const job = post<Answer>("/sdapi/v1/txt2img", { ...DRAW, steps: 60, batch_size: 2 });
    await expect
      .poll(async () => (await get<{ state: { sampling_step: number } }>("/sdapi/v1/progress")).state.sampling_step, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    await call("/sdapi/v1/skip", {});
    expect(JSON.parse((await job).info).all_seeds).toEqual([6]);
  }, 60_000);
});

describe("the rest of /sdapi/v1", () => {
  test("lists models, samplers and schedules by A1111's names", async () => {
    writeFileSync(join(server.home, "models", "notes.txt"), "not a model");
    const models = await get<{ title: string; model_name: string }[]>("/sdapi/v1/sd-models");
    expect(models.map(({ title, model_name }) => [title, model_name])).toEqual([
      ["scenes-128", "scenes-128"],
      ["tiny", "tiny"],
    ]);
    const names = (await get<{ name: string }[]>("/sdapi/v1/samplers")).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Euler a", "DPM++ 2M SDE", "DDIM", "LCM"]));
    expect((await get<{ label: string }[]>("/sdapi/v1/schedulers")).map(({ label }) => label)).toEqual(
      expect.arrayContaining(["Automatic", "Karras"]),
    );
    for (const path of [
      "loras",
      "sd-vae",
      "upscalers",
      "latent-upscale-modes",
      "embeddings",
      "cmd-flags",
      "memory",
      "prompt-styles",
      "scripts",
    ]) {
      expect((await call(`/sdapi/v1/${path}`)).status).toBe(200);
    }
    expect((await call("/internal/ping")).status).toBe(200);
  });

  test("keeps settings, draws by them, and refuses a checkpoint that is not there", async () => {
    await call("/sdapi/v1/options", { CLIP_stop_at_last_layers: 2, sd_model_checkpoint: "tiny", my_own: [1] });
    expect(await get("/sdapi/v1/options")).toMatchObject({
      CLIP_stop_at_last_layers: 2,
      sd_model_checkpoint: "tiny",
      my_own: [1],
    });
    expect(JSON.parse((await post<Answer>("/sdapi/v1/txt2img", DRAW)).info)).toMatchObject({ clip_skip: 2 });
    // The tiny encoder has two layers: what a request says for itself comes before the setting.
    const third = await call("/sdapi/v1/txt2img", { ...DRAW, override_settings: { CLIP_stop_at_last_layers: 3 } });
    expect([third.status, await third.json()]).toMatchObject([422, { error: "engine.clip-skip" }]);
    await call("/sdapi/v1/options", { CLIP_stop_at_last_layers: 1 });
    expect((await call("/sdapi/v1/options", { sd_model_checkpoint: "nothing" })).status).toBe(422);
  });

  test("reads an image's text letter for letter", async () => {
    const { images } = await post<Answer>("/sdapi/v1/txt2img", DRAW);
    const read = await post<{ info: string; items: object }>("/sdapi/v1/png-info", { image: images[0]! });
    expect(read.info).toMatch(/^a fox\nNegative prompt: blur\nSteps: 2/);
    expect(Object.keys(read.items)).toEqual(expect.arrayContaining(["parameters", "seedproof"]));
    expect((await call("/sdapi/v1/png-info", { image: "" })).status).toBe(422);
  });

  test("enlarges, and refuses by name what needs a model of another kind", async () => {
    const image = png(8, () => [1, 2, 3]);
    const { image: large } = await post<{ image: string }>("/sdapi/v1/extra-single-image", {
      image,
      upscaling_resize: 3,
      upscaler_1: "Lanczos",
    });
    expect(await decodeDisplayed(bytesOf(large))).toMatchObject({ width: 24, height: 24 });
    expect((await call("/sdapi/v1/extra-single-image", { image, upscaler_1: "R-ESRGAN 4x+" })).status).toBe(422);
    expect(
      (await call("/sdapi/v1/extra-single-image", { image, codeformer_visibility: 1, upscaler_1: "None" })).status,
    ).toBe(422);
    expect((await call("/sdapi/v1/interrogate", { image })).status).toBe(501);
    expect([(await call("/sdapi/v1/nothing")).status, await get("/sdapi/v1/nothing")]).toEqual([
      404,
      { detail: "Not Found" },
    ]);
  });

  test("refuses a body that is no JSON object", async () => {
    for (const body of ["", "[]", "{", "7"]) {
      const answer = await fetch(`${server.url}/sdapi/v1/png-info`, { method: "POST", body });
      expect(answer.status).toBe(422);
    }
  });

  test("takes no body that says it is longer than it may be", async () => {
    const status = await new Promise((done, failed) => {
      const headers = { "content-length": String((256 << 20) + 1) };
      const asked = httpRequest(`${server.url}/sdapi/v1/png-info`, { method: "POST", headers }, (answer) => {
        done(answer.statusCode);
        asked.destroy();
      });
      asked.on("error", failed);
      asked.flushHeaders();
    });
    expect(status).toBe(413);
  });
});
