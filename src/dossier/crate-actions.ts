/**
 * What was recorded, in the words of RO-Crate: each step of a history that made a file is a CreateAction. All of it is taken from the
 * PROV-JSON of the same record, and named as there, so that whoever has both can compare them.
 * @see https://w3id.org/ro/crate/1.2, "Detailing provenance of entities"
 */

import { groupsBy } from "../base/groups.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { canonicalJson, isObject } from "../base/json.ts";

/** The steps, and what they speak of beside the files of the bundle. */
export interface CrateActions {
  readonly actions: readonly JsonObject[];
  readonly context: readonly JsonObject[];
}

/**
 * The steps of histories that made files. A step that two histories tell is told once.
 * @param histories - PROV-JSON documents as `provDocument` writes them
 * @param files - `@id` of each file of the bundle, by its SHA-256
 */
export function crateActions(histories: readonly JsonObject[], files: ReadonlyMap<string, string>): CrateActions {
  const actions = new Map<string, JsonObject>();
  const context = new Map<string, JsonObject>();
  for (const history of histories) {
    const teller = new Teller(history, files, context);
    for (const action of teller.actions()) {
      if (!actions.has(idOf(action))) actions.set(idOf(action), action);
    }
  }
  const inTime = [...actions.values()].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return { actions: inTime, context: [...context.values()].toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) };
}

type Section = Readonly<Record<string, JsonObject>>;

/** One history while its steps are told. */
class Teller {
  readonly #history: JsonObject;
  readonly #files: ReadonlyMap<string, string>;
  readonly #context: Map<string, JsonObject>;
  readonly #prefixes: Readonly<Record<string, Json>>;
  readonly #made: ReadonlyMap<string, readonly JsonObject[]>;
  readonly #used: ReadonlyMap<string, readonly JsonObject[]>;
  readonly #by: ReadonlyMap<string, readonly JsonObject[]>;
  /** File whose bytes a candidate, mask or version has, by its name. */
  readonly #bytes: ReadonlyMap<string, string>;

