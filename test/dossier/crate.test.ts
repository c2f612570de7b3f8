import { beforeAll, describe, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { sha256Hex } from "../../src/base/hash.ts";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { makeBag } from "../../src/dossier/bag.ts";
import { makeBundle } from "../../src/dossier/bundle.ts";
import type { BundleFiles } from "../../src/dossier/bundle-input.ts";
import { ledgerExtract } from "../../src/dossier/bundle-ledger.ts";
import { folderReader } from "../../src/node/ledger-folder.ts";
import { entryOfEvent } from "../../src/process/entry.ts";
import { newStore } from "../node/ledger-helpers.ts";
import { eventOf, history, recipeOf } from "../process/history.ts";
import { bundleInput, fails, IMAGE, verify } from "./bundle-helpers.ts";

const DESCRIPTION = "data/ro-crate-metadata.json";
const kept = { role: "image", sha256: sha256Hex(IMAGE), size: IMAGE.length, mime: "image/png" };

/** The history of the other tests, and a generation with a model, whose image is exhibit E1. */
function events() {
  const models = [
    {
      role: "checkpoint" as const,
      name: "house.safetensors",
      hashes: [{ kind: "autov2" as const, value: "0724518c6b" }],
    },
  ];
  const generator = { agent: { kind: "software", name: "a1111", version: "1.9" } } as const;
  return [
    ...history(),
    eventOf(30, "generation.requested", { engine: "a1111", recipe: recipeOf("a cat at night", { models }) }),
    eventOf(31, "generation.completed", { request: "e30", images: [kept] }, { ...generator, follows: ["e30"] }),
  ];
}

type Entity = { readonly [key: string]: Json } & { readonly "@id": string };
let files: BundleFiles;
let graph: Entity[];
let prov: Record<string, Record<string, JsonObject>>;

const parsed = (path: string) => JSON.parse(fromUtf8(files.get(path)!)!);
const byId = (id: string) => graph.find((one) => one["@id"] === id)!;
const ids = (value: Json | undefined) => [value ?? []].flat().map((one) => (one as Entity)["@id"]);
const actions = () => graph.filter((one) => one["@type"] === "CreateAction" && one["@id"] !== "#bundling");

beforeAll(async () => {
  const { fs, store } = newStore();
  const sw = { name: "seedproof", version: "0" };
  for (const [i, event] of events().entries()) {
    const put = (bytes: Uint8Array, role: string, mime?: string) => store.putBlob(bytes, role, mime);
    store.append([entryOfEvent(event, sw, new Uint8Array(32).fill(i), put)]);
  }
  store.integrate();
  const extract = await ledgerExtract(folderReader("/log", fs), { entry: () => true, file: () => true });
  files = makeBundle({ ...(await bundleInput()), ledgers: [{ id: "E3", ...extract }] });
  graph = parsed(DESCRIPTION)["@graph"];
  prov = parsed("data/provenance/E3.json");
});

describe("what RO-Crate 1.2 demands", () => {
  test("the context by reference, one graph of flat entities, each with its own id and a type", () => {
    const [context, terms] = parsed(DESCRIPTION)["@context"];
    expect(context).toBe("https://w3id.org/ro/crate/1.2/context");
    for (const url of Object.values(terms as Record<string, string>)) expect(url).toMatch(/^https:/);
    expect(new Set(graph.map((one) => one["@id"])).size).toBe(graph.length);
    for (const entity of graph) {
      expect(entity["@type"]).toBeDefined();
      for (const value of Object.values(entity).flat()) {
        if (typeof value !== "object" || value === null) continue;
        // A reference and nothing else, or a text with its language: no entity stands inside another.
        expect(Object.keys(value).sort().join()).toMatch(/^(?:@id|@language,@value)$/);
      }
      for (const value of Object.values(entity)) expect(Array.isArray(value) && value.length === 1).toBe(false);
    }
  });

  test("a descriptor that conforms to 1.2 and is about the root, and a root with all that it must have", () => {
    const descriptor = byId("ro-crate-metadata.json");
    expect(descriptor).toMatchObject({
      "@type": "CreativeWork",
      conformsTo: { "@id": "https://w3id.org/ro/crate/1.2" },
    });
    const root = byId(ids(descriptor.about)[0]!);
    expect(root).toMatchObject({ "@type": "Dataset", datePublished: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    expect(root.name).toBeTruthy();
    expect(root.description).toBeTruthy();
    expect(byId(ids(root.license)[0]!)).toMatchObject({ name: expect.any(String), description: expect.any(String) });
  });

  test("every file of the payload is part of the root, and every reference inside the crate leads to an entity", () => {
    const described = graph.filter((one) => one["@type"] === "File").map((one) => one["@id"]);
    expect(ids(byId("./").hasPart).sort()).toEqual([...described].sort());
    const payload = [...files.keys()].filter((path) => path.startsWith("data/") && path !== DESCRIPTION);
    expect(described.map((id) => `data/${decodeURIComponent(id)}`).sort()).toEqual(payload.sort());
    const known = new Set(graph.map((one) => one["@id"]));
    const references = graph.flatMap((entity) => Object.values(entity).flatMap((value) => ids(value as Json)));
    const dangling = references.filter((id) => id !== undefined && !known.has(id));
    expect([...new Set(dangling)]).toEqual(["https://w3id.org/ro/crate/1.2"]);
  });

  test("a program has name, version and address, and each action is mentioned by the root and has an instrument and times", () => {
    for (const one of graph.filter((entity) => entity["@type"] === "SoftwareApplication"))
      expect([typeof one.name, typeof one.version, typeof one.url]).toEqual(["string", "string", "string"]);
    expect(ids(byId("./").mentions)).toEqual(["#bundling", ...actions().map((one) => one["@id"])]);
    for (const action of actions()) {
      expect(action.startTime).toMatch(/Z$/);
      expect(action.endTime).toMatch(/Z$/);
      expect(ids(action.result).length).toBeGreaterThan(0);
    }
  });
});

describe("the steps that made files", () => {
  test("are those of PROV: the same names, times, people, programs, inputs and bytes", () => {
    const made = Object.values(prov.wasGeneratedBy!);
    const bytesOf = new Map(
      Object.values(prov.specializationOf!).map((one) => [one["prov:specificEntity"], one["prov:generalEntity"]]),
    );
    const inTime = Object.entries(prov.activity!).sort(([, a], [, b]) =>
      String(a["prov:startTime"]) < String(b["prov:startTime"]) ? -1 : 1,
    );
    const expected = inTime.flatMap(([name, activity]) => {
      const results = made.filter((one) => one["prov:activity"] === name && bytesOf.has(one["prov:entity"]));
      if (results.length === 0) return [];
      const hashes = results.map((one) => String(bytesOf.get(one["prov:entity"])).slice(5));
      return [
        [name.replace("event:", "urn:seedproof:event:"), activity["prov:startTime"], activity["prov:endTime"], hashes],
      ];
    });
    const told = actions().map((one) => [
      one["@id"],
      one.startTime,
      one.endTime,
      ids(one.result).map((id) => byId(id).sha256),
    ]);
    expect(told).toEqual(expected);
    expect(told.length).toBe(6);
  });

  test("the image that is an exhibit is the result of its generation, with person, generator, model and recipe", () => {
    const exhibit = graph.find((one) => one.seedproofExhibit === "E1")!;
    const [action] = actions().filter((one) => ids(one.result).includes(exhibit["@id"]));
    expect(action).toMatchObject({ name: "Image generated", startTime: "2026-01-01T00:30:00.000Z" });
    expect(ids(action!.agent).map((id) => byId(id).name)).toEqual(["Li Ming"]);
    expect(ids(action!.instrument).map((id) => [byId(id)["@type"], byId(id).name])).toEqual([
      ["SoftwareApplication", "a1111"],
      ["CreativeWork", "house.safetensors"],
    ]);
    const [recipe] = ids(action!.object).map(byId);
    expect(JSON.parse(String(recipe!.text))).toMatchObject({ prompt: "a cat at night", seed: "562327064" });
  });

  test("an input image is the result of an earlier step, and what is not in the bundle says so", () => {
    const [inputs] = actions()
      .filter((one) => one["@id"] === "urn:seedproof:event:e7")
      .map((one) => ids(one.object).map(byId));
    const image = inputs!.find((one) => one["@type"] === "ImageObject")!;
    expect(image.description).toContain("not in this bundle");
    expect(actions().filter((one) => ids(one.result).includes(image["@id"])).length).toBe(2);
  });

  /** The bundle with another description, and all manifests made anew. */
  const described = (change: (all: Entity[]) => Entity[]) => {
    const description = parsed(DESCRIPTION);
    const payload = new Map(
      [...files].flatMap(([path, bytes]) => (path.startsWith("data/") ? [[path.slice(5), bytes] as const] : [])),
    );
    payload.set("ro-crate-metadata.json", utf8(JSON.stringify({ ...description, "@graph": change(graph) })));
    const tags = new Map(["VERIFY.md", "verify.html"].map((path) => [path, files.get(path)!] as const));
    const info = { made: "2026-11-29T12:00:00Z", title: "A cat / 一只猫", software: "seedproof 0.0.0" };
    return verify(makeBag(payload, tags, info));
  };

  test("in the words of another version, or not told at all as in the first ones: said, and no fault", async () => {
    const steps = async (change: (all: Entity[]) => Entity[]) => {
      const { ok, findings } = await described(change);
      return [
        ok,
        findings.filter(({ code }) => code.startsWith("dossier.steps-")).map(({ code, level }) => [code, level]),
      ];
    };
    const told = new Set(actions());
    const otherwise = (one: Entity): Entity => (told.has(one) ? { ...one, name: "A step", description: "Told." } : one);
    expect(await steps((all) => all.map(otherwise))).toEqual([true, [["dossier.steps-worded", "informs"]]]);
    expect(await steps((all) => all.filter((one) => !told.has(one)))).toEqual([
      true,
      [["dossier.steps-untold", "informs"]],
    ]);
  });

  test("a step that was changed, added or left out of the description is found", async () => {
    expect(fails(await verify(files))).toEqual([]);
    const remade = async (change: (all: Entity[]) => Entity[]) => fails(await described(change));
    const [one] = actions();
    const told = [`dossier.steps-differ ${DESCRIPTION}`];
    expect(await remade((all) => all)).toEqual([]);
    expect(await remade((all) => all.filter((entity) => entity !== one))).toEqual(told);
    expect(await remade((all) => [...all, { ...one!, "@id": "#another" }])).toEqual(told);
    const agents = graph.filter((entity) => entity["@type"] === "Person");
    const another = { ...agents[0]!, name: "Somebody else" };
    expect(await remade((all) => all.map((entity) => (entity === agents[0] ? another : entity)))).toEqual(told);
    const [first] = one!.result ? ids(one!.result) : [];
    const without = { ...one!, result: { "@id": first! }, instrument: { "@id": "urn:seedproof:tool" } };
    expect(await remade((all) => all.map((entity) => (entity === one ? without : entity)))).toEqual(told);
    const later = { ...one!, endTime: "2025-01-01T00:00:00.000Z" };
    expect(await remade((all) => all.map((entity) => (entity === one ? later : entity)))).toEqual(told);
  });
});
