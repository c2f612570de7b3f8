/**
 * The manifest that we sign for an AI image: what made it, how it came about, whether it may be mined, and which entry of a ledger
 * it belongs to. @see C2PA Technical Specification 2.2, sections 10.3, 18.14 (actions); CAWG Training and Data Mining Assertion 1.1
 */

import { SeedproofError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";

/** How an image came about, by the last part of its address. */
export const SOURCE_TYPES = {
  trainedAlgorithmicMedia: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  compositeWithTrainedAlgorithmicMedia: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  compositeSynthetic: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  algorithmicMedia: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  digitalCreation: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  humanEdits: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  minorHumanEdits: "http://cv.iptc.org/newscodes/digitalsourcetype/",
  empty: "http://c2pa.org/digitalsourcetype/",
  trainedAlgorithmicData: "http://c2pa.org/digitalsourcetype/",
} as const;

/** A term of {@link SOURCE_TYPES}. */
export type SourceType = keyof typeof SOURCE_TYPES;

/** The address of a digital source type. */
export const sourceTypeUri = (type: SourceType): string => `${SOURCE_TYPES[type]}${type}`;

/** Whether the maker lets others train on the image. */
export type MiningUse = "allowed" | "notAllowed" | "constrained";

/** Label of the assertion that points into a ledger. */
export const LEDGER_ASSERTION = "com.seedproof.ledger-entry";

/** What is said about an image. */
export interface ManifestContent {
  readonly title: string;
  /** Media type. */
  readonly format: string;
  readonly generator: { readonly name: string; readonly version: string };
  readonly sourceType: SourceType;
  /** The program or service that made the image. */
  readonly softwareAgent?: { readonly name: string; readonly version?: string };
  readonly description?: string;
  readonly mining?: { readonly use: MiningUse; readonly constraint?: string };
  /** The pointer's contents. @see ledger/pointer.ts */
  readonly ledger?: JsonObject;
  /** Further actions after the first, by C2PA's names: `c2pa.edited`, `c2pa.published` … */
  readonly actions?: readonly string[];
  /** Whether the file has credentials already, which become those of its parent. */
  readonly continues: boolean;
}

const ACTION =
  /^(?:c2pa\.(?:adjustedColor|color_adjustments|converted|cropped|drawing|edited(?:\.metadata)?|enhanced|filtered|orientation|placed|published|repackaged|resized|transcoded|watermarked)|[a-z][\w-]*(?:\.[\w-]+)+)$/;

/**
 * The manifest's definition for c2pa-rs. Its first action is `c2pa.created`, which must say how the image came about; where there
 * are credentials already it is `c2pa.opened`, and how it came about stands with what was done then.
 * @throws SeedproofError `label.action-unknown`, `label.constraint-missing`
 */
export function manifestOf(content: ManifestContent): JsonObject {
  const { title, format, generator, mining, ledger } = content;
  const actions = { label: "c2pa.actions.v2", data: { actions: actionsOf(content) } };
  return {
    claim_version: 2,
    claim_generator_info: [generator],
    title,
    format,
    assertions: [
      actions,
      ...(mining ? [{ label: "cawg.training-mining", data: { entries: entriesOf(mining) } }] : []),
      ...(ledger ? [{ label: LEDGER_ASSERTION, data: ledger }] : []),
    ],
  };
}

function actionsOf({ sourceType, softwareAgent, description, actions = [], continues }: ManifestContent): JsonObject[] {
  const unknown = actions.find((action) => !ACTION.test(action) || /^c2pa\.(?:created|opened)$/.test(action));
  if (unknown !== undefined) {
    throw new SeedproofError("label.action-unknown", `${unknown} is no action that may follow the first`);
  }
  const made = {
    digitalSourceType: sourceTypeUri(sourceType),
    ...(softwareAgent && { softwareAgent }),
    ...(description !== undefined && { description }),
  };
  const rest = actions.map((action) => ({ action }));
  if (!continues) return [{ action: "c2pa.created", ...made }, ...rest];
  const [first = { action: "c2pa.edited.metadata" }, ...others] = rest;
  return [{ action: "c2pa.opened", parameters: { ingredientIds: ["parent"] } }, { ...first, ...made }, ...others];
}

/** The four uses that the assertion knows, all answered alike. */
function entriesOf({ use, constraint }: NonNullable<ManifestContent["mining"]>): JsonObject {
  if (use === "constrained" && constraint === undefined) {
    throw new SeedproofError("label.constraint-missing", "constrained use says under which constraint");
  }
  const entry = { use, ...(constraint !== undefined && { constraint_info: constraint }) };
  const uses = ["cawg.ai_generative_training", "cawg.ai_training", "cawg.ai_inference", "cawg.data_mining"];
  return Object.fromEntries(uses.map((name) => [name, entry]));
}