  constructor(history: JsonObject, files: ReadonlyMap<string, string>, context: Map<string, JsonObject>) {
    this.#history = history;
    this.#files = files;
    this.#context = context;
    this.#prefixes = isObject(history.prefix) ? history.prefix : {};
    const byActivity = (section: string) => groupsBy(this.#rows(section), (row) => String(row["prov:activity"]));
    this.#made = byActivity("wasGeneratedBy");
    this.#used = byActivity("used");
    this.#by = byActivity("wasAssociatedWith");
    this.#bytes = new Map(
      this.#rows("specializationOf").map((row) => [
        String(row["prov:specificEntity"]),
        String(row["prov:generalEntity"]),
      ]),
    );
  }

  actions(): JsonObject[] {
    return Object.entries(this.#section("activity")).flatMap(([name, activity]) => {
      const results = (this.#made.get(name) ?? [])
        .map((row) => String(row["prov:entity"]))
        .filter((entity) => this.#bytes.has(entity));
      return results.length === 0 ? [] : [this.#action(name, activity, results)];
    });
  }

  #action(name: string, activity: JsonObject, results: readonly string[]): JsonObject {
    const used = (this.#used.get(name) ?? []).map((row) => String(row["prov:entity"]));
    const models = used.filter((entity) => this.#typeOf(entity) === "Model");
    const agents = [...new Set((this.#by.get(name) ?? []).map((row) => String(row["prov:agent"])))];
    const people = agents.filter((agent) => this.#typeOf(agent, "agent") !== "SoftwareAgent");
    const programs = agents.filter((agent) => !people.includes(agent));
    const simulated = activity["seedproof:simulated"] === true;
    return {
      "@id": this.#iri(name),
      "@type": "CreateAction",
      name: simulated ? "Simulated afterwards" : (NAMES[localOf(activity["prov:type"])] ?? "A file was made"),
      description: simulated
        ? "Made up afterwards; no record of what happened."
        : "As it was recorded. Times are those of the recording device; what bounds them stands in the ledger.",
      startTime: activity["prov:startTime"]!,
      endTime: activity["prov:endTime"]!,
      ...references(
        "agent",
        people.map((agent) => this.#agent(agent)),
      ),
      ...references("instrument", [
        ...programs.map((agent) => this.#agent(agent)),
        ...models.map((model) => this.#entity(model)),
      ]),
      ...references(
        "object",
        used.filter((entity) => !models.includes(entity)).map((entity) => this.#entity(entity)),
      ),
      ...references(
        "result",
        results.map((entity) => this.#entity(entity)),
      ),
    };
  }

  /** A program, a person or an organisation. */
  #agent(name: string): string {
    const agent = this.#section("agent")[name] ?? {};
    const id = this.#iri(name);
    const label = String(agent["prov:label"] ?? "not named");
    const type = this.#typeOf(name, "agent");
    const version = agent["seedproof:version"] ?? "not recorded";
    const described =
      type === "SoftwareAgent"
        ? { "@type": "SoftwareApplication", name: label, version, url: id }
        : { "@type": type === "Organization" ? "Organization" : "Person", name: label };
    return this.#describe(id, described);
  }

  /** A file by its bytes, in the bundle or not; else a recipe, a model, words. */
  #entity(name: string): string {
    const general = this.#bytes.get(name) ?? name;
    const attributes = this.#section("entity")[general] ?? {};
    const sha256 = attributes["seedproof:sha256"];
    if (typeof sha256 === "string" && this.#typeOf(general) === "File") {
      const here = this.#files.get(sha256);
      if (here !== undefined) return here;
      const mime = String(attributes["seedproof:mediaType"] ?? "application/octet-stream");
      return this.#describe(this.#iri(general), {
        "@type": mime.startsWith("image/") ? "ImageObject" : "CreativeWork",
        name: String(attributes["prov:label"] ?? sha256),
        description: "Named by its hash; its bytes are not in this bundle.",
        encodingFormat: mime,
        sha256,
      });
    }
    const said = Object.entries(attributes).filter(([key]) => key !== "prov:type" && key !== "prov:label");
    return this.#describe(this.#iri(general), {
      "@type": "CreativeWork",
      name: String(attributes["prov:label"] ?? this.#typeOf(general)),
      encodingFormat: "application/json",
      text: canonicalJson(Object.fromEntries(said.map(([key, value]) => [key.replace(/^\w+:/, ""), plain(value)]))),
    });
  }

  #describe(id: string, described: JsonObject): string {
    if (!this.#context.has(id)) this.#context.set(id, { "@id": id, ...described });
    return id;
  }

  #typeOf(name: string, section = "entity"): string {
    return localOf(this.#section(section)[name]?.["prov:type"]).replace(/^.*:/, "");
  }

  /** A qualified name whole. */
  #iri(name: string): string {
    const [prefix, local] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
    return `${String(this.#prefixes[prefix] ?? `${prefix}:`)}${local}`;
  }

  #section(name: string): Section {
    const section = this.#history[name];
    return isObject(section) ? (section as Section) : {};
  }

  /** Relations in the order in which they were told, whatever the order of the document's members. */
  #rows(section: string): JsonObject[] {
    const number = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
    const rows = Object.entries(this.#section(section)).toSorted(([a], [b]) => number(a) - number(b));
    return rows.map(([, row]) => row).filter(isObject);
  }
}

/** What the steps are called, by the type of their event. */
const NAMES: Readonly<Record<string, string>> = {
  "seedproof:generation.requested": "Image generated",
  "seedproof:generation.completed": "Image generated",
  "seedproof:file.saved": "File saved",
  "seedproof:mask.drawn": "Mask drawn",
};

/** One reference alone, several as a list, none not at all, as compacted JSON-LD has it. */
function references(key: string, ids: readonly string[]): JsonObject {
  const all = [...new Set(ids)].map((id) => ({ "@id": id }));
  return all.length === 0 ? {} : { [key]: all.length === 1 ? all[0]! : all };
}

const idOf = (entity: JsonObject): string => String(entity["@id"]);

const orderOf = (action: JsonObject): string => `${String(action.startTime)} ${idOf(action)}`;

const plain = (value: Json): Json => (isObject(value) && "$" in value ? value.$! : value);

const localOf = (type: Json | undefined): string => (isObject(type) ? String(type.$) : "");
