/** All generators, the most specific first: a block belongs to the first that knows it. */

import { a1111 } from "./a1111.ts";
import { comfyui } from "./comfyui.ts";
import { diffusers, hfSpace } from "./diffusers.ts";
import { drawThings } from "./draw-things.ts";
import { easyDiffusion } from "./easy-diffusion.ts";
import { fooocus } from "./fooocus.ts";
import { fooocusInfotext } from "./fooocus-infotext.ts";
import type { Generator } from "./generator.ts";
import { hosted } from "./hosted.ts";
import { invokeai } from "./invokeai.ts";
import { midjourney } from "./midjourney.ts";
import { novelai } from "./novelai.ts";
import { ruinedFooocus } from "./ruined-fooocus.ts";
import { sdcpp } from "./sdcpp.ts";
import { seedproof } from "./seedproof.ts";
import { stabilityMatrix } from "./stability-matrix.ts";
import { swarmui } from "./swarmui.ts";
import { tensorart } from "./tensorart.ts";

/** In the order in which they are asked. */
export const GENERATORS: readonly Generator[] = [
  seedproof,
  swarmui,
  tensorart,
  novelai,
  invokeai,
  ruinedFooocus,
  fooocus,
  fooocusInfotext,
  easyDiffusion,
  drawThings,
  sdcpp,
  midjourney,
  stabilityMatrix,
  a1111,
  hfSpace,
  diffusers,
  comfyui,
  hosted,
];
