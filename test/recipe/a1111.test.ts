import { describe, expect, test } from "vitest";
import type { Block } from "../../src/image/block.ts";
import { a1111, readPastedInfotext } from "../../src/recipe/a1111.ts";
import type { Account } from "../../src/recipe/account.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { stabilityMatrix } from "../../src/recipe/stability-matrix.ts";

const block = (key: string, text: string): Block => ({
  where: "tEXt",
  key,
  offset: 33,
  length: text.length,
  encoding: "utf8",
  text,
});

function accounts(...blocks: readonly Block[]): readonly Account[] {
  const entries = blocks.map((one, index) => ({ index, block: one }));
  return a1111.read({ container: "png", pixels: { width: 64, height: 64 }, entries });
}

function read(parameters: string, prompt = "a cat"): Recipe & { readonly tool: string } {
  const [account] = accounts(block("parameters", `${prompt}\nNegative prompt: dog\n${parameters}`));
  expect(account).toBeDefined();
  return { tool: account!.tool, ...foldRecipe(account!.statements) };
}

const CORE = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x768";

describe("the program that wrote an infotext is told by", () => {
  test.each([
    ["a1111", `${CORE}, Version: v1.10.1`],
    ["a1111", `${CORE}, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly`],
    ["forge", `${CORE}, Version: f2.0.1v1.10.1-previous-669-gdfdcbab6, Module 1: ae`],
    ["forge", `${CORE}, Version: f0.0.17v1.8.0rc-latest-276-g29be1da7`],
    ["forge", `${CORE}, Distilled CFG Scale: 3.5`],
    ["reforge", `${CORE}, Version: f1.0.0v2-v1.10.1RC-latest-2498-g5120e679`],
    ["forge-classic", `${CORE}, Version: classic`],
    ["forge-neo", `${CORE}, Version: neo-2.24`],
    ["sd-next", `${CORE}, App: SD.Next, Version: 56a8aea`],
    ["sd-next", `${CORE}, Backend: Diffusers, Version: 0eb4a98`],
    ["sdcpp", `${CORE}, RNG: cuda, Version: stable-diffusion.cpp`],
    ["civitai", `${CORE}, Created Date: 2026-01-04T01:27:21.27Z, Civitai resources: [], Civitai metadata: {}`],
    ["comfyui", `${CORE}, Version: ComfyUI, Civitai resources: []`],
    ["comfyui", "Steps: 20, Sampler: euler_ancestral_karras, CFG scale: 5.0, Seed: 1, Size: 8x8"],
    ["comfyui", `${CORE}, Model: model.safetensors, Model hash: 45a21ea00a`],
    ["seedproof", `${CORE}, App: Seedproof`],
  ])("%s: %s", (tool, parameters) => {
    expect(read(parameters).tool).toBe(tool);
  });

  test("what stands beside it: a graph, or Civitai's job", () => {
    const infotext = block("parameters", `a\n${CORE}`);
    const graph = block("prompt", '{"3": {"class_type": "KSampler", "inputs": {}}}');
    expect(accounts(infotext, graph).map(({ tool, blocks }) => [tool, blocks])).toEqual([["comfyui", [0]]]);
    const job = block("Software", "42adebcb-68ad-45e2-9c83-f92b6b11d852");
    const [civitai] = accounts(infotext, job, block("Artist", "ai"));
    expect([civitai!.tool, civitai!.blocks]).toEqual(["civitai", [0, 1, 2]]);
    expect(foldRecipe(civitai!.statements).extra.Software).toBe(job.text);
  });

  test("and nothing is read where Fooocus names its scheme, or where a text is JSON or XMP", () => {
    expect(accounts(block("parameters", `a\n${CORE}`), block("fooocus_scheme", "a1111"))).toEqual([]);
    expect(accounts(block("parameters", `{"a": "x\\n${CORE}"}`), block("xmp", `<?xpacket?>\n${CORE}`))).toEqual([]);
    expect(accounts(block("Comment", "a cat, no parameters"))).toEqual([]);
    expect(accounts(block("parameters", `[cat|dog] {a|b}\n${CORE}`))).toHaveLength(1);
  });
});

