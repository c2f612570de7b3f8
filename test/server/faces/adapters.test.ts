import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { registerGenerate } from "../../../src/cli/generate.ts";
import { floatWeight } from "../../../src/engine/weights/weights.ts";
import { pixelHash } from "../../../src/image/pixel-hash.ts";
import { addModel } from "../../../src/node/model-shelf.ts";
import { decodeDisplayed } from "../../../src/node/pixels.ts";
import { readImage, readImageBytes } from "../../../src/node/read-image.ts";
import type { Recipe } from "../../../src/recipe/recipe.ts";
import { safetensors } from "../../engine/tiny-model.ts";
import { type FacesServer, facesServer } from "../../helpers/faces-server.ts";

/** Two vectors as wide as the tiny model's text encoder. */
const EMBEDDING = safetensors(new Map([["emb_params", floatWeight([2, 64], new Float32Array(128).fill(3))]]));

let server: FacesServer;
beforeAll(async () => {
  server = await facesServer();
  const embeddings = join(server.home, "models", "embeddings");
  mkdirSync(embeddings);
  writeFileSync(join(embeddings, "mood.safetensors"), EMBEDDING);
});
afterAll(() => server.close());
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

interface Drawn {
  readonly images: readonly [{ readonly file: string; readonly pixelsSha256: string; readonly sha256: string }];
  readonly engine: { readonly adapters: readonly { name: string; weight: number; sha256: string }[] };
  readonly recipe: Recipe;
  readonly missing: readonly string[];
}

/** What `seedproof generate` draws, into a file of this name. */
async function drawn(name: string, ...args: string[]): Promise<Drawn> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  write.mockClear();
  const program = new Command().option("--json").option("--home <dir>").exitOverride();
  registerGenerate(program);
  const output = ["-o", join(server.home, `${name}.png`)];
  await program.parseAsync(["--json", "--home", server.home, "generate", ...output, ...args], { from: "user" });
  const json = JSON.parse(write.mock.calls.join("")) as Drawn;
  vi.restoreAllMocks();
  return json;
}
const TINY = ["--model", "tiny", "--negative", "blur", "--steps", "2", "--size", "32x32", "--seed", "5", "--cfg", "4"];

const ask = async <T>(path: string, body?: object): Promise<T> =>
  (await fetch(server.url + path, body && { method: "POST", body: JSON.stringify(body) })).json() as Promise<T>;

/** The image that A1111's face answers with. */
async function fromA1111(prompt: string): Promise<Uint8Array> {
  const { images, info } = await ask<{ images: [string]; info: string }>("/sdapi/v1/txt2img", {
    ...{ prompt, negative_prompt: "blur", steps: 2, width: 32, height: 32, seed: 5, cfg_scale: 4 },
    ...{ sampler_name: "Euler a", override_settings: { sd_model_checkpoint: "tiny" } },
  });
  expect(JSON.parse(info).seedproof.lost).toEqual([]);
  return new Uint8Array(Buffer.from(images[0], "base64"));
}

/** The file that ComfyUI's face saves. */
async function fromComfyUi(text: string, { checkpoint = "tiny", lora = false, side = 64, steps = 2 } = {}) {
  const [model, clip] = lora ? [["8", 0] as const, ["8", 1] as const] : [["1", 0] as const, ["1", 1] as const];
  const loader = { model: ["1", 0], clip: ["1", 1], lora_name: "ink", strength_model: 0.8, strength_clip: 0.8 };
  const prompt = {
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: checkpoint } },
    ...(lora && { "8": { class_type: "LoraLoader", inputs: loader } }),
    "2": { class_type: "CLIPTextEncode", inputs: { text, clip } },
    "3": { class_type: "CLIPTextEncode", inputs: { text: "blur", clip } },
    "4": { class_type: "EmptyLatentImage", inputs: { width: side, height: side, batch_size: 1 } },
    "5": {
      class_type: "KSampler",
      inputs: {
        ...{ seed: 5, steps, cfg: 4, sampler_name: "euler", scheduler: "normal", denoise: 1, model },
        ...{ positive: ["2", 0], negative: ["3", 0], latent_image: ["4", 0] },
      },
    },
    "6": { class_type: "VAEDecode", inputs: { samples: ["5", 0], vae: ["1", 2] } },
    "7": { class_type: "SaveImage", inputs: { filename_prefix: "a", images: ["6", 0] } },
  };
  const { prompt_id: id } = await ask<{ prompt_id: string }>("/prompt", { prompt });
  type Entry = { outputs: Record<string, { images: [{ filename: string }] }>; status: { messages: unknown[] } };
  await expect.poll(async () => id in (await ask<object>(`/history/${id}`)), { timeout: 120_000 }).toBe(true);
  const { outputs, status } = (await ask<Record<string, Entry>>(`/history/${id}`))[id]!;
  expect(JSON.stringify(status.messages)).toContain("execution_success");
  return join(server.home, "faces", "output", outputs["7"]!.images[0].filename);
}
const hashOf = async (image: string | Uint8Array): Promise<string> => pixelHash(await decodeDisplayed(image));

