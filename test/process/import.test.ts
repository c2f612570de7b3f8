import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { comfyuiHistory } from "../../src/process/import/comfyui.ts";
import { fooocusLog } from "../../src/process/import/fooocus.ts";
import { invokeaiRun } from "../../src/process/import/invokeai.ts";
import { namedImage } from "../../src/process/import/run.ts";

/** A history of one run, as the server gives it. */
const graph = {
  "3": {
    class_type: "KSampler",
    inputs: {
      seed: 42,
      steps: 20,
      cfg: 7,
      sampler_name: "euler",
      scheduler: "karras",
      denoise: 1,
      model: ["4", 0],
      positive: ["6", 0],
      negative: ["7", 0],
      latent_image: ["5", 0],
    },
  },
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "juggernaut.safetensors" } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 832, height: 1216, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a cat", clip: ["4", 1] } },
  "7": { class_type: "CLIPTextEncode", inputs: { text: "blurry", clip: ["4", 1] } },
  "8": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  "9": { class_type: "SaveImage", inputs: { filename_prefix: "c", images: ["8", 0] } },
};
const run = (id: string, created: number, images: readonly object[], more: object = {}) => ({
  prompt: [
    0,
    id,
    graph,
    { client_id: "c", create_time: created, extra_pnginfo: { workflow: {} }, api_key_comfy_org: "k-secret" },
    ["9"],
  ],
  outputs: { "9": { images } },
  status: {
    status_str: "success",
    completed: true,
    messages: [
      ["execution_start", { prompt_id: id, timestamp: created + 100 }],
      ["execution_cached", { nodes: [], prompt_id: id, timestamp: created + 101 }],
      ["execution_success", { prompt_id: id, timestamp: created + 9_000 }],
    ],
  },
  ...more,
});
const output = (filename: string, subfolder = "", type = "output") => ({ filename, subfolder, type });

test("a history of ComfyUI gives its runs in the order of their times, with recipe, images and durations, without secrets", () => {
  const runs = comfyuiHistory({
    later: run("later", 1_740_000_060_000, [output("b.png", "day/one"), output("t.png", "", "temp")]),
    earlier: run("earlier", 1_740_000_000_000, [output("a.png")]),
  } as unknown as Json)!;
  expect(runs.map(({ key, claimedAt, claimedEnd }) => [key, claimedAt, claimedEnd])).toEqual([
    ["earlier", "2025-02-19T21:20:00.000Z", "2025-02-19T21:20:09.000Z"],
    ["later", "2025-02-19T21:21:00.000Z", "2025-02-19T21:21:09.000Z"],
  ]);
  expect(runs[0]!.recipe).toMatchObject({
    seed: "42",
    prompt: { positive: "a cat", negative: "blurry" },
    size: { width: 832 },
  });
  expect(runs[1]!.images).toEqual([{ name: "b.png", subfolder: "day/one", type: "output" }]);
  expect(JSON.stringify(runs)).not.toContain("k-secret");
});

test("failed and cached runs of ComfyUI say so, and a history without times still has its runs", () => {
  const failed = run("f", 1_740_000_000_000, [], {
    status: { status_str: "error", messages: [["execution_error", { exception_message: "out of memory" }]] },
  });
  const cached = run("c", 1_740_000_000_000, [output("a.png")], {
    status: { messages: [["execution_cached", { nodes: Object.keys(graph) }]] },
  });
  const old = { prompt: [0, "o", graph, {}, ["9"]], outputs: { "9": { images: [output("o.png")] } } };
  const runs = comfyuiHistory({ f: failed, c: cached, o: old } as unknown as Json)!;
  const by = new Map(runs.map((one) => [one.key, one]));
  expect(by.get("f")).toMatchObject({ status: "failed", images: [] });
  expect(by.get("f")!.why).toContain("out of memory");
  expect(by.get("c")).toMatchObject({ status: "done", cached: true });
  expect(by.get("o")!.claimedAt).toBeUndefined();
  expect(comfyuiHistory({ error: "no" })).toBeUndefined();
  expect(comfyuiHistory({})).toEqual([]);
});

