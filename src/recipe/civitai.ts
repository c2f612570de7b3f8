/**
 * Civitai's on-site generator: infotext in the UserComment of a JPEG, with `Civitai resources` in the place of model names
 * and hashes; beside it Software with the job's id and Artist `ai`. Its ComfyUI graphs are read in comfyui.ts.
 */

import type { Evidence } from "./generator.ts";
import type { Family } from "./infotext/account.ts";

const JOB = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Images made on civitai.com. */
export const civitaiFamily: Family = {
  tool: ({ parameters }, evidence) => {
    // Save nodes of ComfyUI write the list too, for the site to read, and name themselves.
    if (parameters.some(({ key }) => key === "Version" || key === "App")) return undefined;
    const own = parameters.some(({ key }) => /^Civitai (?:resources|metadata)$/.test(key));
    return own || jobEntry(evidence) ? "civitai" : undefined;
  },
  beside(draft, evidence) {
    const job = jobEntry(evidence);
    if (!job) return;
    draft.say("/extra/Software", job.block.text ?? "", { block: job.index });
    draft.alsoReads(...evidence.entries.filter(isArtist).map(({ index }) => index));
  },
};

/** The job's id, where the image also says that its artist is `ai`. */
function jobEntry({ entries }: Evidence): Evidence["entries"][number] | undefined {
  if (!entries.some(isArtist)) return undefined;
  return entries.find(({ block }) => block.key === "Software" && JOB.test(block.text ?? ""));
}

function isArtist({ block }: Evidence["entries"][number]): boolean {
  return block.key === "Artist" && block.text === "ai";
}