describe("the runs of an infotext", () => {
  test("hires fix is a second run with its own values, the rest as in the first", () => {
    const { passes, mode, size } = read(
      `${CORE}, Denoising strength: 0.4, Hires upscale: 1.5, Hires steps: 10, Hires upscaler: 4x-UltraSharp, ` +
        'Hires CFG Scale: 3, Hires sampler: DPM++ 2M, Hires schedule type: Karras, Hires prompt: "b,\\nc", Version: v1.10.1',
    );
    expect(mode).toBe("txt2img");
    expect(size).toEqual({ width: 512, height: 768 });
    expect(passes).toEqual([
      { steps: 20, cfg: 7, sampler: { id: "euler-ancestral", raw: "Euler a" } },
      {
        role: "hires",
        denoise: 0.4,
        steps: 10,
        cfg: 3,
        sampler: { id: "dpmpp-2m", raw: "DPM++ 2M" },
        scheduler: { id: "karras", raw: "Karras" },
        upscale: { method: "4x-UltraSharp", factor: 1.5 },
        prompt: { positive: "b,\nc" },
      },
    ]);
  });

  test("hires fix without its own steps says that they are the tool's default", () => {
    const [account] = accounts(
      block("parameters", `a\n${CORE}, Denoising strength: 0.4, Hires resize: 1024x1536, Hires upscaler: Latent`),
    );
    const steps = account!.statements.find(({ path }) => path === "/passes/1/steps");
    expect(steps).toMatchObject({ value: 20, status: "defaulted" });
    const { passes } = foldRecipe(account!.statements);
    expect(passes[1]?.upscale).toEqual({ method: "Latent", width: 1024, height: 1536 });
  });

  test("ADetailer's units are runs, and all their keys are kept", () => {
    const { passes, extra } = read(
      `${CORE}, Denoising strength: 0.75, ADetailer model: face_yolov8n.pt, ADetailer confidence: 0.3, ` +
        'ADetailer denoising strength: 0.4, ADetailer prompt: "face, (smile)", ADetailer use separate steps: True, ' +
        "ADetailer steps: 46, ADetailer model 2nd: hand_yolov8n.pt, ADetailer denoising strength 2nd: 0.5, " +
        "ADetailer model 3rd: None, ADetailer version: 24.5.1",
    );
    expect(passes.map(({ role, node, denoise, steps }) => [role, node, denoise, steps])).toEqual([
      [undefined, undefined, 0.75, 20],
      ["adetailer", "ADetailer", 0.4, 46],
      ["adetailer", "ADetailer 2nd", 0.5, undefined],
    ]);
    expect(passes[1]?.prompt).toEqual({ positive: "face, (smile)" });
    expect(extra).toMatchObject({ "ADetailer confidence": "0.3", "ADetailer model 2nd": "hand_yolov8n.pt" });
  });

  test("a key that stands twice counts once, and the second is kept beside it", () => {
    const twice = "ADetailer model: a.pt, ADetailer model: b.pt, Seed: 2";
    const { passes, seed, extra } = read(`${CORE}, ${twice}`);
    expect([passes.length, seed]).toEqual([2, "1"]);
    expect(extra).toEqual({ "ADetailer model": "a.pt", "ADetailer model (2)": "b.pt", "Seed (2)": "2" });
  });

  test("a refiner is a run from its step on, and a model", () => {
    const { passes, models, extra } = read(
      `${CORE}, Model: base, Refiner: refiner_xl [7440042bbd], Refiner switch at: 0.8`,
    );
    expect(passes[1]).toEqual({ role: "refiner", model: "refiner_xl", startStep: 17 });
    expect(models[1]).toEqual({
      role: "refiner",
      name: "refiner_xl",
      hashes: [{ kind: "autov2", value: "7440042bbd" }],
    });
    expect(extra["Refiner switch at"]).toBe("0.8");
  });

  test("SD.Next's upscale is no run of a sampler, its hires is", () => {
    const sdNext = `${CORE}, App: SD.Next, Version: 56a8aea`;
    const only = read(
      `${sdNext}, Operations: txt2img; upscale, Hires upscaler: ESRGAN 4x, Hires scale: 1.5, Hires size: 768x1152`,
    );
    expect(only.passes[1]).toEqual({
      role: "upscale",
      upscale: { method: "ESRGAN 4x", factor: 1.5, width: 768, height: 1152 },
    });
    const hires = read(
      `${sdNext}, Operations: txt2img; upscale; hires, Hires steps: 9, Hires upscaler: Lanczos, Hires scale: 2`,
    );
    expect(hires.passes[1]).toMatchObject({ role: "hires", steps: 9, upscale: { factor: 2 } });
    const img2img = `${sdNext}, Operations: upscale; img2img, Hires steps: 20, Hires scale: 2, Hires strength: 0.3, Denoising strength: 0.3`;
    expect(read(img2img)).toMatchObject({ mode: "txt2img", passes: [{}, { role: "hires", denoise: 0.3 }] });
  });

  test("without hires fix a denoising strength means an input image, with a mask's settings inpainting", () => {
    expect(read(`${CORE}, Denoising strength: 0.45`)).toMatchObject({ mode: "img2img", inputs: [{ role: "init" }] });
    expect(read(`${CORE}, Denoising strength: 0.45, Mask blur: 4`)).toMatchObject({
      mode: "inpaint",
      inputs: [{ role: "init" }, { role: "mask" }],
      passes: [{ denoise: 0.45 }],
    });
    expect(read(CORE)).toMatchObject({ mode: "txt2img" });
    expect(read(`${CORE}, App: SD.Next, Operations: inpaint`).mode).toBe("inpaint");
  });

  test("before 1.9 a sampler's name without a schedule meant the sampler's own; a name may hold it", () => {
    expect(read(`${CORE}, Version: 1.8.0-RC`).passes[0]?.scheduler).toEqual({ id: "automatic", raw: "Automatic" });
    expect(read(`${CORE}, Version: v1.10.1`).passes[0]?.scheduler).toBeUndefined();
    const hires = read(`${CORE}, Denoising strength: 0.5, Hires upscale: 2, Hires upscaler: Latent, Version: v1.6.0`);
    expect(hires.passes[1]?.scheduler).toEqual({ id: "automatic", raw: "Automatic" });
    const fused = read(CORE.replace("Euler a", "DPM++ 2M SDE Karras"));
    expect(fused.passes[0]).toMatchObject({
      sampler: { id: "dpmpp-2m-sde" },
      scheduler: { id: "karras", raw: "Karras" },
    });
  });
});