/** What Fooocus said of one image, as it holds it: label, key, value. */
const SAID: readonly (readonly [string, string, string])[] = [
  ["Prompt", "prompt", "a cat <b>skiing</b>, 100% 'snow'\nsecond line"],
  ["Negative Prompt", "negative_prompt", "blurry"],
  ["Styles", "styles", "['Fooocus V2', 'Fooocus Enhance']"],
  ["Performance", "performance", "Speed"],
  ["Resolution", "resolution", "(1152, 896)"],
  ["Guidance Scale", "guidance_scale", "4.0"],
  ["ADM Guidance", "adm_guidance", "(1.5, 0.8, 0.3)"],
  ["Base Model", "base_model", "juggernautXL_v8Rundiffusion.safetensors"],
  ["Sampler", "sampler", "dpmpp_2m_sde_gpu"],
  ["Scheduler", "scheduler", "karras"],
  ["Seed", "seed", "4159895726312427221"],
  ["LoRA 1", "lora_combined_1", "sd_xl_offset.safetensors : 0.1"],
  ["Version", "version", "Fooocus v2.5.5"],
];

/** The three forms of the log, each item as that version of Fooocus wrote it. */
const FORMS = {
  paragraphs: (name: string) =>
    `<div id="${name.replaceAll(".", "_")}"><hr>\n<p>${name}</p>\n${SAID.map(([label, , value], i) =>
      i < 3
        ? `<p>${label}: <b>${value}</b> </p>\n`
        : i % 2 === 1
          ? `<p>${label}: <b>${value}</b>, `
          : `${label}: <b>${value}</b></p>\n`,
    ).join("")}<p><img src="${name}" width=512 onerror="x"></img></p></div>\n`,
  table: (name: string) =>
    `<div id="${name.replaceAll(".", "_")}" class="image-container">\n<hr><table><tr><td><a href='${name}'><img src='${name}' loading='lazy'></img></a><div>${name}</div></td><td><table class='metadata'>${SAID.map(([label, , value]) => `<tr><td class='key'>${label}</td><td class='value'>${value}</td></tr>\n`).join("")}</table></td></tr></table></div>\n\n`,
  button: (name: string) =>
    `<div id="${name.replaceAll(".", "_")}" class="image-container"><hr><table><tr>\n<td><a href="${name}" target="_blank"><img src='${name}' loading='lazy'/></a><div>${name}</div></td><td><table class='metadata'>${SAID.map(([label, , value]) => `<tr><td class='label'>${label}</td><td class='value'>${value.replace("\n", " </br> ")}</td></tr>\n`).join("")}</table></br><button onclick="to_clipboard('${encodeURIComponent(JSON.stringify(Object.fromEntries(SAID.map(([, key, value]) => [key, value])))).replaceAll("'", "%27")}')">Copy to Clipboard</button></td></tr></table></div>\n\n`,
};
const page = (items: readonly string[]): string =>
  `<!DOCTYPE html><html><head><title>Fooocus Log 2024-02-02</title></head><body><p>Fooocus Log 2024-02-02 (private)</p>\n<!--fooocus-log-split-->\n\n${items.join("")}\n<!--fooocus-log-split--></body></html>`;

test.each(Object.entries(FORMS))(
  "a log of Fooocus in the form of %s gives images oldest first with the whole recipe",
  (_, form) => {
    const names = ["2024-02-02_14-33-05_1234.png", "2024-02-02_09-01-00_7.png"];
    const runs = fooocusLog(page(names.map(form)))!;
    expect(runs.map(({ key, claimedAt }) => [key, claimedAt])).toEqual([
      ["2024-02-02_09-01-00_7.png", "2024-02-02T09:01:00"],
      ["2024-02-02_14-33-05_1234.png", "2024-02-02T14:33:05"],
    ]);
    expect(runs[0]!.recipe).toMatchObject({
      toolVersion: "Fooocus v2.5.5",
      prompt: { positive: "a cat <b>skiing</b>, 100% 'snow'\nsecond line", negative: "blurry" },
      seed: "4159895726312427221",
      size: { width: 1152, height: 896 },
      adapters: [{ type: "lora", name: "sd_xl_offset.safetensors", weight: 0.1 }],
    });
  },
);

