/** What a graph does: makes an image from noise, from an image, inpaints, edits, upscales, makes a video. */

import type { Mode } from "../recipe.ts";
import type { GraphNode } from "./graph.ts";
import { numberOfInput } from "./known.ts";
import type { Making } from "./passes.ts";
import type { Walk } from "./walk.ts";

const OUTPAINT = /PadForOutpaint|outpaint/i;
const INPAINT = /VAEEncodeForInpaint|SetLatentNoiseMask|InpaintModelConditioning|DifferentialDiffusion|INPAINT_/;
const EDIT = /InstructPixToPix|ReferenceLatent|Kontext|QwenImageEdit|ImageEdit|OmniGen2|IP2P/i;
const MOVING =
  /LatentVideo|ToVideo|VideoLatent|img2vid|SVD|AnimateDiff|VideoCombine|WanVideo|HyVideo|LTXV|HunyuanVideo|Cosmos/i;

/** The mode of a making; `undefined` where it makes no image (sound, shapes) or nothing is known of it. */
export function modeOf(walk: Walk, { passes, materials, nodes }: Making): Mode | undefined {
  const any = (pattern: RegExp): boolean => nodes.some((node) => pattern.test(node.type));
  if (any(/audio|EmptyLatentHunyuan3D|3Dv2/i) && !any(MOVING)) return undefined;
  if (nodes.some((node) => MOVING.test(node.type) && frames(walk, node) !== 1)) return "video";
  const roles = new Set([...materials.inputs.values()].map(({ role }) => role));
  if (passes.length === 0) return any(/upscal|UpscaleWithModel|SeedVR|SUPIR/i) ? "upscale" : undefined;
  if (any(EDIT)) return "edit";
  if (any(OUTPAINT)) return "outpaint";
  if (any(INPAINT) || (roles.has("mask") && roles.has("init"))) return "inpaint";
  return roles.has("init") ? "img2img" : "txt2img";
}

/** Latents of video models with one frame are still images. */
function frames(walk: Walk, node: GraphNode): number | undefined {
  const key = ["length", "video_frames", "num_frames", "frames"].find((name) => node.inputs.has(name));
  return key === undefined ? undefined : numberOfInput(walk, node.inputs.get(key), "length")?.value;
}
