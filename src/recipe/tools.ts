/** The programs and services whose images are read, by the ids of the public interface. */

/** All tool ids; `none` where nothing in the file says. */
export const TOOL_IDS = [
  "a1111",
  "forge",
  "forge-classic",
  "forge-neo",
  "reforge",
  "sd-next",
  "comfyui",
  "swarmui",
  "stability-matrix",
  "invokeai",
  "novelai",
  "fooocus",
  "ruined-fooocus",
  "easy-diffusion",
  "draw-things",
  "tensorart",
  "civitai",
  "hf-space",
  "midjourney",
  "openai",
  "google",
  "adobe-firefly",
  "bfl-flux",
  "xai-grok",
  "doubao",
  "jimeng",
  "kling",
  "samsung",
  "seedproof",
  "diffusers",
  "sdcpp",
  "none",
] as const;

/** A program or service that makes images. */
export type ToolId = (typeof TOOL_IDS)[number];
