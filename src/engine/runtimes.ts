/** The runtimes whose bits this version stands for. Another build or optimisation level gives other bits. */

import type { RuntimeIdentity } from "./backend.ts";

/** The reference mode's runtime: `ort-wasm-simd-threaded.wasm` of the npm package, 14,239,897 bytes. */
export const referenceRuntime: RuntimeIdentity & { readonly binarySha256: string } = {
  mode: "reference",
  runtime: "onnxruntime-web 1.30.0",
  binarySha256: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
  optimization: "all",
};
