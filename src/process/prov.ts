/**
 * A history as PROV-JSON: images, recipes and words as entities, what was done as activities, who did it as agents.
 * @see W3C PROV-DM (2013) and the PROV-JSON member submission
 */

import type { Json, JsonObject } from "../base/json.ts";
import { gradeOf, type Interval } from "../ledger/bounds.ts";
import type { ModelRef } from "../recipe/recipe.ts";
import type { Agent, EventOf, EventType, ProcessEvent, ProcessFile } from "./event.ts";

/** An event as it goes into the document; place and bounds where they are known. */
export interface ProvEvent {
  readonly event: ProcessEvent;
  readonly index?: number;
  readonly interval?: Interval;
  /** Grade of proof, one letter. */
  readonly grade?: string;
}

/** How the document is made. */
export interface ProvOptions {
  /** Name of the ledger in which the events stand. */
  readonly origin?: string;
  /** Leaves out prompts, notes, reasons and names of files: what remains are hashes, times and kinds. */
  readonly withoutContents?: boolean;
}

/** Namespaces of the document. Files are named by hash, events by their id; none of them is an address to be asked. */
const PREFIXES = {
  seedproof: "urn:seedproof:terms:",
  file: "urn:sha256:",
  event: "urn:seedproof:event:",
  thing: "urn:seedproof:thing:",
  agent: "urn:seedproof:agent:",
} as const;

type Section =
  | "entity"
  | "activity"
  | "agent"
  | "used"
  | "wasGeneratedBy"
  | "wasAssociatedWith"
  | "wasAttributedTo"
  | "wasDerivedFrom"
  | "wasInformedBy"
  | "specializationOf"
  | "wasInvalidatedBy";

type Attributes = Record<string, Json | undefined>;

/**
 * The document. The same events give the same document, member by member. A candidate image is an entity of its own,
 * a specialisation of the file with its bytes, so that rejecting it invalidates the candidate and not the file.
 */
export function provDocument(events: readonly ProvEvent[], options: ProvOptions = {}): JsonObject {
  const story = new Story(options);
  for (const event of events) story.tell(event);
  return story.document();
}

/** Collects records while events are told in order. */
class Story {
  readonly #options: ProvOptions;
  readonly #sections = new Map<Section, Record<string, JsonObject>>();
  /** Candidate or version that stands last for a file's bytes. */
  readonly #latest = new Map<string, string>();
  #relations = 0;

  constructor(options: ProvOptions) {
    this.#options = options;
  }

  tell(told: ProvEvent): void {
    const { event } = told;
    // A result ends the activity that its request began; where the request is unknown it stands for itself.
    const request =
      event.type === "generation.completed" || event.type === "generation.failed" ? event.data.request : "";
    const joins = request !== "" && this.#section("activity")[nameOf(request)] !== undefined;
    const activity = joins ? nameOf(request) : this.#activity(told);
    if (joins) this.#ended(activity, told);
    else for (const before of event.follows) this.#follows(activity, nameOf(before));
    (TELLERS[event.type] as (story: Story, event: ProcessEvent, activity: string) => void)?.(this, event, activity);
  }

