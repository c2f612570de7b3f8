/**
 * SD.Next, also known as Vlad Diffusion: A1111's infotext in another order, with its own words for hires fix and schedule;
 * it may leave `Sampler` out.
 * @see https://github.com/vladmandic/sdnext, modules/processing_info.py
 */

import type { Family } from "./infotext/account.ts";

/** SD.Next names itself since 2024; before, only it wrote which backend and which pipeline ran. */
export const sdNextFamily: Family = {
  tool: ({ parameters }) => {
    const value = (name: string): string | undefined => parameters.find(({ key }) => key === name)?.value;
    if (/^SD\.?Next/i.test(value("App") ?? "") || /^vlad/i.test(value("Version") ?? "")) return "sd-next";
    const own = value("Backend") ?? value("Pipeline") ?? value("Operations");
    return own !== undefined && !/^v?\d+\./.test(value("Version") ?? "") ? "sd-next" : undefined;
  },
};
