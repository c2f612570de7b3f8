/** Keys of the A1111 parameter line, as its family writes them; compared without case. */

/** Keys of which every real parameter line has several. */
const CORE = "Steps|Sampler|Schedule type|CFG scale|Seed|Size|Model|Model hash|Denoising strength|Clip skip|Version";

/** Keys that do not begin with a family's prefix (`Hires …`, `ADetailer …`). */
const OTHERS = [
  "App|Backend|Batch pos|Batch size|Cond mask weight|Conditional mask weight|Created Date|Distilled CFG Scale|Downcast",
  "Discard penultimate sigma|Emphasis|ENSD|Eta|Eta DDIM|Face restoration|First pass size|FP8 weight|Hashes|Hypernet",
  "Hypernet hash|Hypernet strength|Init image hash|Inpaint area|Lora hashes|LyCORIS hashes|Mask blur|Mask mode",
  "Masked area padding|Masked content|Negative Template|NGMS|Noise multiplier|Operations|Pad conds|Parser|Pipeline",
  "Refine|Refiner|Refiner switch at|RNG|RP Active|Schedule max sigma|Schedule min sigma|Schedule rho",
  "Seed resize from|Sigma churn|Sigma noise|Sigma tmax|Sigma tmin|Skip Early CFG|Style|Styles|Template|TI hashes|Tiling",
  "Time taken|Token merging ratio|Token merging ratio hr|UniPC order|UniPC skip type|UniPC variant|User|VAE|VAE Decoder",
  "VAE Encoder|VAE hash|Variation seed|Variation seed strength|Wildcard prompt|Wildcard negative prompt|Workflow",
];

const KEYS = new Set([CORE, ...OTHERS].join("|").toLowerCase().split("|"));
const CORE_KEYS = new Set(CORE.toLowerCase().split("|"));
const FAMILIES =
  /^(?:hires|adetailer|controlnet|control|civitai|rp|module|sampler|refiner|postprocess|postprocessing) /;

/** Keys whose unquoted value may hold commas and line ends: the text before wildcards were drawn. */
const FREE_TEXT = new Set(["template", "negative template", "wildcard prompt", "wildcard negative prompt"]);

/** Whether some program of the family writes this key. */
export function isKnownKey(key: string): boolean {
  const folded = key.toLowerCase();
  return KEYS.has(folded) || FAMILIES.test(folded);
}

/** Whether this is one of the keys that tell a parameter line from a prompt. */
export function isCoreKey(key: string): boolean {
  return CORE_KEYS.has(key.toLowerCase());
}

/** Whether the unquoted value of this key runs on to the next key. */
export function isFreeText(key: string): boolean {
  return FREE_TEXT.has(key.toLowerCase());
}
