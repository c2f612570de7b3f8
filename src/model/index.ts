/** `seedproof/model`: headers and hashes of model files, without loading them. */

export { isGguf, readGguf } from "./gguf.ts";
export { ALL_KINDS, type ModelHash, modelHashes } from "./hash.ts";
export type { ModelHeader, TensorInfo } from "./header.ts";
export { isPickle, listPickle, type PickleListing } from "./pickle.ts";
export { readSafetensors } from "./safetensors.ts";