test("the schedule has several keys, and a sampler's class under one of them is none", () => {
  expect(read(`${CORE}, Schedule: karras`).passes[0]?.scheduler).toEqual({ id: "karras", raw: "karras" });
  expect(read(`${CORE}, Scheduler: sgm_uniform`).passes[0]?.scheduler?.id).toBe("sgm_uniform");
  const sdNext = read(`${CORE}, Scheduler: DPMSolverSDEScheduler, App: SD.Next, Sampler sigma: karras`);
  expect(sdNext.passes[0]?.scheduler?.id).toBe("karras");
  expect(sdNext.extra.Scheduler).toBe("DPMSolverSDEScheduler");
});

describe("models and adapters", () => {
  test("of Forge's modules the VAE is a VAE and the others are text encoders", () => {
    const { models, passes } = read(
      `${CORE}, Distilled CFG Scale: 3.5, Model hash: cfd31fba80, Model: flux, Version: f2.0.1v1.10.1, Module 1: clip_l, Module 2: ae, Module 3: t5xxl_fp16`,
    );
    expect(models.map(({ role, name }) => `${role} ${name}`)).toEqual([
      "checkpoint flux",
      "textEncoder clip_l",
      "vae ae",
      "textEncoder t5xxl_fp16",
    ]);
    expect(passes[0]?.guidance).toBe(3.5);
  });

  test("hashes are joined from tags, lists and JSON, each kind once", () => {
    const { adapters, models } = read(
      `${CORE}, Model hash: 529c72f6c3, Model: m, VAE hash: 63aeecb90f, VAE: v.pt, Lora hashes: "EPhsrKafka: dba941975e80", ` +
        'TI hashes: "EasyNegative: c74b4e810b03, EasyNegative: c74b4e810b03", ' +
        'Hashes: {"vae": "63aeecb90f", "lora:EPhsrKafka": "5a3385485b", "embed:EasyNegative": "c74b4e810b", "model": "529c72f6c3"}',
      "x <lora:EPhsrKafka:0.7:0.9>",
    );
    expect(models.map(({ hashes }) => hashes.length)).toEqual([1, 1]);
    expect(adapters).toEqual([
      {
        type: "lora",
        name: "EPhsrKafka",
        weight: 0.9,
        weightText: 0.7,
        hashes: [
          { kind: "autov3", value: "dba941975e80" },
          { kind: "autov2", value: "5a3385485b" },
        ],
      },
      {
        type: "embedding",
        name: "EasyNegative",
        hashes: [
          { kind: "autov3", value: "c74b4e810b03" },
          { kind: "autov2", value: "c74b4e810b" },
        ],
      },
    ]);
  });

  test("a hash of no known form is kept as it stands", () => {
    const { models, extra } = read(`${CORE}, Model hash: abc123, Model: m, Lora hashes: "x: 1a2b3c"`);
    expect(models[0]?.hashes).toEqual([]);
    expect(extra).toEqual({ "Model hash": "abc123", "Lora hashes": "x: 1a2b3c" });
  });

  test("ControlNet is read in the words of each of its versions", () => {
    const { adapters } = read(
      `${CORE}, ControlNet 0: "Module: canny, Model: control_canny [d14c016b], Weight: 0.8, Guidance Start: 0.1, Guidance End: 0.9", ` +
        'ControlNet 1: "preprocessor: depth, model: control_depth, weight: 0.7, starting/ending: (0.23, 0.76), preprocessor params: (1024, 0, 0)", ' +
        "ControlNet-2 Enabled: True, ControlNet-2 Module: none, ControlNet-2 Model: ip-adapter_sd15, ControlNet-2 Weight: 1",
    );
    expect(adapters).toEqual([
      {
        type: "controlnet",
        name: "control_canny",
        weight: 0.8,
        start: 0.1,
        end: 0.9,
        preprocessor: "canny",
        hashes: [{ kind: "autov1", value: "d14c016b" }],
      },
      {
        type: "controlnet",
        name: "control_depth",
        weight: 0.7,
        start: 0.23,
        end: 0.76,
        preprocessor: "depth",
        hashes: [],
      },
      { type: "ipadapter", name: "ip-adapter_sd15", weight: 1, preprocessor: "none", hashes: [] },
    ]);
  });

  test("networks of older extensions have their names, weights and hashes", () => {
    const { adapters } = read(
      `${CORE}, AddNet Enabled: True, AddNet Module 1: LoRA, AddNet Model 1: koreanDoll_v10(e2e472c06607), AddNet Weight A 1: 0.5, AddNet Weight B 1: 0.4, ` +
        "Hypernet: style, Hypernet strength: 0.6, Hypernet hash: 7460a6fa",
    );
    expect(adapters).toEqual([
      {
        type: "lora",
        name: "koreanDoll_v10",
        weight: 0.5,
        weightText: 0.4,
        hashes: [{ kind: "autov3", value: "e2e472c06607" }],
      },
      { type: "hypernetwork", name: "style", weight: 0.6, hashes: [{ kind: "autov1", value: "7460a6fa" }] },
    ]);
  });

  test("Civitai's list names model and adapters where the text names none", () => {
    const list =
      '[{"type":"checkpoint","modelVersionId":1,"modelName":"WAI"},{"type":"lora","weight":0.8,"modelVersionId":2,"modelName":"A, b"},{"air":"urn:air:sdxl:embedding:civitai:3@4","modelName":"neg"}]';
    const { adapters, models, extra } = read(`${CORE}, Civitai resources: ${list}, Civitai metadata: {"remixOfId": 5}`);
    expect(models).toEqual([{ role: "checkpoint", name: "WAI", hashes: [] }]);
    expect(adapters).toEqual([
      { type: "lora", name: "A, b", weight: 0.8, hashes: [] },
      { type: "embedding", name: "neg", hashes: [] },
    ]);
    expect(extra).toEqual({ "Civitai resources": JSON.parse(list), "Civitai metadata": { remixOfId: 5 } });
    expect(read(`${CORE}, Model: own, Civitai resources: ${list}`).models.map(({ name }) => name)).toEqual(["own"]);
  });
});

