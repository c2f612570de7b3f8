/** Small ComfyUI graphs for tests, written as the server takes them. */

import type { Json } from "../../src/base/json.ts";
import { readGraph } from "../../src/recipe/comfyui.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";

/** A node: its class, then its inputs; `"3.0"` in `links` is output 0 of node 3. */
export type Nodes = Readonly<Record<string, readonly [type: string, inputs: Readonly<Record<string, Json>>]>>;

/** The API prompt of these nodes. */
export function apiGraph(nodes: Nodes): Record<string, { class_type: string; inputs: Record<string, Json> }> {
  return Object.fromEntries(
    Object.entries(nodes).map(([id, [type, inputs]]) => [id, { class_type: type, inputs: { ...inputs } }]),
  );
}

/** What a graph says, as a recipe; with the codes of its findings. */
export function readNodes(nodes: Nodes, pixels?: { width: number; height: number }): Recipe & { findings: string[] } {
  const account = readGraph({ block: 0, kind: "prompt", json: apiGraph(nodes), base: "" }, { pixels, moving: false });
  return { ...foldRecipe(account.statements), findings: account.findings.map(({ code }) => code) };
}

/** The plain text-to-image graph with some nodes replaced or added. */
export function baseGraph(changes: Nodes = {}): Nodes {
  return {
    "4": ["CheckpointLoaderSimple", { ckpt_name: "base.safetensors" }],
    "5": ["EmptyLatentImage", { width: 512, height: 768, batch_size: 1 }],
    "6": ["CLIPTextEncode", { text: "a cat", clip: ["4", 1] }],
    "7": ["CLIPTextEncode", { text: "a dog", clip: ["4", 1] }],
    "3": [
      "KSampler",
      {
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
    ],
    "8": ["VAEDecode", { samples: ["3", 0], vae: ["4", 2] }],
    "9": ["SaveImage", { filename_prefix: "ComfyUI", images: ["8", 0] }],
    ...changes,
  };
}
