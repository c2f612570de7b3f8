/**
 * stable-diffusion.cpp: A1111's infotext, with its own words for sampler and noise source.
 * @see https://github.com/leejet/stable-diffusion.cpp, examples/cli/main.cpp
 */

import type { Family } from "./infotext-account.ts";

/** Images of the command line of stable-diffusion.cpp. */
export const sdcppFamily: Family = {
  tool: ({ parameters }) =>
    parameters.some(({ key, value }) => key === "Version" && /^stable-diffusion\.cpp/.test(value))
      ? "sdcpp"
      : undefined,
  tell(_draft, fields) {
    // Its "cuda" generator is the Philox one that A1111 calls NV.
    fields.say("/rng/source", "RNG", (value) => (value === "cuda" ? "nv" : undefined));
  },
};