  document(): JsonObject {
    return { prefix: PREFIXES, ...Object.fromEntries(this.#sections) };
  }

  #section(name: Section): Record<string, JsonObject> {
    const section = this.#sections.get(name) ?? {};
    this.#sections.set(name, section);
    return section;
  }

  #activity({ event, index, interval, grade }: ProvEvent): string {
    const name = nameOf(event.id);
    const { at, capture, session, agent, simulated, source } = event;
    this.#put("activity", name, {
      "prov:startTime": at.wall,
      "prov:endTime": at.wall,
      "prov:type": qualified(`seedproof:${event.type}`),
      "seedproof:session": this.words(session),
      "seedproof:capture": capture,
      "seedproof:grade": simulated ? "X" : grade,
      "seedproof:entry": index,
      "seedproof:ledger": index === undefined ? undefined : this.#options.origin,
      "seedproof:timeGrade": interval && gradeOf(interval),
      "seedproof:notBefore": instant(interval?.notBefore?.time),
      "seedproof:notBeforeSource": interval?.notBefore?.source,
      "seedproof:notAfter": instant(interval?.notAfter?.time),
      "seedproof:notAfterSource": interval?.notAfter?.source,
      "seedproof:simulated": simulated,
      "seedproof:sourceTool": source?.tool,
      "seedproof:claimedAt": source?.claimedAt,
    });
    this.relate("wasAssociatedWith", { "prov:activity": name, "prov:agent": this.agent(agent) });
    return name;
  }

  #ended(activity: string, { event, index, interval }: ProvEvent): void {
    const begun = this.#section("activity")[activity]!;
    this.#put("activity", activity, {
      ...begun,
      "prov:endTime": event.at.wall,
      "seedproof:outcome": event.type,
      "seedproof:outcomeEntry": index,
      "seedproof:outcomeNotAfter": instant(interval?.notAfter?.time),
    });
    this.relate("wasAssociatedWith", { "prov:activity": activity, "prov:agent": this.agent(event.agent) });
  }

  #follows(activity: string, before: string): void {
    if (this.#section("activity")[before] === undefined || before === activity) return;
    this.relate("wasInformedBy", { "prov:informed": activity, "prov:informant": before });
  }

  /** Who acted; programs keep their names, people only where contents are told. */
  agent({ kind, name, version }: Agent): string {
    const label = kind === "software" ? name : this.words(name);
    const id = `agent:${[kind, label, version]
      .filter((part) => part !== undefined)
      .map(local)
      .join("-")}`;
    this.#put("agent", id, {
      "prov:type": qualified(AGENT_TYPES[kind]),
      "prov:label": label,
      "seedproof:version": version,
    });
    return id;
  }

  #put(section: Section, id: string, attributes: Attributes): void {
    const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
    this.#section(section)[id] = Object.fromEntries(known) as JsonObject;
  }

  /** A text of the history itself, or nothing where contents stay out. */
  words(text: string | undefined): string | undefined {
    return this.#options.withoutContents ? undefined : text;
  }

  relate(section: Section, ends: Attributes): void {
    this.#relations += 1;
    this.#put(section, `_:r${this.#relations}`, ends);
  }

  /** A thing that is no file: a recipe, a seed, words. */
  thing(id: string, type: string, attributes: Attributes, by?: string): string {
    const name = `thing:${local(id)}`;
    this.#put("entity", name, { "prov:type": qualified(`seedproof:${type}`), ...attributes });
    if (by) this.relate("wasGeneratedBy", { "prov:entity": name, "prov:activity": by });
    return name;
  }

  /** A model as the recipe names it: by its strongest hash where there is one, so that two recipes speak of the same. */
  model({ name, hashes }: ModelRef, id: string): string {
    const [hash] = hashes.toSorted((a, b) => b.value.length - a.value.length);
    return this.thing(hash ? `model-${hash.kind}-${hash.value}` : `model-${id}`, "Model", {
      "prov:label": this.words(name),
      "seedproof:hash": hash && `${hash.kind}:${hash.value}`,
    });
  }

  /** The bytes of a file, wherever they are met. */
  file({ sha256, size, mime, name }: ProcessFile): string {
    const id = `file:${sha256}`;
    const before = this.#section("entity")[id];
    this.#put("entity", id, {
      "prov:type": qualified("seedproof:File"),
      "seedproof:sha256": sha256,
      "seedproof:size": size,
      "seedproof:mediaType": mime,
      "prov:label": this.words(name),
      ...before,
    });
    return id;
  }

  /** These bytes as they came out of one activity. */
  version(file: ProcessFile, id: string, type: string, activity: string, at: string): string {
    const name = this.thing(id, type, { "seedproof:sha256": file.sha256 });
    this.relate("specializationOf", { "prov:specificEntity": name, "prov:generalEntity": this.file(file) });
    this.relate("wasGeneratedBy", { "prov:entity": name, "prov:activity": activity, "prov:time": at });
    this.#latest.set(file.sha256, name);
    return name;
  }

  /** What stands last for these bytes: a candidate, a saved version, or the file alone. */
  latest(file: ProcessFile): string {
    return this.#latest.get(file.sha256) ?? this.file(file);
  }

  /** The version that had these bytes before, where one is known. */
  versionOf(sha256: string): string | undefined {
    return this.#latest.get(sha256);
  }

  uses(activity: string, entity: string, role?: string): void {
    this.relate("used", { "prov:activity": activity, "prov:entity": entity, "prov:role": role });
  }
}

type Teller<T extends EventType> = (story: Story, event: EventOf<T>, activity: string) => void;

