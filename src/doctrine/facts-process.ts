/** Facts that a record of the making gives. Method `record/1`. Each is graded by what stands behind its weakest event. */

import { type Grade, weaker } from "../base/grades.ts";
import type { Text } from "../base/texts.ts";
import { type CaptureGrade, eventsOf, type ProcessEvent } from "../process/event.ts";
import { OPERATION_TEXTS, type Operation, operationsOf, orderFindings, ownBaseline } from "../process/order.ts";
import type { BoundedEvent } from "../process/proof-grade.ts";
import { stepsOf } from "../process/tables.ts";
import type { Fact } from "./fact.ts";
import { untouchedFacts } from "./facts-certificate.ts";

/** A recorded event with its place in the ledger and how good it is as proof. */
export type GradedEvent = Pick<BoundedEvent, "index" | "event" | "grade">;

const AT_THE_TIME: readonly CaptureGrade[] = ["hooked", "proxied", "watched", "noted"];

/** What kind of record these events are; `none` where there is none. */
export function recordKind(events: readonly ProcessEvent[]): "contemporaneous" | "imported" | "simulated" | "none" {
  if (events.length === 0) return "none";
  if (events.some(({ simulated, capture }) => simulated || capture === "reconstructed")) return "simulated";
  return events.every(({ capture }) => AT_THE_TIME.includes(capture)) ? "contemporaneous" : "imported";
}

/** The image in question, and the pixel hashes of images that the record names, as far as they are known. */
export interface ImageInQuestion {
  readonly sha256: string;
  readonly pixelsSha256?: string;
  readonly pixelsOf: ReadonlyMap<string, string>;
}

/** The facts of one record. @param time - RFC 3339, when the record was read */
export function processFacts(
  placed: readonly GradedEvent[],
  exhibit: string,
  time: string,
  image?: ImageInQuestion,
): Fact[] {
  if (placed.length === 0) return [];
  const events = placed.map(({ event }) => event);
  const gradeOf = gradesOf(placed);
  const state: State = { events, gradeOf, exhibit, time };
  const facts = [...acts(state), ...counts(state), ...edits(state), ...(image ? links(state, image) : [])];
  return [...facts, order(state, image), made(state, "process.record_kind", recordKind(events), gradeOf(events))];
}

interface State {
  readonly events: readonly ProcessEvent[];
  readonly gradeOf: (of: readonly ProcessEvent[]) => Grade;
  readonly exhibit: string;
  readonly time: string;
}

function gradesOf(placed: readonly GradedEvent[]): State["gradeOf"] {
  const byId = new Map(placed.map(({ event, grade }) => [event, grade]));
  return (of) => of.map((event) => byId.get(event) ?? "S").reduce(weaker, "R" as Grade);
}

function made({ exhibit, time }: State, key: string, value: Fact["value"], grade: Grade): Fact {
  return { key, value, grade, exhibit, method: "record/1", time };
}

/** The five acts, each only where an event shows it: that none was recorded does not say that there was none. */
function acts(state: State): Fact[] {
  const { events, gradeOf } = state;
  const requests = eventsOf(events, "generation.requested");
  const steps = stepsOf(events);
  const withChange = (...kinds: readonly string[]): ProcessEvent[] => {
    const ids = steps
      .filter(({ differences }) => differences.some(({ kind }) => kinds.includes(kind)))
      .map((s) => s.event);
    return events.filter(({ id }) => ids.includes(id));
  };
  const designs = [...eventsOf(events, "intent.noted"), ...eventsOf(events, "dimension.said")];
  const shown: readonly (readonly [string, readonly ProcessEvent[]])[] = [
    ["process.commands_shown", requests],
    ["process.presentation_designed", designs],
    ["process.prompts_chosen", requests.filter(({ data }) => (data.recipe.prompt.positive ?? "") !== "")],
    ["process.prompt_order_arranged", withChange("phrase-moved", "phrase-weighted")],
    ["process.parameters_set", withChange("parameter", "adapter-weight", "adapter-added", "adapter-removed", "seed")],
    ["process.selection_made", eventsOf(events, "image.kept")],
  ];
  const intent = eventsOf(events, "intent.noted")[0];
  const firstImage = eventsOf(events, "generation.completed")[0];
  const before = intent && (!firstImage || events.indexOf(intent) < events.indexOf(firstImage));
  return [
    ...shown.filter(([, of]) => of.length > 0).map(([key, of]) => made(state, key, true, gradeOf(of))),
    ...(intent ? [made(state, "process.intent_before_first_image", before === true, gradeOf([intent]))] : []),
  ];
}