describe("a LoRA", () => {
  test("in A1111's prompt draws the pixels of the command line, where the tag and the option mean the same", async () => {
    const image = await fromA1111("a fox <lora:ink:0.8>");
    const tagged = await drawn("tag", ...TINY, "--sampler", "Euler a", "--prompt", "a fox <lora:ink:0.8>");
    const option = await drawn("option", ...TINY, "--sampler", "Euler a", "--prompt", "a fox", "--lora", "ink:0.8");
    const plain = await drawn("plain", ...TINY, "--sampler", "Euler a", "--prompt", "a fox");
    expect(new Set([await hashOf(image), ...[tagged, option].map(({ images }) => images[0].pixelsSha256)]).size).toBe(
      1,
    );
    expect(plain.images[0].pixelsSha256).not.toBe(tagged.images[0].pixelsSha256);
    expect(plain.recipe.adapters).toEqual([]);
    // Its file is known by the hash that A1111 writes down, and the image leads back to itself.
    const { recipe, conflicts } = await readImageBytes("a.png", image);
    expect(conflicts).toEqual([]);
    expect(recipe!.adapters).toEqual(tagged.recipe.adapters);
    expect(recipe!.adapters).toMatchObject([
      { name: "ink", weight: 0.8, hashes: [{ kind: "autov3", value: expect.stringMatching(/^[0-9a-f]{12}$/) }] },
    ]);
    const again = await drawn("again", "--model", "tiny", "--from", tagged.images[0].file);
    expect(again.images[0].sha256).toBe(tagged.images[0].sha256);
    const other = await drawn("other", "--model", "tiny", "--from", tagged.images[0].file, "--prompt", "a fox");
    expect(other.images[0].pixelsSha256).toBe(plain.images[0].pixelsSha256);
  }, 300_000);

  test("in ComfyUI's LoraLoader draws the pixels of the command line by ComfyUI's customs", async () => {
    const file = await fromComfyUi("a fox", { lora: true });
    const comfy = ["--dialect", "comfyui", "--sampler", "euler", "--schedule", "normal", "--prompt", "a fox"];
    const cli = await drawn("comfy", ...TINY, ...comfy, "--lora", "ink:0.8");
    expect(cli.images[0].pixelsSha256).toBe(await hashOf(file));
    expect((await drawn("comfy-plain", ...TINY, ...comfy)).images[0].pixelsSha256).not.toBe(await hashOf(file));
    expect((await readImage(file)).recipe!.adapters).toMatchObject(cli.recipe.adapters);
  }, 300_000);
});