/** What each type of event adds beside its activity and its agent. */
const TELLERS: { readonly [T in EventType]?: Teller<T> } = {
  "intent.noted": (story, { id, agent, data }, activity) => {
    saying(story, id, "Intent", data.text, activity, agent);
    for (const file of data.references ?? []) story.uses(activity, story.latest(file), "reference");
  },
  "note.added": (story, { id, agent, data }, activity) => {
    saying(story, id, "Note", data.text, activity, agent);
    if (data.about) story.uses(activity, story.latest(data.about), "about");
  },
  "dimension.said": (story, { id, agent, data }, activity) => {
    saying(story, id, "Revision", data.text, activity, agent, { "seedproof:dimension": data.dimension });
    if (data.before) story.uses(activity, story.latest(data.before), "before");
    if (data.after) story.uses(activity, story.latest(data.after), "after");
  },
  "environment.observed": (story, { id, data }, activity) => {
    story.thing(`environment-${id}`, "Environment", { "seedproof:engine": data.engine }, activity);
  },
  "seed.chosen": (story, { id, data }, activity) => {
    story.thing(
      `seed-${id}`,
      "Seed",
      { "seedproof:seed": data.seed, "seedproof:seedOrigin": data.origin.kind },
      activity,
    );
  },
  "generation.requested": (story, { id, data }, activity) => {
    const { recipe, inputs = [] } = data;
    const [pass] = recipe.passes;
    const thing = story.thing(`recipe-${id}`, "Recipe", {
      "seedproof:engine": data.engine,
      "seedproof:prompt": story.words(recipe.prompt.positive),
      "seedproof:negativePrompt": story.words(recipe.prompt.negative),
      "seedproof:seed": recipe.seed,
      "seedproof:steps": pass?.steps,
      "seedproof:cfg": pass?.cfg === undefined ? undefined : typed(String(pass.cfg), "xsd:double"),
      "seedproof:sampler": pass?.sampler?.id,
      "seedproof:scheduler": pass?.scheduler?.id,
    });
    story.uses(activity, thing, "recipe");
    for (const [i, model] of recipe.models.entries())
      story.uses(activity, story.model(model, `${id}-${i + 1}`), model.role);
    for (const file of inputs) story.uses(activity, story.latest(file), file.role);
  },
  "generation.completed": (story, { id, at, data }, activity) => {
    for (const [i, file] of data.images.entries())
      story.version(file, `candidate-${id}-${i + 1}`, "Candidate", activity, at.wall);
  },
  "image.shown": (story, { data }, activity) => story.uses(activity, story.latest(data.image), "shown"),
  "image.kept": (story, { id, agent, data }, activity) => {
    story.uses(activity, story.latest(data.image), "kept");
    if (data.why) saying(story, id, "Reason", data.why, activity, agent);
  },
  "image.rejected": (story, { id, at, agent, data }, activity) => {
    const candidate = story.latest(data.image);
    story.uses(activity, candidate, "rejected");
    if (candidate.startsWith("thing:"))
      story.relate("wasInvalidatedBy", { "prov:entity": candidate, "prov:activity": activity, "prov:time": at.wall });
    if (data.why) saying(story, id, "Reason", data.why, activity, agent);
  },
  "mask.drawn": (story, { id, at, data }, activity) => {
    story.uses(activity, story.latest(data.image), "image");
    story.version(data.mask, `mask-${id}`, "Mask", activity, at.wall);
  },
  "file.saved": (story, { id, at, data }, activity) => {
    const before = data.previous === undefined ? undefined : story.versionOf(data.previous);
    const after = story.version(
      data.file,
      `saved-${id}`,
      data.layered ? "LayeredFile" : "SavedFile",
      activity,
      at.wall,
    );
    if (!before) return;
    story.uses(activity, before, "previous");
    story.relate("wasDerivedFrom", {
      "prov:generatedEntity": after,
      "prov:usedEntity": before,
      "prov:activity": activity,
      "prov:type": qualified("prov:Revision"),
    });
  },
  "image.exported": (story, { data }, activity) => story.uses(activity, story.latest(data.image), "exported"),
  "image.published": (story, { data }, activity) => story.uses(activity, story.latest(data.image), "published"),
};

const AGENT_TYPES = {
  person: "prov:Person",
  software: "prov:SoftwareAgent",
  organisation: "prov:Organization",
} as const;

/** Words of somebody, as an entity that is theirs. */
function saying(
  story: Story,
  id: string,
  type: string,
  text: string,
  activity: string,
  agent: Agent,
  more: Attributes = {},
): void {
  const thing = story.thing(`said-${id}`, type, { "prov:value": story.words(text), ...more }, activity);
  story.relate("wasAttributedTo", { "prov:entity": thing, "prov:agent": story.agent(agent) });
}

function nameOf(event: string): string {
  return `event:${local(event)}`;
}

/** A name that every reader of qualified names takes. */
function local(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*~%]/g, (sign) =>
    sign === "%" ? "~" : `~${sign.charCodeAt(0).toString(16)}`,
  );
}

function qualified(name: string): JsonObject {
  return typed(name, "prov:QUALIFIED_NAME");
}

function typed(value: string, type: string): JsonObject {
  return { $: value, type };
}

function instant(time: number | undefined): JsonObject | undefined {
  return time === undefined ? undefined : typed(new Date(time).toISOString(), "xsd:dateTime");
}
