import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SAMPLERS } from "../../../src/engine/samplers/catalogue.ts";
import { SCHEDULES } from "../../../src/engine/schedules.ts";
import { pixelHash } from "../../../src/image/pixel-hash.ts";
import { decodeDisplayed } from "../../../src/node/pixels.ts";
import { readImage, readImageBytes } from "../../../src/node/read-image.ts";
import { readSampler, readScheduler } from "../../../src/recipe/samplers.ts";
import { type FacesServer, facesServer } from "../../helpers/faces-server.ts";

let server: FacesServer;
beforeAll(async () => {
  server = await facesServer();
});
afterAll(() => server.close());

const ask = async <T>(path: string, body?: object): Promise<T> =>
  (await fetch(server.url + path, body && { method: "POST", body: JSON.stringify(body) })).json() as Promise<T>;

/** The sampler and schedule that an image says, by our ids, and its pixels. */
interface Made {
  readonly sampler: string;
  readonly schedule: string;
  readonly pixels: string;
}

async function byA1111(sampler_name: string, scheduler: string): Promise<Made> {
  const { images } = await ask<{ images: [string] }>("/sdapi/v1/txt2img", {
    ...{ prompt: "a fox", steps: 3, width: 16, height: 16, seed: 5, cfg_scale: 2, sampler_name, scheduler },
    override_settings: { sd_model_checkpoint: "tiny" },
  });
  const bytes = new Uint8Array(Buffer.from(images[0], "base64"));
  return madeOf((await readImageBytes("a.png", bytes)).recipe!.passes[0]!, bytes);
}

async function byComfyUi(sampler_name: string, scheduler: string): Promise<Made> {
  const sampler = { seed: 5, steps: 3, cfg: 2, sampler_name, scheduler, denoise: 1 };
  const prompt = {
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "tiny" } },
    "2": { class_type: "CLIPTextEncode", inputs: { text: "a fox", clip: ["1", 1] } },
    "4": { class_type: "EmptyLatentImage", inputs: { width: 32, height: 32, batch_size: 1 } },
    "5": {
      class_type: "KSampler",
      inputs: { ...sampler, model: ["1", 0], positive: ["2", 0], negative: ["2", 0], latent_image: ["4", 0] },
    },
    "6": { class_type: "VAEDecode", inputs: { samples: ["5", 0], vae: ["1", 2] } },
    "7": { class_type: "SaveImage", inputs: { filename_prefix: "a", images: ["6", 0] } },
  };
  const { prompt_id: id } = await ask<{ prompt_id: string }>("/prompt", { prompt });
  await expect.poll(async () => id in (await ask<object>(`/history/${id}`)), { timeout: 120_000 }).toBe(true);
  type Entry = { outputs: Record<string, { images: [{ filename: string }] }> };
  const { outputs } = (await ask<Record<string, Entry>>(`/history/${id}`))[id]!;
  const file = join(server.home, "faces", "output", outputs["7"]!.images[0].filename);
  return madeOf((await readImage(file)).recipe!.passes[0]!, file);
}

async function madeOf(
  pass: { readonly sampler?: { id: string; variant?: string }; readonly scheduler?: { id: string } },
  image: string | Uint8Array,
): Promise<Made> {
  const { id = "", variant } = pass.sampler ?? {};
  const pixels = pixelHash(await decodeDisplayed(image));
  return { sampler: variant === "bh2" ? `${id}-bh2` : id, schedule: pass.scheduler?.id ?? "", pixels };
}

test("A1111's clients reach every sampler and schedule by A1111's names, and each draws its own picture", async () => {
  const samplers = (await ask<{ name: string }[]>("/sdapi/v1/samplers")).map(({ name }) => name);
  // The second form of UniPC is a setting in A1111; here it goes by its id.
  const idOf = (name: string): string => (name === "unipc-bh2" ? name : readSampler(name).sampler.id);
  expect(samplers.map(idOf)).toEqual(Object.keys(SAMPLERS));
  const schedules = (await ask<{ label: string }[]>("/sdapi/v1/schedulers")).map(({ label }) => label);
  expect(schedules.map((label) => readScheduler(label).id)).toEqual(["automatic", ...Object.keys(SCHEDULES)]);
  for (const name of samplers) expect((await byA1111(name, "Karras")).sampler).toBe(idOf(name));
  const made: Made[] = [];
  for (const label of schedules) made.push(await byA1111("Euler", label));
  expect(made.map(({ schedule }) => schedule)).toEqual(schedules.map((label) => readScheduler(label).id));
  // Automatic is Euler's own, uniform; normal is the same levels by ComfyUI's name; SGM uniform and simple lie half a timestep apart, which
  // pixels of so small a model do not show.
  const drawn = new Map(made.map(({ schedule, pixels }) => [schedule, pixels]));
  const alike = [
    ["automatic", "uniform", "normal"],
    ["sgm_uniform", "simple"],
  ];
  for (const [first, ...others] of alike) for (const other of others) expect(drawn.get(other)).toBe(drawn.get(first!));
  expect(new Set(drawn.values()).size).toBe(schedules.length - 3);
}, 600_000);

test("ComfyUI's clients reach every sampler and schedule by ComfyUI's names; forms for the graphics card are the plain ones", async () => {
  type Info = { KSampler: { input: { required: { sampler_name: [string[]]; scheduler: [string[]] } } } };
  const { sampler_name, scheduler } = (await ask<Info>("/object_info/KSampler")).KSampler.input.required;
  const made = new Map<string, Made>();
  for (const name of sampler_name[0]) made.set(name, await byComfyUi(name, "karras"));
  // PLMS is A1111's alone.
  const reached = new Set([...made.values()].map(({ sampler }) => sampler));
  expect([...reached]).toEqual(Object.keys(SAMPLERS).filter((id) => id !== "plms"));
  const onCard = sampler_name[0].filter((name) => name.endsWith("_gpu"));
  expect(onCard).toEqual(["dpmpp_sde_gpu", "dpmpp_2m_sde_gpu", "dpmpp_2m_sde_heun_gpu", "dpmpp_3m_sde_gpu"]);
  for (const name of onCard) expect(made.get(name)!.pixels).toBe(made.get(name.replace("_gpu", ""))!.pixels);
  const schedules: Made[] = [];
  for (const name of scheduler[0]) schedules.push(await byComfyUi("euler", name));
  expect(schedules.map(({ schedule }) => schedule)).toEqual(scheduler[0]);
  expect(scheduler[0]).toEqual(Object.keys(SCHEDULES).filter((id) => id !== "uniform"));
}, 600_000);
