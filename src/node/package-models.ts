/** The models that come with the package: a diffusers folder, with the adapters for it beside its networks. */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const OWN = fileURLToPath(new URL("../../models", import.meta.url));

/** Their folder. `SEEDPROOF_MODELS` names another, for those who install data apart from programs. */
export function packageModels(): string {
  const named = process.env.SEEDPROOF_MODELS;
  return named ? resolve(named) : OWN;
}
