import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readImage } from "../../src/node/read-image.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import { infotextAccount } from "../../src/recipe/infotext/account.ts";
import { parseInfotext } from "../../src/recipe/infotext/infotext.ts";
import type { Adapter, Pass, Recipe } from "../../src/recipe/recipe.ts";
import { recipeHash } from "../../src/recipe/recipe-hash.ts";
import { writeInfotext } from "../../src/recipe/write-infotext.ts";
import { a1111Pairs, a1111Unquote } from "../helpers/infotext.ts";
import { samplePath, samples } from "../helpers/samples.ts";

function readBack(text: string): Recipe {
  const info = parseInfotext(text);
  expect(info, text).toBeDefined();
  return foldRecipe(infotextAccount("a1111", 0, info!).statements);
}

const FAMILY = /^(?:a1111|forge|forge-classic|forge-neo|reforge|sd-next|civitai)$/;

describe("what was read from a file of the family", () => {
  const files = samples.filter(({ expected }) => FAMILY.test(expected.tool) && expected.outputNode === undefined);

  test.each(files)("is written and read back equal: $file", async ({ file }) => {
    const { recipe, tool } = await readImage(samplePath(file));
    const { text, losses } = writeInfotext(recipe!, tool);
    expect(losses).toEqual([]);
    // The program's dialect and what stands in other blocks are no part of the text.
    const { Software: _software, ...extra } = recipe!.extra;
    const { seed: _seed, ...base } = recipe!.passes[0]!;
    expect(readBack(text)).toEqual({ ...recipe, extra, passes: [base, ...recipe!.passes.slice(1)] });
  });

  test("is more than a dozen files", () => {
    expect(files.length).toBeGreaterThan(12);
  });
});

const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _.+-]{0,12}[A-Za-z0-9]$/);
const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));
const number = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.double({ min: -50, max: 50, noNaN: true }).filter((value) => value !== 0),
);
const seed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const size = fc.record({ width: fc.integer({ min: 1, max: 9999 }), height: fc.integer({ min: 1, max: 9999 }) });
/** Texts that look like the format itself. */
const prompt = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.constantFrom(
        "\n",
        ", ",
        "Steps: 20, Sampler: Euler, Seed: 1",
        "a Negative prompt: b",
        '"',
        "(x:1.2)",
        "BREAK",
        "{",
        "]",
      ),
    ),
    { maxLength: 10 },
  )
  .map((parts) =>
    parts
      .join("")
      .replace(/[\r<>]/g, "")
      .trim(),
  )
  .filter((text) => !/^\s*Negative prompt:/m.test(text));
const value = fc.oneof(
  word,
  prompt.filter((text) => text !== ""),
  fc.constantFrom('"quoted"', "{a|b}", "[1]", "a, b: c", "x\ny", '"a" and "b"'),
);
const maybe = <T>(key: string, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.option(arbitrary, { nil: undefined }).map((one): Record<string, T> => (one === undefined ? {} : { [key]: one }));
const all = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((list) => Object.assign({}, ...list) as object);

const scheduled = [
  { sampler: { id: "euler-ancestral", raw: "Euler a" }, scheduler: { id: "automatic", raw: "Automatic" } },
  { sampler: { id: "dpmpp-2m-sde", raw: "DPM++ 2M SDE Karras" }, scheduler: { id: "karras", raw: "Karras" } },
  { sampler: { id: "dpmpp-2m", raw: "DPM++ 2M" }, scheduler: { id: "sgm_uniform", raw: "SGM Uniform" } },
];
const unscheduled = [{ sampler: { id: "my-sampler", raw: "My sampler" } }, {}];
const steps = fc.record({ steps: fc.integer({ min: 1, max: 500 }), cfg: number.map((one) => Math.abs(one) + 1) });
const run = all(fc.constantFrom(...scheduled, ...unscheduled), steps);
const upscale = all(
  maybe("method", word),
  fc.record({ factor: fc.integer({ min: 1, max: 400 }).map((hundredths) => hundredths / 100) }),
  fc.oneof(fc.constant({}), size),
);
/** Hires fix takes the schedule of the first run unless it has its own. */
const hires = all(
  fc.constantFrom(...scheduled),
  steps,
  fc.record({ role: fc.constant("hires"), denoise: fc.double({ min: 0.01, max: 1, noNaN: true }), upscale }),
  maybe("prompt", fc.record({ positive: prompt, negative: prompt })),
);

const uniqueNames = fc.uniqueArray(word, { maxLength: 5, selector: (name) => name.toLowerCase() });
const loras = uniqueNames.chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc
        .record({
          weight: number,
          weightText: number,
          v3: fc.boolean(),
          v2: fc.boolean(),
          long: hex(12),
          short: hex(10),
        })
        .map(
          ({ weight, weightText, v3, v2, long, short }): Adapter => ({
            type: "lora",
            name,
            weight,
            weightText,
            hashes: [
              ...(v3 ? [{ kind: "autov3" as const, value: long }] : []),
              ...(v2 ? [{ kind: "autov2" as const, value: short }] : []),
            ],
          }),
        ),
    ),
  ),
);
const embeddings = uniqueNames.chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      hex(12).map((long): Adapter => ({ type: "embedding", name, hashes: [{ kind: "autov3", value: long }] })),
    ),
  ),
);
const models = fc
  .tuple(word, hex(10), fc.option(fc.tuple(word, hex(10)), { nil: undefined }))
  .map(([name, hash, vae]) => [
    { role: "checkpoint", name, hashes: [{ kind: "autov2", value: hash }] },
    ...(vae ? [{ role: "vae", name: vae[0], hashes: [{ kind: "autov2", value: vae[1] }] }] : []),
  ]);