describe("a textual inversion in the workspace", () => {
  test("is a word of A1111's prompts, in the fingerprint, in the recipe, and in the list of the face", async () => {
    const args = [...TINY, "--sampler", "Euler a", "--prompt"];
    const worded = await drawn("mood", ...args, "a fox, (Mood:1.1)");
    const inside = await drawn("moody", ...args, "a fox, (moody:1.1)");
    expect(worded.engine.adapters).toEqual([
      { name: "mood.safetensors", weight: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect([inside.engine.adapters, inside.recipe.adapters]).toEqual([[], []]);
    expect(worded.recipe.adapters).toEqual([
      { type: "embedding", name: "mood", hashes: [{ kind: "sha256", value: worded.engine.adapters[0]!.sha256 }] },
    ]);
    const image = await fromA1111("a fox, (Mood:1.1)");
    expect(await hashOf(image)).toBe(worded.images[0].pixelsSha256);
    const reading = await readImageBytes("a.png", image);
    expect([reading.conflicts, reading.recipe!.adapters]).toEqual([[], worded.recipe.adapters]);
    const again = await drawn("mood-again", "--model", "tiny", "--from", worded.images[0].file);
    expect([again.missing, again.images[0].sha256]).toEqual([[], worded.images[0].sha256]);
    expect(await ask("/sdapi/v1/embeddings")).toMatchObject({
      loaded: { mood: { shape: 64, vectors: 2 } },
      skipped: {},
    });
  }, 300_000);

  test("is found by its hash under another name; where it is not here it is missing, and the word is letters", async () => {
    const worded = await drawn("named", ...TINY, "--sampler", "Euler a", "--prompt", "a fox mood");
    const elsewhere = join(server.home, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "renamed.safetensors"), EMBEDDING);
    const home = join(server.home, "other");
    const added = addModel(home, join(elsewhere, "renamed.safetensors"), { copy: true, now: () => new Date(0) });
    expect([added.path, added.runs]).toEqual([join(home, "models", "embeddings", "renamed.safetensors"), true]);
    const model = ["--model", join(server.home, "models", "tiny"), "--from", worded.images[0].file];
    const renamed = await drawn("renamed", "--home", home, ...model);
    expect(renamed.images[0].pixelsSha256).toBe(worded.images[0].pixelsSha256);
    const without = await drawn("without", "--home", join(server.home, "empty"), ...model);
    expect(without.missing).toEqual(["mood"]);
    expect(without.images[0].pixelsSha256).not.toBe(worded.images[0].pixelsSha256);
  }, 300_000);

  test("stands behind embedding: in ComfyUI's prompts", async () => {
    const file = await fromComfyUi("a fox embedding:mood, red");
    const comfy = ["--dialect", "comfyui", "--sampler", "euler", "--schedule", "normal"];
    const cli = await drawn("comfy-mood", ...TINY, ...comfy, "--prompt", "a fox embedding:mood.safetensors, red");
    expect(cli.images[0].pixelsSha256).toBe(await hashOf(file));
    expect((await readImage(file)).recipe).toMatchObject({
      adapters: [{ type: "embedding", name: "mood" }],
      extra: { engine: { adapters: [{ name: "mood.safetensors" }] } },
    });
    const bare = await drawn("comfy-bare", ...TINY, ...comfy, "--prompt", "a fox mood, red");
    expect(bare.engine.adapters).toEqual([]);
    expect(await ask("/embeddings")).toEqual(["mood"]);
    expect(await ask("/models/embeddings")).toEqual(["mood.safetensors"]);
  }, 300_000);

  test("that is no list of vectors is refused where a prompt names it, and no file is written", async () => {
    const path = join(server.home, "models", "embeddings", "broken.safetensors");
    writeFileSync(path, safetensors(new Map([["emb_params", floatWeight([1, 2, 64], new Float32Array(128))]])));
    const draw = drawn("broken", ...TINY, "--sampler", "Euler a", "--prompt", "a broken fox");
    await expect(draw).rejects.toMatchObject({ code: "engine.embedding-malformed" });
    await expect(decodeDisplayed(join(server.home, "broken.png"))).rejects.toThrow();
    expect(await ask("/sdapi/v1/embeddings")).toMatchObject({ skipped: { broken: {} } });
  }, 300_000);
});

test("ComfyUI's empty latent takes the channels of the model that comes with the package", async () => {
  const file = await fromComfyUi("a red cat", { checkpoint: "scenes-128", side: 128, steps: 1 });
  const comfy = ["--dialect", "comfyui", "--sampler", "euler", "--schedule", "normal", "--negative", "blur"];
  const cli = await drawn("shipped", ...comfy, "--prompt", "a red cat", "--steps", "1", "--seed", "5", "--cfg", "4");
  expect(cli.images[0].pixelsSha256).toBe(await hashOf(file));
}, 300_000);
