import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addModel } from "../../src/node/model-shelf.ts";
import { loraFile } from "../engine/tiny-lora.ts";
import { testServer } from "../helpers/server.ts";

const server = testServer();
let sha256: string;

beforeAll(() => {
  const file = join(server.home, "ink.safetensors");
  writeFileSync(file, loraFile({ "modelspec.trigger_phrase": "inkwash" }));
  addModel(server.home, file, { now: () => new Date(0) });
  sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
});
afterAll(() => server.close());

test("the shelf is listed with every model's kind, hashes and trigger words, and no path of this machine", async () => {
  const { status, json } = await server.ask("/models");
  expect(status).toBe(200);
  const ink = json.models.find(({ name }: { name: string }) => name === "ink");
  expect(ink).toMatchObject({ kind: "lora", by: "link", triggers: [{ word: "inkwash", from: "stated" }] });
  expect(ink.hashes).toContainEqual({ kind: "sha256", value: sha256 });
  expect(JSON.stringify(json)).not.toContain(server.home);
});

test("what a recipe names is found by its hash, by name alone, told from another of the name, or not here", async () => {
  const hash = (kind: string, value: string) => ({ kind, value });
  const wanted = [
    { name: "renamed", hashes: [hash("autov2", sha256.slice(0, 10))] },
    { name: "ink.safetensors", hashes: [] },
    { name: "ink", hashes: [hash("autov2", "0123456789")] },
    { name: "nowhere", hashes: [hash("autov2", "0123456789")] },
  ];
  const { json } = await server.ask("/models/find", { wanted });
  expect(json.found).toEqual([
    { name: "renamed", by: "hash", file: "ink" },
    { name: "ink.safetensors", by: "name", file: "ink" },
    { name: "ink", by: "other", file: "ink" },
    { name: "nowhere", by: "none" },
  ]);
});

test("too many, too long or unknown things are refused with their place", async () => {
  const model = { name: "x", hashes: [] };
  for (const wanted of [
    Array.from({ length: 1_001 }, () => model),
    [{ ...model, name: "x".repeat(1_001) }],
    [{ ...model, hashes: [{ kind: "md5", value: "00" }] }],
  ]) {
    expect(await server.ask("/models/find", { wanted })).toMatchObject({ status: 400, code: "server.bad-request" });
  }
});
