import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { C2PA_LIMITS, c2paThread } from "../../src/node/c2pa-thread.ts";
import { withMemoryLimit } from "../../src/node/wasm-memory.ts";
import { type Box, relabelled, withStore } from "../helpers/jumbf.ts";
import { samplePath } from "../helpers/samples.ts";

const FIREFLY = new Uint8Array(readFileSync(samplePath("raw__data_fixtures_provenance_firefly-1.png")));

/** A real signed image whose manifest stands in its store many times over, under as many labels: each is gone through with all others. */
const CROWDED = withStore(FIREFLY, (store) => {
  const [description, ...manifests] = (store as { readonly boxes: readonly Box[] }).boxes;
  const copies = Array.from({ length: 500 }, (_, i) =>
    relabelled(manifests.at(-1)!, `urn:c2pa:${String(i).padStart(8, "0")}-0000-4000-8000-000000000000`),
  );
  return { boxes: [description!, ...copies, ...manifests] };
});

const threads = [
  c2paThread({ ...C2PA_LIMITS, millis: () => 1500 }),
  c2paThread({ ...C2PA_LIMITS, memoryBytes: (bytes) => 30_000_000 + bytes }),
] as const;
afterAll(() => Promise.all(threads.map((thread) => thread.close())));

describe("a store of 500 manifests, which keeps the validator busy for tens of seconds", () => {
  const [timed, narrow] = threads;

  test("is given up after its time, while this thread goes on, and the next file is read as ever", async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 20);
    const from = performance.now();
    await expect(timed.validate(CROWDED, "image/png", "")).rejects.toMatchObject({ code: "label.c2pa-timeout" });
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    expect(performance.now() - from).toBeLessThan(25_000);
    await expect(c2paThread().validate(FIREFLY, "image/png", "")).resolves.toMatchObject({ state: "valid" });
  });

  test("is given up where it asks for more memory than a file of its length needs", async () => {
    await expect(narrow.validate(CROWDED, "image/png", "")).rejects.toMatchObject({ code: "label.c2pa-memory" });
    await expect(narrow.validate(FIREFLY, "image/png", "")).resolves.toMatchObject({ state: "valid" });
  }, 120_000);
});

test("questions are answered one after the other, each with its own answer, and a closed thread starts again", async () => {
  const thread = c2paThread();
  const broken = Uint8Array.from(FIREFLY);
  broken[broken.length - 5000]! ^= 1;
  const answers = await Promise.all([FIREFLY, broken, FIREFLY].map((file) => thread.validate(file, "image/png", "")));
  expect(answers.map(({ state }) => state)).toEqual(["valid", "invalid", "valid"]);
  await thread.close();
  await expect(thread.validate(FIREFLY, "image/png", "")).resolves.toMatchObject({ state: "valid" });
  await thread.close();
});

describe("the bound on a module's memory", () => {
  /** A module that exports a memory of two pages and nothing else. */
  const SMALL = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 2, 7, 5, 1, 1, 109, 2, 0]);
  const memoryOf = async (wasm: Uint8Array<ArrayBuffer>) => {
    const { instance } = await WebAssembly.instantiate(wasm);
    return instance.exports.m as WebAssembly.Memory;
  };

  test("is kept by the engine: it grows that far and no further", async () => {
    expect((await memoryOf(SMALL)).grow(400)).toBe(2);
    const memory = await memoryOf(withMemoryLimit(SMALL, 300));
    expect(memory.grow(298)).toBe(2);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  test.each([
    ["a bound below its start", SMALL, 1],
    ["a module cut in a number", SMALL.subarray(0, 9), 10],
    ["a module without a memory", SMALL.subarray(0, 8), 10],
    ["two memories", Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 5, 5, 2, 0, 2, 0, 2]), 10],
    ["a memory of 64 bits", Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 4, 2]), 10],
  ])("is refused for %s", (_, wasm, pages) => {
    expect(() => withMemoryLimit(wasm, pages)).toThrow(expect.objectContaining({ code: "wasm.malformed" }));
  });
});
