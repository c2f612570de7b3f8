/** `seedproof/engine`: the embedded diffusion engine: noise, prompts, networks, samplers, the whole pipeline. */

export type { Backend, DiffusionModel, TextEncoder, UNet, Vae } from "./backend.ts";
export { examine } from "./doctor.ts";
export type {
  Capabilities,
  Engine,
  EngineHooks,
  EngineIdentity,
  EngineImage,
  EngineOrder,
  EngineProgress,
  Resolution,
} from "./engine.ts";
export { engineFingerprint } from "./fingerprint.ts";
export { requestOf, type Understood } from "./from-recipe.ts";
export { modelOn, readCheckpoint, readModelFolder } from "./load.ts";
export { createGenerator, NOISE_SOURCES } from "./noise/generator.ts";
export { generate } from "./pipeline.ts";
export { toRaster } from "./pixels.ts";
export { detour, type ProtocolOutcome, path, repeat } from "./protocols.ts";
export type { Generated, GenerateRequest, Hooks, Progress } from "./request.ts";
export { SAMPLERS, samplerInfo } from "./samplers/catalogue.ts";
export { SCHEDULES, schedule } from "./schedules.ts";
export { type Tensor, tensor } from "./tensor.ts";
export { recipeOf } from "./to-recipe.ts";
export { tokenizer } from "./tokenizer/bpe.ts";
export { huggingFaceVocabulary, openAiVocabulary } from "./tokenizer/vocabulary.ts";
