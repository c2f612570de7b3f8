import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync, strFromU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { type ModelFolder, modelOn, readCheckpoint, readModelFolder } from "../../src/engine/load.ts";
import { tensor } from "../../src/engine/tensor.ts";
import { openAiVocabulary } from "../../src/engine/tokenizer/vocabulary.ts";
import { bytesSource } from "../../src/image/source.ts";
import { referenceBackend } from "../../src/node/reference-backend.ts";
import { golden } from "./golden.ts";
import { checkpointOf } from "./weights/layouts.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const vocabulary = openAiVocabulary(
  strFromU8(gunzipSync(readFileSync(join(ROOT, "models/tokenizer/clip/bpe_simple_vocab_16e6.txt.gz")))),
);
const refusal = (code: string): unknown => expect.objectContaining({ code: `engine.${code}` });

/** A diffusers folder in memory, of golden networks. */
function folderOf(
  unet: string,
  texts: Readonly<Record<string, string>>,
  scheduler: unknown,
): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  const network = (folder: string, weights: string, name: string): void => {
    files.set(`${folder}/config.json`, JSON.stringify(golden(name).config));
    files.set(
      `${folder}/${weights}.safetensors`,
      readFileSync(join(import.meta.dirname, `graph/vectors/${name}.safetensors`)),
    );
  };
  network("unet", "diffusion_pytorch_model", unet);
  network("vae", "diffusion_pytorch_model", "vae-sd");
  for (const [folder, name] of Object.entries(texts)) {
    network(folder, "model", name);
    const tokens = folder.replace("text_encoder", "tokenizer");
    files.set(
      `${tokens}/vocab.json`,
      JSON.stringify({ "a</w>": 1, "!</w>": 0, "<|startoftext|>": 94, "<|endoftext|>": 95 }),
    );
    files.set(`${tokens}/merges.txt`, "#version: 0.2\n");
    files.set(`${tokens}/special_tokens_map.json`, JSON.stringify({ pad_token: { content: "!</w>" } }));
  }
  files.set("scheduler/scheduler_config.json", JSON.stringify(scheduler));
  return files;
}
const folder = (files: ReadonlyMap<string, string | Uint8Array>): ModelFolder => ({
  text: (path) => (typeof files.get(path) === "string" ? (files.get(path) as string) : undefined),
  open: (path) => (files.get(path) instanceof Uint8Array ? bytesSource(files.get(path) as Uint8Array) : undefined),
});

describe("a diffusers folder", () => {
  const scheduler = {
    beta_schedule: "scaled_linear",
    beta_start: 0.00085,
    beta_end: 0.012,
    prediction_type: "v_prediction",
  };
  const files = folderOf("unet-sdxl", { text_encoder_2: "text-g" }, scheduler);

  test("of SDXL's kind runs: text, its pooled state, UNet and autoencoder", async () => {
    const model = modelOn(await referenceBackend(), readModelFolder(folder(files)), {});
    const { tokenizer, padding, chunkLength } = model.textEncoders[0]!;
    expect([model.unet.prediction, padding, tokenizer.encode("a!"), chunkLength]).toEqual(["v", 0, [1, 0], 16]);
    const ids = [94, 1, 95, ...new Array<number>(13).fill(padding)];
    const { hidden, pooled } = await model.textEncoders[0]!.encode([ids], 1);
    expect([hidden.shape, pooled!.shape]).toEqual([
      [1, 16, 24],
      [1, 6],
    ]);
    const image = await model.vae.decode(tensor([1, 4, 2, 2]));
    expect(image.shape).toEqual([1, 3, 8, 8]);
    expect(model.alphasCumprod).toHaveLength(1000);
    await Promise.all([model.unet, model.vae, ...model.textEncoders].map((network) => network.close()));
  });

  test("of SD 1.x's kind reads the last layer with its norm and predicts noise", () => {
    const { unet, textEncoders } = readModelFolder(folder(folderOf("unet-sd1", { text_encoder: "text-l" }, {})));
    expect(unet.prediction).toBe("epsilon");
    expect(textEncoders[0]!.reading).toMatchObject({ trainedSkip: 1, finalNorm: true });
  });

  test.each([...files.keys()].filter((path) => !path.endsWith("special_tokens_map.json")))(
    "without %s is refused by name",
    (path) => {
      const rest = new Map([...files].filter(([name]) => name !== path));
      expect(() => readModelFolder(folder(rest))).toThrow(refusal("model-incomplete"));
    },
  );

  test("with training noise of another kind is refused by name", () => {
    const other = new Map(files).set("scheduler/scheduler_config.json", '{"beta_schedule":"squaredcos_cap_v2"}');
    expect(() => readModelFolder(folder(other))).toThrow(refusal("config-unsupported"));
  });
});

describe("a single-file checkpoint", () => {
  test.each([
    ["sd1", 1, { prediction: "epsilon" }, [{ trainedSkip: 1, finalNorm: true, padding: 49_407 }], 0.18215],
    ["sd2", 1, { prediction: "epsilon" }, [{ trainedSkip: 2, finalNorm: true, padding: 0 }], 0.18215],
    [
      "sdxl",
      2,
      { prediction: "epsilon" },
      [{ trainedSkip: 2, finalNorm: false, padding: 49_407 }, { padding: 0 }],
      0.13025,
    ],
  ] as const)("%s is taken apart", (family, encoders, unet, readings, scalingFactor) => {
    const parts = readCheckpoint(checkpointOf(family), { vocabulary });
    expect(parts.textEncoders).toHaveLength(encoders);
    expect(parts.unet).toMatchObject(unet);
    expect(parts.textEncoders.map(({ reading }) => reading)).toMatchObject(readings);
    expect(parts.vae.config.scalingFactor).toBe(scalingFactor);
  });

  test("predicts velocity where its file or its user says so", () => {
    const told = checkpointOf("sd1", { metadata: { "modelspec.prediction_type": "v" } });
    expect(readCheckpoint(told, { vocabulary }).unet.prediction).toBe("v");
    expect(readCheckpoint(checkpointOf("sd2"), { vocabulary, prediction: "v" }).unet.prediction).toBe("v");
  });
});
