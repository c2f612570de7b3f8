/** The labels of a file as they are shown: Content Credentials, AIGC labels, and IPTC's fields on AI. */

import type { C2paAction, C2paIngredient, C2paManifest, C2paSigner } from "../image/c2pa-store.ts";
import type { AigcCheck } from "./aigc.ts";
import type { C2paCheck } from "./c2pa.ts";
import type { IptcStatement } from "./iptc.ts";

/** One manifest, without its hashes and pictures. */
export interface ShownManifest {
  readonly label: string;
  readonly claimGenerator?: string;
  readonly title?: string;
  readonly actions: readonly C2paAction[];
  readonly ingredients: readonly C2paIngredient[];
  readonly assertions: readonly string[];
  /** What the signature's header names; neither signature nor trust is checked. */
  readonly signer?: C2paSigner;
}

/** What a file says of its origin, as it says it. Absent kinds are empty lists. */
export interface Labels {
  /** One for each store, its active manifest last. */
  readonly credentials: readonly { readonly block: number; readonly manifests: readonly ShownManifest[] }[];
  /** Fields as they stand in each label. */
  readonly aigc: readonly { readonly block: number; readonly fields: Readonly<Record<string, string>> }[];
  readonly iptc: readonly IptcStatement[];
}

/** The labels that were found and checked. */
export function labelsOf(
  credentials: readonly C2paCheck[],
  aigc: readonly AigcCheck[],
  iptc: readonly IptcStatement[],
): Labels {
  return {
    credentials: credentials.map(({ block, manifests }) => ({ block, manifests: manifests.map(shown) })),
    aigc: aigc.map(({ label }) => ({ block: label.block, fields: label.members })),
    iptc,
  };
}

function shown({
  label,
  claimGenerator,
  title,
  actions,
  ingredients,
  assertions,
  signer,
}: C2paManifest): ShownManifest {
  return {
    label,
    ...(claimGenerator !== undefined && { claimGenerator }),
    ...(title !== undefined && { title }),
    actions,
    ingredients,
    assertions: assertions.map((box) => box.label),
    ...(signer && { signer }),
  };
}
