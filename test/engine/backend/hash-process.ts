/** Prints the hash of one prediction: run as a process of its own. */

import { referenceBackend } from "../../../src/node/reference-backend.ts";
import { predictionHash } from "./hash.ts";

console.log(await predictionHash(await referenceBackend()));
