/** Writes src/engine/golden.ts: what the reference mode of this version gives. To be run only when bits change on purpose. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { goldenResults } from "../src/engine/doctor.ts";
import { goldenPictures } from "../src/engine/doctor-pictures.ts";
import { openEmbedded } from "../src/node/embedded.ts";
import { shippedModel, shippedWeights } from "../src/node/find-model.ts";
import { referenceBackend } from "../src/node/reference-backend.ts";

const results = await goldenResults(await referenceBackend());
const engine = await openEmbedded({ model: shippedModel(), mode: "reference" });
const pictures = await goldenPictures(engine.model);
await engine.close();
const text = `/** What the reference mode of this version gives for the examinations; written by golden/engine.ts. */

import type { GoldenResults } from "./examinations.ts";

/** Golden results by the name of the examination. */
export const GOLDEN: GoldenResults = ${JSON.stringify(results, null, 2)};

/** Golden pictures of the model that comes with the package, by the name of the examination. */
export const GOLDEN_PICTURES: GoldenResults = ${JSON.stringify(pictures, null, 2)};

/** SHA-256 of the weight files of the model that comes with the package, by their paths in its folder. */
export const GOLDEN_WEIGHTS: Readonly<Record<string, string>> = ${JSON.stringify(await shippedWeights(), null, 2)};
`;
writeFileSync(join(import.meta.dirname, "../src/engine/golden.ts"), text);