/** Recipes as the family's readers give them. */
const recipes = fc
  .record({
    texts: fc.tuple(prompt, prompt),
    templates: all(
      maybe(
        "template",
        value.map((text) => text.trim()),
      ),
      maybe("negativeTemplate", word),
    ),
    top: all(
      maybe("toolVersion", word),
      maybe("seed", seed),
      maybe("size", size),
      maybe("clipSkip", fc.integer({ min: 1, max: 12 })),
      maybe(
        "rng",
        all(
          fc.record({ source: fc.constantFrom("cpu", "gpu", "nv") }),
          maybe("ensd", fc.integer({ min: 0, max: 99999 })),
        ),
      ),
      maybe("variation", fc.record({ seed, strength: number, resizeFrom: size })),
      maybe("batch", fc.record({ size: fc.integer({ min: 1, max: 9 }), index: fc.integer({ min: 0, max: 8 }) })),
    ),
    base: run,
    second: fc.option(hires, { nil: undefined }),
    models,
    loras,
    embeddings,
    extra: fc.dictionary(
      fc.stringMatching(/^Zz [A-Za-z0-9 _/-]{0,10}[A-Za-z0-9]$/),
      fc.oneof(value, fc.constant({ a: [1, "x, }y", null] }), fc.constant(["[", '"'])),
    ),
  })
  .map(({ texts: [positive, negative], templates, top, base, second, models, loras, embeddings, extra }): Recipe => {
    const tags = loras.map(({ name, weight, weightText }) => `<lora:${name}:${weightText}:${weight}>`).join(" ");
    return {
      dialect: "a1111",
      mode: "txt2img",
      prompt: { positive: `${positive} ${tags}`.trim(), negative, ...templates },
      passes: [base, ...(second ? [second] : [])] as Pass[],
      models,
      adapters: [...loras, ...embeddings],
      extra,
      ...top,
    } as Recipe;
  });

describe("any recipe of the family", () => {
  test("is written without loss and read back equal", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const { text, losses } = writeInfotext(recipe);
        expect(losses).toEqual([]);
        const { Hashes: _hashes, ...extra } = readBack(text).extra;
        expect({ ...readBack(text), extra }).toEqual(recipe);
        expect(recipeHash(readBack(text))).toBe(recipeHash(recipe));
      }),
    );
  });

  test("gives A1111's own regular expression the same keys and values", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const plain = { ...recipe, extra: {}, adapters: recipe.adapters.map((one) => ({ ...one, hashes: [] })) };
        const { text } = writeInfotext(plain);
        const line = text.slice(text.lastIndexOf("\n") + 1);
        const ours = parseInfotext(text)!.parameters.map(({ key, value: ours }) => [key, ours]);
        expect(a1111Pairs(line).map(([key, raw]) => [key, a1111Unquote(raw)])).toEqual(ours);
      }),
    );
  });
});