function counts(state: State): Fact[] {
  const { events, gradeOf } = state;
  const completed = eventsOf(events, "generation.completed");
  const kept = eventsOf(events, "image.kept");
  const requests = eventsOf(events, "generation.requested");
  const images = new Set(completed.flatMap(({ data }) => data.images.map(({ sha256 }) => sha256)));
  const dimensions = eventsOf(events, "dimension.said");
  const revised = stepsOf(events)
    .slice(1)
    .filter(({ differences }) => differences.length > 0);
  return [
    ...(completed.length > 0 ? [made(state, "process.images_generated", images.size, gradeOf(completed))] : []),
    ...(kept.length > 0
      ? [made(state, "process.images_kept", new Set(kept.map(({ data }) => data.image.sha256)).size, gradeOf(kept))]
      : []),
    ...(requests.length > 0
      ? [
          {
            ...made(state, "process.revisions_after_first", revised.length, gradeOf(requests)),
            ...(revised.length > 0 && { detail: kindsOf(events) }),
          },
        ]
      : []),
    ...(dimensions.length > 0
      ? [
          made(
            state,
            "process.revised_dimensions",
            [...new Set(dimensions.map(({ data }) => data.dimension))],
            gradeOf(dimensions),
          ),
        ]
      : []),
  ];
}

/** Of how many revisions each kind of change is part. */
function kindsOf(events: readonly ProcessEvent[]): Text {
  const all = operationsOf(events).flat();
  const kinds = [...new Set(all)].filter((kind) => kind !== "repeat");
  const count = (kind: Operation): number => all.filter((one) => one === kind).length;
  return {
    en: kinds.map((kind) => `${OPERATION_TEXTS[kind].en}: ${count(kind)}`).join(", "),
    zh: kinds.map((kind) => `${OPERATION_TEXTS[kind].zh}：${count(kind)}`).join("，"),
  };
}

/**
 * How usual the order of work is in the session that made the image, among the record's own other sessions: no published
 * figures of how people work with generators are known to us, and made-up ones would be worth nothing.
 */
function order(state: State, image: ImageInQuestion | undefined): Fact {
  const { events, gradeOf } = state;
  const own = image && resultOf(events, image);
  const session = own?.session ?? events.at(-1)!.session;
  const about = events.filter((event) => event.session === session);
  const findings = orderFindings(about, ownBaseline(events, session));
  const unknown = findings.some(({ code }) => code === "process.order-no-baseline");
  const value = unknown ? "no-baseline" : findings.length > 0 ? "unusual" : "usual";
  const said = (lang: "en" | "zh"): string => findings.map(({ text }) => text[lang]).join(" ");
  return {
    ...made(state, "process.order_usual", value, unknown ? "M" : gradeOf(about)),
    ...(findings.length > 0 && { detail: { en: said("en"), zh: said("zh") } }),
  };
}

function edits(state: State): Fact[] {
  const { events, gradeOf } = state;
  const saved = eventsOf(events, "file.saved").filter(({ data }) => data.layered || data.previous !== undefined);
  const masks = eventsOf(events, "mask.drawn");
  const painted = eventsOf(events, "generation.requested").filter(({ data }) => data.recipe.mode === "inpaint");
  const all = [...saved, ...masks, ...painted];
  return all.length > 0
    ? [made(state, "process.local_edits", saved.length + painted.length + masks.length, gradeOf(all))]
    : [];
}

/** Whether the record holds the image in question, by its bytes or by its pixels (requirement M1). */
function links(state: State, image: ImageInQuestion): Fact[] {
  const { events, gradeOf } = state;
  const result = resultOf(events, image);
  if (!result) return [];
  const request = eventsOf(events, "generation.requested").filter(({ id }) => id === result.data.request);
  const grade = gradeOf([result, ...request]);
  return [
    ...untouchedFacts(request[0]?.data.recipe, (key, value) => made(state, key, value, grade)),
    ...(request.length > 0 ? [made(state, "process.prompt_linked_to_image", true, grade)] : []),
  ];
}

/** The event that made the image. */
function resultOf(events: readonly ProcessEvent[], { sha256, pixelsSha256, pixelsOf }: ImageInQuestion) {
  const same = (other: string): boolean =>
    other === sha256 || (pixelsSha256 !== undefined && pixelsOf.get(other) === pixelsSha256);
  return eventsOf(events, "generation.completed").find(({ data }) => data.images.some((file) => same(file.sha256)));
}
