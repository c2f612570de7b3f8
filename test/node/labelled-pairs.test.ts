import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { readPairs } from "../../src/node/copy-pairs.ts";
import { readLabelled, weighLabelled } from "../../src/node/labelled-pairs.ts";
import { openCvDetector } from "../../src/node/opencv.ts";

const folder = mkdtempSync(join(tmpdir(), "seedproof-labelled-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

function list(text: string): string {
  writeFileSync(at("pairs.csv"), text);
  return at("pairs.csv");
}

test("columns stand in any order, fields in quotation marks, and files beside the list", () => {
  const rows = readLabelled(
    list('\uFEFFrelated,b,a,kind\r\nyes,"x, ""1"".jpg",a.png,saved again\r\n\r\nNO,c.png,a.png,\r\n'),
  );
  expect(rows).toEqual([
    { a: at("a.png"), b: at('x, "1".jpg'), related: true, kind: "saved again", group: undefined },
    { a: at("a.png"), b: at("c.png"), related: false, kind: "unrelated", group: undefined },
  ]);
});

test.each([
  ["no line of names", "a.png,b.png,yes\n", 1],
  ["a label that is neither yes nor no", "a,b,related\na.png,b.png,perhaps\n", 2],
  ["a file that is missing in the line", "a,b,related\na.png,,yes\n", 2],
  ["a quotation mark that is not closed", 'a,b,related\n"a.png,b.png,yes\n', 2],
])("%s is refused with its line", (_, text, line) => {
  expect(() => readLabelled(list(text))).toThrow(
    expect.objectContaining({
      code: "compare.labels-malformed",
      message: expect.stringContaining(`line ${line}:`),
    }),
  );
});

test("pairs are weighed once, and a picture that is not there is named", async () => {
  const picture = sharp(resolve(import.meta.dirname, "../../samples/cex__flux_girl_in_field.png")).resize(240);
  await picture.clone().png().toFile(at("a.png"));
  await picture.clone().jpeg({ quality: 60 }).toFile(at("b.jpg"));
  const rows = readLabelled(list("a,b,related\na.png,b.jpg,yes\n"));
  const detector = await openCvDetector();
  for (let run = 0; run < 2; run++) await weighLabelled(rows, detector, 1024, at("pairs.jsonl"), () => undefined);
  const pairs = readPairs(at("pairs.jsonl"));
  expect(pairs).toHaveLength(1);
  expect(pairs[0]).toMatchObject({ related: true, kind: "copy", group: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(pairs[0]!.evidence.share).toBeGreaterThan(0.9);
  const missing = readLabelled(list("a,b,related\na.png,none.png,no\n"));
  await expect(weighLabelled(missing, detector, 1024, at("more.jsonl"), () => undefined)).rejects.toMatchObject({
    code: "file.not-found",
  });
  expect(readFileSync(at("pairs.jsonl"), "utf8").endsWith("\n")).toBe(true);
}, 120_000);
