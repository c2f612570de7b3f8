import { expect, test } from "vitest";
import { examinePictures } from "../../src/engine/doctor-pictures.ts";
import { GOLDEN_PICTURES } from "../../src/engine/golden.ts";
import { openEmbedded } from "../../src/node/embedded.ts";
import { shippedModel } from "../../src/node/find-model.ts";

test("the shipped model draws its golden pictures; another hash is told by the picture's name", async () => {
  const engine = await openEmbedded({ model: shippedModel(), mode: "reference" });
  const [first, ...others] = Object.keys(GOLDEN_PICTURES);
  const changed = { ...GOLDEN_PICTURES, [first!]: { ...GOLDEN_PICTURES[first!]!, sha256: "00" } };
  const findings = await examinePictures(engine.model, "reference", changed);
  await engine.close();
  expect(findings.map(({ level, text }) => [level, text.en.split(":")[0]])).toEqual([
    ["fails", first],
    ...others.map((name) => ["holds", name]),
  ]);
}, 120_000);
