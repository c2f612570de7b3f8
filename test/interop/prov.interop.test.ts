import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { provDocument } from "../../src/process/prov.ts";
import { history } from "../process/history.ts";

/** Reads PROV-JSON with python3-prov, says what it found, and writes it again as PROV-N and as PROV-JSON. */
const SCRIPT = `
import json, sys
from prov.model import ProvDocument, ProvEntity, ProvActivity, ProvAgent, ProvInvalidation
text = sys.stdin.read()
document = ProvDocument.deserialize(content=text, format="json")
again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
print(json.dumps({
  "entities": len(list(document.get_records(ProvEntity))),
  "activities": len(list(document.get_records(ProvActivity))),
  "agents": sorted(str(a.get_asserted_types()) for a in document.get_records(ProvAgent)),
  "invalidated": len(list(document.get_records(ProvInvalidation))),
  "start": [str(a.get_startTime()) for a in document.get_record("event:e4")],
  "same": document == again,
  "provn": document.get_provn(),
}))
`;
const read = (document: object) => {
  const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", SCRIPT], {
    input: JSON.stringify(document),
    encoding: "utf8",
  });
  return stdout === "" ? stderr : (JSON.parse(stdout) as Record<string, unknown>);
};

test("python3-prov reads a history with every kind of event and finds each record of ours", () => {
  const document = provDocument(
    history().map((event, index) => ({ event, index, grade: "S" })),
    { origin: "test/log" },
  );
  const found = read(document) as Record<string, unknown>;
  const count = (section: string): number => Object.keys(document[section] as object).length;
  expect(found).toMatchObject({
    entities: count("entity"),
    activities: count("activity"),
    invalidated: 1,
    start: ["2026-01-01 00:04:00+00:00"],
    same: true,
  });
  expect(String(found.agents)).toContain("prov:Person");
  expect(String(found.agents)).toContain("prov:SoftwareAgent");
  expect(found.provn).toContain("wasInvalidatedBy(thing:candidate-e5-2, event:e6, 2026-01-01T00:06:00+00:00)");
  expect(found.provn).toContain("wasDerivedFrom(thing:saved-e12, thing:saved-e11, event:e12");
});

test("python3-prov reads an empty history, and one without contents", () => {
  expect(read(provDocument([]))).toMatchObject({ entities: 0, activities: 0, same: true });
  const bare = provDocument(
    history().map((event) => ({ event })),
    { withoutContents: true },
  );
  expect(read(bare)).toMatchObject({ invalidated: 1, same: true });
});