test("what Stability Matrix and Civitai's graphs recorded gets A1111's names", async () => {
  const named = async (file: string): Promise<string> => {
    const { recipe, tool } = await readImage(samplePath(file));
    return writeInfotext(recipe!, tool).text.split("\n").at(-1)!;
  };
  expect(await named("derived__sdm__png_stability-matrix.png")).toBe(
    "Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 5, Seed: 395309383, Size: 1024x1024, " +
      "Model hash: a5f58eb1c3, Model: waiIllustriousSDXL_v160, Clip skip: 2",
  );
  expect(await named("sdm__jpg_civitai-hires.jpg")).toContain("Sampler: Euler a, Schedule type: Normal, CFG scale: 5");
});

describe("a recipe of another tool", () => {
  const comfy: Recipe = {
    dialect: "comfyui",
    mode: "txt2img",
    prompt: { positive: "((a cat:1.3)), [b]", negative: "bad" },
    seed: "5",
    size: { width: 512, height: 768 },
    passes: [
      {
        steps: 20,
        cfg: 7,
        denoise: 1,
        sampler: { id: "dpmpp-2m-sde", raw: "dpmpp_2m_sde_gpu", variant: "gpu" },
        scheduler: { id: "sgm_uniform", raw: "sgm_uniform" },
      },
    ],
    models: [
      { role: "checkpoint", name: "sub\\model.safetensors", hashes: [{ kind: "sha256", value: "ab".repeat(32) }] },
    ],
    adapters: [{ type: "lora", name: "x/style.safetensors", weight: 0.8, weightText: 0.5, hashes: [] }],
    extra: { node: 1 },
  };

  test("gets A1111's names, grammar and tags", () => {
    const { text } = writeInfotext(comfy, "comfyui");
    expect(text).toBe(
      "(a cat:1.3), \\[b\\] <lora:style:0.5:0.8>\nNegative prompt: bad\n" +
        "Steps: 20, Sampler: DPM++ 2M SDE, Schedule type: SGM Uniform, CFG scale: 7, Seed: 5, Size: 512x768, " +
        "Model hash: ababababab, Model: model",
    );
    const back = readBack(text);
    expect(back.passes[0]).toMatchObject({ sampler: { id: "dpmpp-2m-sde" }, scheduler: { id: "sgm_uniform" } });
    expect(back.mode).toBe("txt2img");
  });

  test("says what is lost on the way", () => {
    const paths = writeInfotext(comfy, "comfyui").losses.map(({ where }) => where?.pointer);
    expect(paths).toEqual(["/passes/0/sampler", "/extra", "/prompt/positive"]);
    const second = { ...comfy, passes: [...comfy.passes, { steps: 5, denoise: 1 }] };
    expect(writeInfotext(second, "comfyui").losses.map(({ where }) => where?.pointer)).toContain("/passes/1");
  });

  test("of NovelAI keeps the weights of its texts", () => {
    const recipe: Recipe = {
      ...comfy,
      dialect: "novelai",
      prompt: { positive: "{{a}}, 1.5::rain:: (b)", negative: "[c]" },
    };
    const [positive, negative] = writeInfotext({ ...recipe, adapters: [] }, "novelai").text.split("\n");
    expect(positive).toBe(`(a:${1.05 * 1.05}), (rain:1.5) \\(b\\)`);
    expect(negative).toBe(`Negative prompt: (c:${1 / 1.05})`);
  });

  test("keeps its prompt letter for letter where A1111 reads it the same", () => {
    const recipe: Recipe = { ...comfy, prompt: { positive: "a (cat:1.5), \\(b\\)" }, adapters: [] };
    expect(writeInfotext(recipe, "comfyui").text.split("\n")[0]).toBe("a (cat:1.5), \\(b\\)");
  });
});

test("what A1111 cannot hold is said: a prompt that it would cut, and too few parameters", () => {
  const recipe: Recipe = {
    dialect: "a1111",
    prompt: { positive: "a\nNegative prompt: b" },
    passes: [{ steps: 1 }],
    models: [],
    adapters: [],
    extra: { "bad: key": "x" },
  };
  const { losses } = writeInfotext(recipe);
  expect(losses.map(({ where }) => where?.pointer)).toEqual(["/extra/bad: key", "/prompt/positive", ""]);
});
