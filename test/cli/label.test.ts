import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-label-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a real label is read field by field", () => {
  const { json, status } = seedproof([
    "label",
    "read",
    samplePath("raw__data_calibration_doubao_doubao_gray_1x1_1.png"),
    "--json",
  ]);
  expect(status).toBe(0);
  expect(json[0]).toMatchObject({
    tool: "doubao",
    labels: { aigc: [{ fields: { Label: "1", ContentProducer: "001191110102MACQD9K64010000" } }] },
  });
});

test.each(["png", "jpg", "webp"])(
  "a label written into a .%s is read back in the standard's form, and not written twice",
  (ending) => {
    const base = samplePath(
      { png: "sdm__png_sd-webui.png", jpg: "sdm__jpg_empty.jpg", webp: "sdm__webp_sd-webui.webp" }[ending]!,
    );
    const out = join(folder, `labelled.${ending}`);
    const args = ["--producer", "001191110102TEST", "--produce-id", "猫<1>&", "--json"];
    expect(seedproof(["label", "write", base, ...args, "-o", out]).status).toBe(0);
    const { json, status } = seedproof(["label", "read", out, "--json"]);
    expect(json[0]).toMatchObject({
      labels: {
        aigc: [{ fields: { Label: "1", ContentProducer: "001191110102TEST", ProduceID: "猫<1>&", ReservedCode1: "" } }],
      },
      attestations: [{ kind: "aigc-label", status: "unverifiable" }],
      findings: expect.arrayContaining([expect.objectContaining({ code: "label.aigc-form-holds", level: "holds" })]),
    });
    expect(status).toBe(0);
    const other = [...args, "--producer", "another"];
    expect(seedproof(["label", "write", out, ...other, "-o", `${out}2`])).toMatchObject({
      status: 2,
      json: [{ error: { code: "label.present" } }],
    });
    const more = ["--source-type", "trainedAlgorithmicMedia", "--ai-system", "猫 & Co", "--mining", "prohibited"];
    expect(seedproof(["label", "write", out, ...more, "-o", `${out}3`]).status).toBe(0);
    const { labels } = seedproof(["label", "read", `${out}3`, "--json"]).json[0] as { labels: { aigc: []; iptc: [] } };
    expect(labels.aigc).toHaveLength(1);
    expect(labels.iptc).toMatchObject([
      { field: "digitalSourceType", value: expect.stringContaining("trainedAlgorithmicMedia") },
      { field: "aiSystem", value: "猫 & Co" },
      { field: "dataMining", value: "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED" },
    ]);
  },
);

test("a signed file is refused: exit status 1", () => {
  const signed = samplePath("raw__data_fixtures_provenance_flux-1.jpg");
  const { status, json } = seedproof([
    "label",
    "write",
    signed,
    "--producer",
    "x",
    "--produce-id",
    "y",
    "-o",
    join(folder, "s.jpg"),
    "--json",
  ]);
  expect([status, json]).toMatchObject([1, [{ error: { code: "image.signed" } }]]);
});