test("every other field has its place, and what has none is kept by its own key", () => {
  const recipe = read(
    `${CORE}, Variation seed: 99, Variation seed strength: 0.3, Seed resize from: 512x512, Clip skip: 2, ENSD: 31337, RNG: NV, ` +
      'Eta: 0.67, Batch size: 4, Batch pos: 2, Styles: "a, b", Face restoration: CodeFormer, Time taken: 5.3 sec., ' +
      'Created Date: 2026-01-04T01:27:21.27Z, Template: "__x__, y", RP Ratios: "1,3;2", Note: 1, Note: 2, Version: v1.6.0',
  );
  expect(recipe).toMatchObject({
    variation: { seed: "99", strength: 0.3, resizeFrom: { width: 512, height: 512 } },
    clipSkip: 2,
    rng: { source: "nv", ensd: 31337, eta: 0.67 },
    batch: { size: 4, index: 2 },
    prompt: { positive: "a cat", negative: "dog", template: "__x__, y", styles: ["a", "b"] },
    time: "2026-01-04T01:27:21.27Z",
    toolVersion: "v1.6.0",
    extra: {
      "Face restoration": "CodeFormer",
      "Time taken": "5.3 sec.",
      "RP Ratios": "1,3;2",
      Note: "1",
      "Note (2)": "2",
    },
  });
});

