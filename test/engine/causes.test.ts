import { describe, expect, test } from "vitest";
import { CAUSES } from "../../src/engine/causes.ts";
import { type CauseFacts, MATCHES, matchCauses } from "../../src/engine/match-causes.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";

const recipe = (change: Partial<Recipe> = {}): Recipe => ({
  ...{ dialect: "a1111", prompt: { positive: "a cat" }, passes: [{ sampler: { id: "euler", raw: "Euler" } }] },
  ...{ models: [], adapters: [], extra: {} },
  ...change,
});
const facts = (change: Partial<CauseFacts> = {}): CauseFacts => ({
  ...{ tool: "a1111", recipe: recipe(), missing: [], unsupported: [], assumed: [] },
  ...{ lossy: false, conflicts: false, resized: false, engine: "embedded" },
  ...change,
});
const ids = (change: Partial<CauseFacts>): string[] =>
  matchCauses(facts(change)).map(({ id, status }) => `${id} ${status}`);
const sampler = (id: string, variant?: string): Recipe["passes"] => [
  { sampler: { id, raw: id, ...(variant && { variant }) } },
];

describe("the table of causes", () => {
  test("has one row and one way to tell for each id, in both languages", () => {
    expect(CAUSES.map(({ id }) => id).sort()).toEqual(Object.keys(MATCHES).sort());
    expect(new Set(CAUSES.map(({ id }) => id)).size).toBe(CAUSES.length);
    for (const { about, seen, remedy } of CAUSES) {
      for (const { en, zh } of [about, seen, remedy]) {
        expect(en.length).toBeGreaterThan(3);
        expect(zh).toMatch(/[\u4e00-\u9fff]|^“/);
      }
    }
  });
});

describe("causes of one image", () => {
  test("an unsaid noise source is possible in A1111, a said one is not, and ComfyUI draws on the processor", () => {
    expect(ids({})).toContain("noise-device possible");
    expect(ids({ recipe: recipe({ rng: { source: "gpu" } }) })).toContain("noise-device stated");
    expect(ids({ recipe: recipe({ rng: { source: "nv" } }) }).join()).not.toContain("noise-device");
    expect(ids({ tool: "comfyui" }).join()).not.toContain("noise-device");
    expect(ids({ tool: "comfyui" })).toContain("noise-cpu-path possible");
  });

  test("samplers with fresh noise bring causes of their own", () => {
    expect(ids({ recipe: recipe({ passes: sampler("euler-ancestral") }) })).toContain("noise-later-device possible");
    expect(ids({ recipe: recipe({ passes: sampler("dpmpp-2m-sde") }) })).toContain("sde-last-digit possible");
    expect(ids({ recipe: recipe({ passes: sampler("dpmpp-2m") }) }).join()).not.toMatch(
      /noise-later|sde-last|eta-noise/,
    );
  });

  test("what the file states comes first and names its field", () => {
    const found = matchCauses(
      facts({
        recipe: recipe({
          extra: { "ADetailer model": "face_yolov8n.pt", "Token merging ratio": "0.5", "FP8 weight": "Enable" },
          models: [{ role: "unet", name: "flux1-dev-Q4_K_S.gguf", hashes: [] }],
          batch: { size: 4, index: 1 },
        }),
        unsupported: ["/passes/1/upscale/method"],
      }),
    );
    const stated = found.filter(({ status }) => status === "stated");
    expect(found.slice(0, stated.length)).toEqual(stated);
    expect(Object.fromEntries(stated.map(({ id, field }) => [id, field]))).toMatchObject({
      extension: "/extra/ADetailer model",
      "speed-trick": "/extra/Token merging ratio",
      precision: "/extra/FP8 weight",
      "quantised-model": "/models/0/name",
      batch: "/batch",
      "hires-upscaler": "/passes/1/upscale/method",
    });
  });

  test("an old short hash and a missing file are told apart", () => {
    const models: Recipe["models"] = [
      { role: "checkpoint", name: "m", hashes: [{ kind: "autov1", value: "81761151" }] },
    ];
    expect(ids({ recipe: recipe({ models }) })).toContain("model-hash-short possible");
    expect(ids({ missing: ["model-file"] })).toContain("model-other stated");
  });

  test("an image of our own engine with its own fingerprint has no cause but text that anyone can write", () => {
    expect(ids({ tool: "seedproof", recipe: recipe({ rng: { source: "cpu" } }), fingerprintDifferences: [] })).toEqual([
      "recipe-other possible",
    ]);
    expect(ids({ tool: "seedproof", fingerprintDifferences: ["runtime", "weights"] })).toEqual(
      expect.arrayContaining(["engine-other stated", "model-other stated"]),
    );
  });
});
