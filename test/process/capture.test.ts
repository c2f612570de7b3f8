import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { decodeEntry, encodeEntry, type FileRef } from "../../src/ledger/entry.ts";
import {
  a1111Completed,
  a1111Requested,
  type CaptureTools,
  comfyuiRequested,
  comfyuiRun,
  generationKind,
} from "../../src/process/capture.ts";
import { entryOfEvent, eventOfEntry } from "../../src/process/entry.ts";
import type { ProcessEvent } from "../../src/process/event.ts";
import { samplePath } from "../helpers/samples.ts";

function store(): CaptureTools & { readonly blobs: Map<string, Uint8Array> } {
  const blobs = new Map<string, Uint8Array>();
  return {
    blobs,
    fromBase64: (text) => Buffer.from(text.replace(/^data:[^,]*,/, ""), "base64"),
    putBlob(bytes, role, mime): FileRef {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      blobs.set(sha256, bytes);
      return { role, sha256, size: bytes.length, ...(mime !== undefined && { mime }) };
    },
  };
}

const PNG = readFileSync(samplePath("imh__fixtures_cli_a1111.png"));
const png = PNG.toString("base64");
const sha256 = createHash("sha256").update(PNG).digest("hex");

test("the paths that ask for images are known under every prefix, others are not", () => {
  const kinds = [
    ["POST", "/sdapi/v1/txt2img"],
    ["POST", "/sdapi/v1/img2img/"],
    ["POST", "/prompt"],
    ["POST", "/api/prompt"],
    ["GET", "/prompt"],
    ["POST", "/sdapi/v1/options"],
    ["POST", "/x/sdapi/v1/txt2img"],
  ].map(([method, path]) => generationKind(method!, path!));
  expect(kinds).toEqual(["a1111", "a1111", "comfyui", "comfyui", undefined, undefined, undefined]);
});

test("an A1111 request keeps its input images by hash, and no picture and no secret in its text", () => {
  const tools = store();
  const body = {
    prompt: "cat",
    init_images: [`data:image/png;base64,${png}`],
    mask: png,
    denoising_strength: 0.4,
    api_key: "sk-1",
  };
  const asked = a1111Requested("/sdapi/v1/img2img", body, tools);
  expect(asked.inputs).toEqual([
    { role: "init", sha256, size: PNG.length, mime: "image/png" },
    { role: "mask", sha256, size: PNG.length, mime: "image/png" },
  ]);
  expect(asked.recipe).toMatchObject({ mode: "inpaint", prompt: { positive: "cat" }, passes: [{ denoise: 0.4 }] });
  const raw = Buffer.from(tools.blobs.get(asked.raw!.sha256)!).toString();
  expect(raw).not.toContain("sk-1");
  expect(raw.length).toBeLessThan(300);
});

test("an A1111 answer gives its images with their seeds, the grid left out", () => {
  const info = JSON.stringify({ all_seeds: [5, 6], infotexts: [] });
  expect(a1111Completed({ images: [png, png, png], info }, store())).toMatchObject({
    seeds: ["5", "6"],
    images: [{ sha256 }, { sha256 }],
  });
  expect(a1111Completed({ images: [png], info: JSON.stringify({ all_seeds: [5] }) }, store()).images).toHaveLength(1);
});

test("a ComfyUI request is read as its image would be, and its keys to paid services are dropped", () => {
  const tools = store();
  const graph = {
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "m.safetensors" } },
    "2": { class_type: "CLIPTextEncode", inputs: { text: "a cat", clip: ["1", 1] } },
    "3": { class_type: "CLIPTextEncode", inputs: { text: "bokeh", clip: ["1", 1] } },
    "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
    "5": {
      class_type: "KSampler",
      inputs: {
        ...{ seed: 7, steps: 4, cfg: 3, sampler_name: "euler", scheduler: "normal", denoise: 1 },
        ...{ model: ["1", 0], positive: ["2", 0], negative: ["3", 0], latent_image: ["4", 0] },
      },
    },
    "6": { class_type: "VAEDecode", inputs: { samples: ["5", 0], vae: ["1", 2] } },
    "7": { class_type: "SaveImage", inputs: { images: ["6", 0], filename_prefix: "x" } },
  };
  const asked = comfyuiRequested(
    { prompt: graph, client_id: "c", extra_data: { auth_token_comfy_org: "secret", api_key_comfy_org: "k" } } as Json,
    tools,
  );
  expect(asked.recipe).toMatchObject({
    seed: "7",
    prompt: { positive: "a cat", negative: "bokeh" },
    passes: [{ steps: 4, cfg: 3 }],
  });
  expect(Buffer.from(tools.blobs.get(asked.raw!.sha256)!).toString()).not.toMatch(/secret|"k"/);
});

test("a run of ComfyUI is told from a cache hit, a failure and one that still runs", () => {
  const prompt = [0, "id", { "1": {}, "2": {} }, {}, []];
  const outputs = { "2": { images: [{ filename: "a.png", subfolder: "", type: "output" }] } };
  const run = (messages: Json[], status_str = "success") =>
    comfyuiRun({ id: { prompt, outputs, status: { status_str, messages } } } as Json, "id");
  expect(comfyuiRun({}, "id").status).toBe("running");
  expect(run([["execution_cached", { nodes: [] }]])).toMatchObject({
    status: "done",
    cached: false,
    outputs: [{ filename: "a.png", node: "2" }],
  });
  expect(run([["execution_cached", { nodes: ["1", "2"] }]])).toMatchObject({ status: "done", cached: true });
  expect(run([["execution_error", { node_id: "2" }]], "error")).toMatchObject({
    status: "failed",
    why: '{"node_id":"2"}',
  });
});

test("whatever a client or server sends gives contents, never an exception", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = value as Json;
      a1111Requested("/sdapi/v1/txt2img", json, store());
      a1111Completed(json, store());
      comfyuiRequested(json, store());
      comfyuiRun(json, "id");
      comfyuiRun({ id: json }, "id");
    }),
  );
});

test("an event goes into the ledger and comes back the same, however long its contents", () => {
  const event = (text: string): ProcessEvent =>
    ({
      ...{ type: "note.added", id: "1", session: "s", at: { wall: "2026-01-01T00:00:00.000Z", mono: 5, boot: "b" } },
      ...{ capture: "noted", agent: { kind: "person", name: "p" }, follows: ["0"] },
      data: { text, about: { role: "image", sha256, size: 3, name: "a.png" } },
    }) as ProcessEvent;
  const { blobs, putBlob } = store();
  for (const text of ["short", "长".repeat(100_000)]) {
    const entry = entryOfEvent(event(text), { name: "seedproof", version: "0" }, new Uint8Array(32).fill(7), putBlob);
    const written = decodeEntry(encodeEntry(entry));
    expect(written.out).toEqual([{ role: "image", sha256, size: 3 }]);
    expect(JSON.stringify(written)).not.toContain(text);
    expect(eventOfEntry({ entry: written }, (hash) => blobs.get(hash))).toEqual(event(text));
    expect(eventOfEntry({ entry: written }, () => undefined)).toBeUndefined();
  }
});
