import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listShelf } from "../../../src/node/model-shelf.ts";
import { decodeDisplayed } from "../../../src/node/pixels.ts";
import { writeTinyModel } from "../../engine/tiny-model.ts";
import { seedproof } from "../../helpers/cli.ts";
import { type FacesServer, facesServer, tinyAdapter } from "../../helpers/faces-server.ts";
import { testServer } from "../../helpers/server.ts";

const TRIGGER = "washed";
const before = process.env.SEEDPROOF_MODELS;
let [folder, faces]: [string, FacesServer | undefined] = ["", undefined];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-package-"));
  writeTinyModel(join(folder, "scenes-128"));
  const metadata = {
    ...{ ss_network_dim: "2", "modelspec.trigger_phrase": TRIGGER, ss_output_name: "Wash" },
    ...{ ss_dataset_dirs: JSON.stringify({ wash: { n_repeats: 10 } }), ss_num_train_images: "12" },
  };
  writeFileSync(join(folder, "scenes-128", "wash.safetensors"), tinyAdapter(metadata));
  process.env.SEEDPROOF_MODELS = folder;
  faces = await facesServer();
});
afterAll(async () => {
  if (before === undefined) delete process.env.SEEDPROOF_MODELS;
  else process.env.SEEDPROOF_MODELS = before;
  await faces?.close();
  rmSync(folder, { recursive: true });
});

const ask = async <T>(path: string, body?: object): Promise<T> =>
  (await fetch(faces!.url + path, body && { method: "POST", body: JSON.stringify(body) })).json() as Promise<T>;

test("a model and an adapter of the package stand on every shelf, with kind and trigger words, without being added", () => {
  const home = join(folder, "home");
  const shelf = listShelf(home).map(({ name, by, architecture: { kind }, claims }) => [
    ...[name, by, kind],
    ...claims.triggers.map(({ word }) => word),
  ]);
  expect(shelf).toEqual([
    ["scenes-128", "shipped", "checkpoint"],
    ["wash", "shipped", "lora", TRIGGER],
  ]);
  const listed = seedproof(["models", "list", "--home", home, "--json"]);
  expect(listed.stdout).toContain('"name":"wash"');
  const drawn = seedproof([
    ...["generate", "--home", home, "--prompt", "a fox", "--lora", "wash:0.8", "--steps", "1", "--sampler", "Euler"],
    ...["--size", "32x32", "--seed", "1", "-o", join(folder, "a.png"), "--json"],
  ]);
  expect(drawn.stderr).toBe("");
  expect(drawn.json[0]).toMatchObject({ recipe: { adapters: [{ name: "wash", weight: 0.8 }] } });
}, 60_000);

test("the page is told of it with its trigger words", async () => {
  const server = testServer();
  const { json } = await server.ask("/models");
  expect(json.models).toContainEqual(
    expect.objectContaining({
      name: "wash",
      kind: "lora",
      by: "shipped",
      triggers: [{ word: TRIGGER, from: "stated" }],
    }),
  );
  await server.close();
});

test("A1111's clients find it and draw with it", async () => {
  const loras = await ask<{ name: string; metadata: object }[]>("/sdapi/v1/loras");
  expect(loras.map(({ name, metadata }) => [name, metadata])).toEqual([
    ["ink", {}],
    [
      "wash",
      {
        ...{ ss_num_train_images: "12", ss_dataset_dirs: { wash: { n_repeats: 10 } } },
        ...{ ss_network_dim: "2", "modelspec.trigger_phrase": TRIGGER, ss_output_name: "Wash" },
      },
    ],
  ]);
  // What A1111 puts first comes first.
  expect(Object.keys(loras[1]!.metadata)[0]).toBe("ss_num_train_images");
  const draw = async (prompt: string): Promise<Uint8Array> => {
    const order = { prompt, steps: 1, sampler_name: "Euler", seed: 1, width: 32, height: 32 };
    const { images, info } = await ask<{ images: string[]; info: string }>("/sdapi/v1/txt2img", order);
    expect(JSON.parse(info).seedproof.lost).toEqual([]);
    return (await decodeDisplayed(new Uint8Array(Buffer.from(images[0]!, "base64")))).data;
  };
  expect(await draw("a fox <lora:wash:0.8>")).not.toEqual(await draw("a fox"));
}, 120_000);

test("ComfyUI's clients find it in LoraLoader", async () => {
  type Info = { LoraLoader: { input: { required: { lora_name: [string[]] } } } };
  expect((await ask<Info>("/object_info/LoraLoader")).LoraLoader.input.required.lora_name[0]).toEqual(["ink", "wash"]);
  expect(await ask("/models/loras")).toEqual(["ink", "wash"]);
});
