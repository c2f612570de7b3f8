import { expect, test } from "vitest";
import { croissant } from "../../models/training/scenes/croissant.ts";
import { DEFAULTS, manifestLine, sceneAt } from "../../models/training/scenes/dataset.ts";
import { GROUP_NAMES } from "../../models/training/scenes/tags.ts";

interface Described {
  readonly name: string;
  readonly "rai:dataCollection": string;
  readonly distribution: readonly { readonly "@id": string; readonly sha256?: string }[];
  readonly recordSet: readonly {
    readonly field: readonly {
      readonly name: string;
      readonly source: { readonly extract: { readonly jsonPath: string } };
    }[];
  }[];
}

const DIGEST = "ab".repeat(32);

/** What a plain path such as $.tags.colour leads to. */
function atPath(value: unknown, path: string): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

test("every field of the description is found in a line of the manifest, and every tag group has a field", () => {
  const line: unknown = JSON.parse(manifestLine(sceneAt(0, DEFAULTS).entry));
  const { recordSet } = croissant(DEFAULTS, 1, DIGEST) as Described;
  const fields = recordSet[0]!.field;
  for (const { name, source } of fields) expect(atPath(line, source.extract.jsonPath), name).toBeDefined();
  expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(GROUP_NAMES));
});

test("the description holds the manifest's hash and the whole command that draws the set again", () => {
  const options = { ...DEFAULTS, seed: 9, world: 5, captions: 2, variant: "linocut" } as const;
  const described = croissant(options, 30, DIGEST) as Described;
  expect(described.distribution.find((one) => one["@id"] === "manifest")?.sha256).toBe(DIGEST);
  const command = "npm run scenes -- --n 30 --seed 9 --split train --world 5 --captions 2 --variant linocut";
  expect(described["rai:dataCollection"].endsWith(command)).toBe(true);
  expect(described.name).toContain("linocut");
});
