/** Writes src/engine/golden.ts: what the reference mode of this version gives. To be run only when bits change on purpose. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { goldenResults } from "../src/engine/doctor.ts";
import { referenceBackend } from "../src/node/reference-backend.ts";

const results = await goldenResults(await referenceBackend());
const text = `/** What the reference mode of this version gives for the examinations; written by golden/engine.ts. */

import type { GoldenResults } from "./examinations.ts";

/** Golden results by the name of the examination. */
export const GOLDEN: GoldenResults = ${JSON.stringify(results, null, 2)};
`;
writeFileSync(join(import.meta.dirname, "../src/engine/golden.ts"), text);