test("stable-diffusion.cpp's own words are understood", () => {
  const text =
    "Steps: 30, CFG scale: 5.000000, Guidance: 3.500000, Eta: 0.000000, Seed: 197583933, Size: 512x512, RNG: cuda, " +
    "Sampler: dpm++2mv2 karras, TE: clip_l.safetensors, TE: t5.gguf, Unet: flux.gguf, VAE: ae.sft, Version: stable-diffusion.cpp";
  const { tool, passes, rng, models } = read(text);
  expect(tool).toBe("sdcpp");
  expect(passes[0]).toMatchObject({
    guidance: 3.5,
    sampler: { id: "dpmpp-2m", variant: "v2" },
    scheduler: { id: "karras" },
  });
  expect(rng).toEqual({ source: "nv", eta: 0 });
  expect(models.map(({ role }) => role)).toEqual(["unet", "vae", "textEncoder", "textEncoder"]);
});

test("a size that was changed afterwards, and a grid, are not held against the picture", () => {
  expect(read(`${CORE}, Postprocess upscale by: 4`).extra.outputUnknown).toBe(true);
  expect(read(`${CORE}, Script: X/Y/Z plot`).extra.outputUnknown).toBe(true);
  expect(read(`${CORE}, Script: None`).extra.outputUnknown).toBeUndefined();
  const [account] = accounts(block("parameters", `a\n${CORE}`), block("postprocessing", "Postprocess upscale by: 4"));
  expect(foldRecipe(account!.statements).extra).toMatchObject({
    outputUnknown: true,
    postprocessing: "Postprocess upscale by: 4",
  });
});

