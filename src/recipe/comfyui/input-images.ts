/** Input images of a graph, each with the part that it plays. */

import type { RecipeInput } from "../recipe.ts";
import { originNode } from "./follow.ts";
import { GRAPH_LIMITS, type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { type Kind, kindOfName } from "./kinds.ts";
import { textOfInput } from "./known.ts";
import type { Materials } from "./materials.ts";
import { step, type Walk } from "./walk.ts";

const NOT_IMAGES: ReadonlySet<Kind> = new Set([
  "model",
  "clip",
  "vae",
  "scalar",
  "sigmas",
  "sampler",
  "noise",
  "stack",
]);

/** Input images upstream of an input, each with the part that it plays. */
export function noteInputs(walk: Walk, input: Input | undefined, role: RecipeInput["role"], into: Materials): void {
  const seen = new Set<string>();
  const visit = (at: Input | undefined, as: RecipeInput["role"], depth: number): void => {
    const place = originNode(walk, at, "image");
    if (place === undefined || seen.has(`${as} ${place.at.id}`) || depth > GRAPH_LIMITS.depth || !step(walk)) return;
    const { at: node } = place;
    seen.add(`${as} ${node.id}`);
    const file = ["image", "video", "image_path", "mask", "audio"]
      .map((key) => node.inputs.get(key))
      .find((own) => own && !isLink(own));
    if (file && /load/i.test(node.type)) {
      const name = textOfInput(walk, file, "image");
      const known = as === "reference" && [...into.inputs.values()].some((other) => other.name.value === name?.value);
      if (name && !known) into.inputs.set(`${as} ${name.value}`, { role: as, name });
    }
    if (isRun(node)) return;
    for (const [name, link] of linksOf(node)) {
      const kind = kindOfName(name);
      // An image that only guides the conditioning is no image to start from.
      if (NOT_IMAGES.has(kind) || (role === "init" && kind === "conditioning")) continue;
      visit(link, /mask/i.test(name) ? "mask" : as, depth + 1);
    }
  };
  visit(input, role, 0);
}

/** A sampler's own inputs are another pass's matter. */
function isRun(node: GraphNode): boolean {
  return node.inputs.has("steps") || node.inputs.has("sigmas");
}
