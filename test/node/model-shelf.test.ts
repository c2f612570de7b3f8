import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { findModelPath } from "../../src/node/find-model.ts";
import {
  type AddOptions,
  addModel,
  findOnShelf,
  listShelf,
  matchOnShelf,
  removeModel,
  staleModels,
} from "../../src/node/model-shelf.ts";
import { noteUse, usesOf } from "../../src/node/model-uses.ts";
import { LORA, withMetadata } from "../engine/tiny-lora.ts";
import { safetensors, writeTinyModel } from "../engine/tiny-model.ts";

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const options = (more: Partial<AddOptions> = {}): AddOptions => ({ now: () => new Date(0), ...more });
let homes = 0;
const newHome = (): string => at(`home-${homes++}`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-shelf-"));
  writeTinyModel(at("tiny"));
  writeFileSync(
    at("ink.safetensors"),
    withMetadata(LORA, {
      ss_network_dim: "1",
      ss_output_name: "ink-style",
      "modelspec.trigger_phrase": "inkwash",
      ss_tag_frequency: JSON.stringify({ a: { cat: 3, inkwash: 9 }, b: { cat: 4, dog: 1 } }),
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("adding to the shelf", () => {
  test("links a file, knows it by every hash, and says what it is", () => {
    const home = newHome();
    const model = addModel(home, at("ink.safetensors"), options());
    const bytes = readFileSync(at("ink.safetensors"));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(model).toMatchObject({ name: "ink", by: "link", form: "single", bytes: bytes.length, runs: true });
    expect(model.architecture).toMatchObject({ kind: "lora", family: "sd1", parameters: 770, types: ["F32"] });
    expect(model.hashes).toContainEqual({ kind: "sha256", value: sha256 });
    expect(model.hashes.map(({ kind }) => kind).sort()).toEqual(
      "autov1 autov2 autov3 blake3 crc32 sha256 swarm".split(" "),
    );
    expect(model.claims).toMatchObject({ title: "ink-style", training: { rank: "1" } });
    expect(model.claims.triggers).toEqual([
      { word: "inkwash", from: "stated" },
      { word: "cat", from: "tags", count: 7 },
      { word: "dog", from: "tags", count: 1 },
    ]);
    expect(lstatSync(model.path).isSymbolicLink()).toBe(true);
    for (const name of ["ink", sha256, sha256.slice(0, 10), model.hashes.at(-1)!.value]) {
      expect(findOnShelf(name, listShelf(home))?.name).toBe("ink");
      expect(findModelPath(name, home)).toBe(model.path);
    }
  });

  test("takes a diffusers folder by its UNet's hash, with those of all files", () => {
    const home = newHome();
    const model = addModel(home, at("tiny"), options({ copy: true, name: "small" }));
    const unet = createHash("sha256")
      .update(readFileSync(at("tiny/unet/diffusion_pytorch_model.safetensors")))
      .digest("hex");
    expect(model).toMatchObject({ form: "folder", by: "copy", runs: true });
    expect(model.files).toMatchObject({ "unet/diffusion_pytorch_model.safetensors": unet });
    expect(Object.keys(model.files!)).toHaveLength(3);
    expect(
      matchOnShelf({ name: "whatever", hashes: [{ kind: "sha256", value: unet }] }, listShelf(home)),
    ).toMatchObject({ by: "hash" });
    expect(readdirSync(model.path)).toEqual(readdirSync(at("tiny")));
  });

  test("leaves a linked file where it is when it is removed, and forgets the model", () => {
    const home = newHome();
    const { path } = addModel(home, at("ink.safetensors"), options());
    removeModel(home, "ink");
    expect([existsSync(path), existsSync(at("ink.safetensors"))]).toEqual([false, true]);
    expect(listShelf(home).filter(({ by }) => by !== "shipped")).toEqual([]);
  });

  test("refuses a second model of a name, and names that are paths", () => {
    const home = newHome();
    addModel(home, at("ink.safetensors"), options());
    expect(() => addModel(home, at("ink.safetensors"), options())).toThrow(
      expect.objectContaining({ code: "model.name-taken" }),
    );
    for (const name of ["../x", ".hidden", "a/b", ""]) {
      expect(() => addModel(home, at("ink.safetensors"), options({ name }))).toThrow(/is no name|on the shelf already/);
    }
  });

  test("no longer counts a file that was changed after it was added", () => {
    const home = newHome();
    writeFileSync(at("change.safetensors"), safetensors(LORA));
    addModel(home, at("change.safetensors"), options());
    writeFileSync(at("change.safetensors"), concatBytes(safetensors(LORA)).fill(1, -4));
    writeFileSync(at("change.safetensors"), withMetadata(LORA, { a: "b" }));
    expect(listShelf(home).some(({ name }) => name === "change")).toBe(false);
    expect(staleModels(home).map(({ name }) => name)).toEqual(["change"]);
  });
});

describe("what a recipe names", () => {
  test("is found by hash before name, and a file of the name with other bytes is told", () => {
    const home = newHome();
    const { hashes } = addModel(home, at("ink.safetensors"), options());
    const models = listShelf(home);
    const autov3 = hashes.find(({ kind }) => kind === "autov3")!;
    expect(matchOnShelf({ name: "other", hashes: [autov3] }, models)).toMatchObject({
      by: "hash",
      model: { name: "ink" },
    });
    expect(matchOnShelf({ name: "INK.safetensors", hashes: [] }, models).by).toBe("name");
    expect(matchOnShelf({ name: "ink", hashes: [{ kind: "autov3", value: "000000000000" }] }, models).by).toBe("other");
    // A hash of a kind that is not known of the file can neither confirm nor refute it.
    const unhashed = models.map((model) => ({ ...model, hashes: [autov3] }));
    expect(matchOnShelf({ name: "ink", hashes: [{ kind: "crc32", value: "00000000" }] }, unhashed).by).toBe("name");
    // Equal digits of another kind say nothing.
    expect(matchOnShelf({ name: "x", hashes: [{ kind: "swarm", value: autov3.value }] }, models).by).toBe("none");
  });

  test("leaves a note of each use", () => {
    const home = newHome();
    addModel(home, at("ink.safetensors"), options());
    const use = { time: "2026-01-01T00:00:00Z", model: "ink", command: "generate", images: 2 };
    noteUse(home, use);
    noteUse(home, { ...use, model: "other" });
    expect(usesOf(home, "ink")).toEqual([use]);
  });
});

describe("bad weights", () => {
  const good = (): Uint8Array => safetensors(LORA);
  const header = (change: (json: Record<string, { data_offsets: number[]; shape: number[] }>) => void): Uint8Array => {
    const bytes = good();
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    change(json);
    const text = utf8(JSON.stringify(json));
    const size = new Uint8Array(8);
    new DataView(size.buffer).setUint32(0, text.length, true);
    return concatBytes(size, text, bytes.subarray(8 + length));
  };
  const up = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight";
  const nan = (): Uint8Array => {
    const bytes = good().slice();
    bytes.set([0, 0, 0xc0, 0x7f], bytes.length - 4);
    return bytes;
  };
  // A pickle that calls os.system: PROTO 2, GLOBAL, MARK, text, TUPLE, REDUCE, STOP.
  const pickle = utf8("\x80\x02cos\nsystem\n(X\x04\x00\x00\x00echotR.").subarray(1);
  const code = concatBytes(Uint8Array.of(0x80), pickle.subarray(pickle.indexOf(2)));

  test.each<[string, () => Uint8Array, RegExp]>([
    ["cut", () => good().subarray(0, -2), /engine\.weights-damaged/],
    [
      "with a hole",
      () => header((json) => (json[up]!.data_offsets = json[up]!.data_offsets.map((n) => n + 4))),
      /engine\.weights-damaged/,
    ],
    [
      "overlapping",
      () => header((json) => (json[up]!.data_offsets = json[up]!.data_offsets.map((n) => n - 8))),
      /engine\.weights-damaged/,
    ],
    [
      "of a shape that its bytes do not fill",
      () => header((json) => (json[up]!.shape = [3, 1])),
      /engine\.weights-damaged/,
    ],
    ["with a number that is none", nan, /engine\.weights-not-finite/],
    ["a pickle with code", () => code, /model\.pickle-code/],
    ["no model at all", () => utf8("hello"), /model\.safetensors-malformed/],
  ])("%s are refused by name and nothing stays behind", (_, make, expected) => {
    const home = newHome();
    writeFileSync(at("bad.safetensors"), make());
    let found = "";
    try {
      addModel(home, at("bad.safetensors"), options());
    } catch (error) {
      found = (error as { code: string }).code;
    }
    expect(found).toMatch(expected);
    expect(existsSync(join(home, "models"))).toBe(false);
  });

  test("of a network that they do not fit are refused", () => {
    writeTinyModel(at("misfit"));
    const config = JSON.parse(readFileSync(at("misfit/text_encoder_2/config.json"), "utf8"));
    writeFileSync(at("misfit/text_encoder_2/config.json"), JSON.stringify({ ...config, intermediate_size: 256 }));
    expect(() => addModel(newHome(), at("misfit"), options())).toThrow(
      expect.objectContaining({ code: "engine.weights-shape" }),
    );
  });
});