test("two copies in one file are two accounts: they are compared", () => {
  const found = accounts(block("parameters", `a\n${CORE}`), block("stealth_pnginfo", `b\n${CORE}`));
  expect(found.map(({ block: index }) => index)).toEqual([0, 1]);
});

test("text that Civitai has cut and a page has wrapped still gives its fields", () => {
  const cut =
    "x <lora:add-detail-xl:1> <lora:xl_more_art-full_v1:0.1>\nNegative prompt: bad\n" +
    "Steps: 30, VAE: sdxl_vae.safetensors, Size: 960x1440, Seed: 132274579, Model: pony, Version: f0.0.17v1.8.0rc-latest-269-gef35383b,\n" +
    "Sampler: Euler a, CFG scale: 7, Clip skip: 2, Mask blur: 4, Model hash: 67ab2fd8ec, add-detail-xl: 9c783c8ce46c,\n" +
    'Denoising strength: 0.35, xl_more_art-full_v1: fe3b4816be83", "Digital Art: 0cf042b134da';
  const recipe = foldRecipe(readPastedInfotext(cut)!.statements);
  expect(recipe).toMatchObject({
    seed: "132274579",
    mode: "inpaint",
    prompt: { negative: "bad" },
    passes: [{ steps: 30, cfg: 7 }],
  });
  expect(recipe.adapters.map(({ name, hashes: [hash] }) => [name, hash?.value])).toEqual([
    ["add-detail-xl", "9c783c8ce46c"],
    ["xl_more_art-full_v1", "fe3b4816be83"],
    ["Digital Art", "0cf042b134da"],
  ]);
});

test("one line with an empty negative prompt is taken apart", () => {
  const line =
    "a vintage car in FOG Negative prompt: Steps: 23, Sampler: Undefined, CFG scale: 3.5, Seed: 5, Size: 832x1216";
  const recipe = foldRecipe(readPastedInfotext(line)!.statements);
  expect(recipe).toMatchObject({
    prompt: { positive: "a vintage car in FOG", negative: "" },
    seed: "5",
    passes: [{ steps: 23 }],
  });
  expect(recipe.passes[0]?.sampler).toBeUndefined();
});

describe("Stability Matrix", () => {
  const json = {
    PositivePrompt: "a\r\n",
    NegativePrompt: "b",
    Steps: 20,
    Sampler: "Euler Ancestral Karras",
    CfgScale: 5,
    Seed: 7,
    Width: 64,
    Height: 32,
  };
  const project = { State: { Model: { ClipSkip: 2, IsClipSkipEnabled: true } } };
  const read = (...blocks: readonly Block[]): readonly Account[] =>
    stabilityMatrix.read({
      container: "png",
      pixels: undefined,
      entries: blocks.map((one, index) => ({ index, block: one })),
    });

  test("says the same in its text and in its JSON, and its project adds the clip skip", () => {
    const infotext =
      "a\r\nNegative prompt: b\r\nSteps: 20, Sampler: Euler Ancestral Karras, CFG scale: 5, Seed: 7, Size: 64x32";
    const [fromText, fromJson] = read(
      block("parameters", infotext),
      block("parameters-json", JSON.stringify(json)),
      block("smproj", JSON.stringify(project)),
    );
    expect(fromText!.blocks).toEqual([0, 2]);
    const recipe = foldRecipe(fromText!.statements);
    expect(recipe).toMatchObject({ dialect: "comfyui", clipSkip: 2, passes: [{ scheduler: { id: "karras" } }] });
    const { clipSkip: _clipSkip, ...rest } = recipe;
    expect(foldRecipe(fromJson!.statements)).toEqual(rest);
  });

  test("is read from its JSON alone, and not at all without it", () => {
    const [only] = read(block("parameters-json", JSON.stringify(json)), block("smproj", "no json"));
    expect([only!.tool, foldRecipe(only!.statements).seed]).toEqual(["stability-matrix", "7"]);
    expect(read(block("parameters", `a\n${CORE}`))).toEqual([]);
  });
});
