import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pythonJsonWithout } from "../../src/label/python-json.ts";

const SCRIPT = `import json, sys
for text in json.load(sys.stdin):
    o = json.loads(text)
    o.pop("signed_hash")
    print(json.dumps(o))`;

/** Whole numbers only: the form keeps the spelling of floats, which Python changes. */
const leaf = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.integer(), fc.boolean(), fc.constant(null));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("any")), fc.dictionary(fc.string(), tie("any"))),
})).any;

test("JSON in Python's form is what Python writes", () => {
  const objects = fc.sample(fc.dictionary(fc.string(), value), 300);
  const texts = objects.map((object, i) => JSON.stringify({ ...object, signed_hash: i, last: [] }, null, i % 3));
  const python = execFileSync("python3", ["-c", SCRIPT], { input: JSON.stringify(texts), encoding: "utf8" });
  expect(texts.map((text) => pythonJsonWithout(text, "signed_hash"))).toEqual(python.trimEnd().split("\n"));
});