test("the older labels for LoRAs are read, and an item whose name leads elsewhere is left out", () => {
  const item = `<div id="a_png" class="image-container">\n<img src='a.png'/><tr><td class='key'>Prompt</td><td class='value'>p</td></tr>\n<tr><td class='key'>ADM Guidance</td><td class='value'>(1, 1, 1)</td></tr>\n<tr><td class='key'>LoRA [x.safetensors] weight</td><td class='value'>0.5</td></tr>\n`;
  const evil = item.replaceAll("a.png", "../../a.png").replace("a_png", "____/____/a_png");
  const runs = fooocusLog(page([item, evil]))!;
  expect(runs).toHaveLength(1);
  expect(runs[0]!.recipe.adapters).toMatchObject([{ name: "x.safetensors", weight: 0.5 }]);
});

test("no text makes the reader of logs throw or wait, and only a log is one", () => {
  expect(fooocusLog("<html>something else</html>")).toBeUndefined();
  const parts = fc.constantFrom(
    '<div id="',
    "a_png",
    "a.png",
    "<img src='",
    "'",
    '"',
    "<td class='key'>",
    "</td><td class='value'>",
    "</td></tr>",
    ": <b>",
    "</b>",
    "<p>",
    "to_clipboard('%7B%",
    "')",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 60 }), (some) => {
      for (const one of fooocusLog(`Fooocus Log${some.join("")}`)!) expect(one.images).toHaveLength(1);
    }),
  );
  const begun = performance.now();
  fooocusLog(
    `Fooocus Log<div id="a_png"><img src='a.png'>${"<td class='key'>".repeat(200_000)}${"<p>x".repeat(200_000)}`,
  );
  expect(performance.now() - begun).toBeLessThan(5_000);
});

const row = (more: object = {}) => ({
  image_name: "x.png",
  image_origin: "internal",
  image_category: "general",
  metadata: JSON.stringify({ positive_prompt: "a cat", seed: 7, width: 64, height: 64, app_version: "5.4.2" }),
  created_at: "2025-03-01 10:00:21.000",
  ...more,
});

test("a row of InvokeAI's images is a run with its recipe and times, an upload where it was brought in", () => {
  expect(
    invokeaiRun(row({ started_at: "2025-03-01 10:00:00.000", completed_at: "2025-03-01 10:00:21.500", starred: 1 })),
  ).toMatchObject({
    key: "x.png",
    status: "done",
    starred: true,
    claimedAt: "2025-03-01T10:00:00.000Z",
    claimedEnd: "2025-03-01T10:00:21.500Z",
    recipe: { seed: "7", prompt: { positive: "a cat" }, toolVersion: "5.4.2" },
  });
  expect(invokeaiRun(row({ image_origin: "external", metadata: null }))).toMatchObject({
    status: "uploaded",
    recipe: { prompt: {} },
  });
  expect(invokeaiRun(row({ metadata: "{broken", created_at: "yesterday" }))).toMatchObject({ recipe: { prompt: {} } });
});

test("no name of an image leads out of its folder", () => {
  for (const name of [
    "../a.png",
    "a/b.png",
    "..",
    ".",
    "",
    "a\\b.png",
    "C:a.png",
    "a\0.png",
    "x".repeat(256),
    7,
    null,
  ]) {
    expect(namedImage(name), String(name)).toBeUndefined();
    expect(invokeaiRun(row({ image_name: name }))).toBeUndefined();
  }
  expect(namedImage("a.png", "../up")).toBeUndefined();
  expect(namedImage("a.png", "/etc//x/")).toEqual({ name: "a.png", subfolder: "etc/x" });
});
