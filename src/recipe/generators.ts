/** All generators, the most specific first: a block belongs to the first that knows it. */

import type { Generator } from "./generator.ts";

/** In the order in which they are asked. */
export const GENERATORS: readonly Generator[] = [];
