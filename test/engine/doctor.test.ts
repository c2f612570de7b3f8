import { expect, test } from "vitest";
import { examine } from "../../src/engine/doctor.ts";
import { GOLDEN } from "../../src/engine/golden.ts";
import { referenceBackend } from "../../src/node/reference-backend.ts";

test("the reference mode gives every golden hash of this version", async () => {
  const findings = await examine(await referenceBackend());
  expect(findings.length).toBe(Object.keys(GOLDEN).length);
  expect(findings.filter(({ level }) => level !== "holds")).toEqual([]);
});

test("what does not give its golden hash is told by name, and nothing else is", async () => {
  const other = { ...GOLDEN, unet: { ...GOLDEN.unet!, sha256: "00" }, "noise nv": { sha256: "00", first: [] } };
  const failed = (await examine(await referenceBackend(), other)).filter(({ level }) => level === "fails");
  expect(failed.map(({ text }) => text.en.split(":")[0])).toEqual(["noise nv", "unet"]);
});

test("the fast mode is held to the numbers, not to the hashes", async () => {
  const backend = await referenceBackend();
  const asFast = { ...backend, identity: { ...backend.identity, mode: "fast" as const } };
  const otherHashes = Object.fromEntries(
    Object.entries(GOLDEN).map(([name, golden]) => [
      name,
      name.startsWith("noise") ? golden : { ...golden, sha256: "" },
    ]),
  );
  expect((await examine(asFast, otherHashes)).every(({ level }) => level === "holds")).toBe(true);
  const far = { ...GOLDEN, unet: { sha256: "", first: GOLDEN.unet!.first.map((value) => value + 2e-4) } };
  expect((await examine(asFast, far)).filter(({ level }) => level === "fails")).toHaveLength(1);
});
