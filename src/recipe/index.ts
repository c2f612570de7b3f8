/** `seedproof/recipe`: how an image was made, read from its blocks and written for other programs. */

export type { Account, Repair, Source, Statement, Status } from "./account.ts";
export type { Evidence, Generator } from "./generator.ts";
export type { Conflict } from "./merge.ts";
export { privateData, redact } from "./private-data.ts";
export { parsePrompt } from "./prompt/prompt.ts";
export { type Attestation, type Proves, provesOf } from "./proves.ts";
export { accountsOf, type Provenance, type Reading, readContainer, readPasted } from "./reading.ts";
export type * from "./recipe.ts";
export { recipeHash } from "./recipe-hash.ts";
export { type Missing, type Reproducibility, reproducibilityOf } from "./reproducibility.ts";
export { readSampler, readScheduler, samplerIn, schedulerIn } from "./samplers.ts";
export { ownBlock } from "./seedproof.ts";
export { TOOL_IDS, type ToolId } from "./tools.ts";
export { recordedGraph, writeComfyui } from "./write-comfyui.ts";
export { writeInfotext } from "./write-infotext.ts";
