/** What happens while an image is made, as events: who did what to which image, and how we came to know. */

import type { JsonObject } from "../base/json.ts";
import type { BeaconRef, FileRef, Moment } from "../ledger/entry.ts";
import type { Recipe } from "../recipe/recipe.ts";

/**
 * How an event came in, strongest first. `hooked`: from inside the generator · `proxied`: seen on the way between client and
 * server · `watched`: a file appeared · `noted`: entered by a person · `imported`: from another program's own history ·
 * `reconstructed`: worked out afterwards from what a file says.
 */
export type CaptureGrade = "hooked" | "proxied" | "watched" | "noted" | "imported" | "reconstructed";

/** All capture grades, strongest first. */
export const CAPTURE_GRADES: readonly CaptureGrade[] = [
  "hooked",
  "proxied",
  "watched",
  "noted",
  "imported",
  "reconstructed",
];

/** Who acted: a person as they name themselves, a program, an organisation. Naming is no proof of who sat there. */
export interface Agent {
  readonly kind: "person" | "software" | "organisation";
  readonly name: string;
  readonly version?: string;
}

/** A file that an event is about, by content; its name is what it was called then, a claim. */
export interface ProcessFile extends FileRef {
  readonly name?: string;
}

/** What a seed was drawn from, for whoever draws it again. @see seed.ts */
export interface SeedBinding {
  readonly beacon: BeaconRef;
  /** Root of the ledger when it was drawn, hex: the beacon of another ledger gives another seed. */
  readonly root: string;
  /** Counts the seeds drawn from the same round and root, from 0; every one of them is an entry. */
  readonly counter: number;
}

/** Where a seed came from. A beacon value bounds it in time: nobody could know it before. */
export type SeedOrigin =
  | { readonly kind: "drawn"; readonly binding?: SeedBinding }
  | { readonly kind: "typed" }
  | { readonly kind: "file"; readonly sha256: string };

/** What another program's history says of an event that was taken over from it. All of it is that program's claim. */
export interface Source {
  /** The program whose history it was. */
  readonly tool: string;
  /** Names the event within that history, so that it is taken over once. */
  readonly key: string;
  /** When it happened as the source claims: RFC 3339 with `Z`, or without a zone where the source names none. */
  readonly claimedAt?: string;
}

/** The visual dimensions that courts asked for choices in. */
export type Dimension = "layout" | "proportion" | "perspective" | "composition" | "colour" | "line";

/** All visual dimensions in the order in which they are shown. */
export const DIMENSIONS: readonly Dimension[] = [
  "layout",
  "proportion",
  "perspective",
  "composition",
  "colour",
  "line",
];

/** What each type of event says beside the members that all events have. */
export interface EventData {
  "session.opened": { readonly name: string };
  "session.closed": { readonly reason: "asked" | "stopped" };
  /**
   * The recorder was off between these own-clock times. `written`: how many events before this one the cut-off recorder had copied
   * and only the next one wrote; until then they stood in files that nothing protects.
   */
  "session.gap": { readonly from: string; readonly to: string; readonly written?: number };
  /** While a session ran, a proxy or a watched folder was taken in or left off: what passed elsewhere is not in the record. */
  "capture.changed": {
    readonly source: "a1111" | "comfyui" | "folder";
    /** Address of the server, or the folder's last name alone. */
    readonly name: string;
    readonly on: boolean;
  };
  /** What is to be made, said before the first image. */
  "intent.noted": { readonly text: string; readonly references?: readonly ProcessFile[] };
  "environment.observed": { readonly engine: string; readonly facts: JsonObject };
  "seed.chosen": { readonly seed: string; readonly origin: SeedOrigin };
  "generation.requested": {
    readonly engine: string;
    readonly recipe: Recipe;
    readonly raw?: ProcessFile;
    readonly inputs?: readonly ProcessFile[];
  };
  "generation.completed": {
    readonly request: string;
    readonly images: readonly ProcessFile[];
    readonly seeds?: readonly string[];
    readonly durationMs?: number;
    /** The server answered from its cache: no image was made. */
    readonly cached?: true;
  };
  "generation.failed": { readonly request: string; readonly why: string };
  /** Something passed that was not captured: what is missing here is known to be missing. */
  "capture.missed": { readonly path: string; readonly why: string };
  "image.shown": { readonly image: ProcessFile };
  "image.kept": { readonly image: ProcessFile; readonly why?: string };
  "image.rejected": { readonly image: ProcessFile; readonly why?: string };
  "mask.drawn": { readonly image: ProcessFile; readonly mask: ProcessFile };
  /** A person says which visual dimension a step was about; a measured difference may support it. */
  "dimension.said": {
    readonly dimension: Dimension;
    readonly text: string;
    readonly before?: ProcessFile;
    readonly after?: ProcessFile;
  };
  /** A program saved a file: an edit, a layered file, an export. */
  "file.saved": {
    readonly file: ProcessFile;
    /** SHA-256 of what stood under this name before. */
    readonly previous?: string;
    readonly layered?: boolean;
    /** The recipe that the file itself states. */
    readonly recipe?: Recipe;
  };
  "image.exported": { readonly image: ProcessFile };
  "image.published": { readonly image: ProcessFile; readonly where: string };
  /** Another program's history was taken over: how much of it, and what it named and could not show. */
  "history.imported": {
    readonly tool: string;
    /** File, folder or server, by its last name alone. */
    readonly from: string;
    readonly runs: number;
    readonly images: number;
    readonly missing: number;
    /** Runs that were taken over before. */
    readonly known: number;
  };
  "note.added": { readonly text: string; readonly about?: ProcessFile };
}

/** Types of events. */
export type EventType = keyof EventData;

/** One event of any type. Times are those of the recorder's own clock; what bounds them from outside is in the ledger. */
export type ProcessEvent = {
  [K in EventType]: {
    readonly type: K;
    /** Unique within its session. */
    readonly id: string;
    readonly session: string;
    /** By the recorder's own clocks. */
    readonly at: Moment;
    readonly capture: CaptureGrade;
    readonly agent: Agent;
    /** Ids of the events that this one follows from: a result names its request, an edit the image that it began with. */
    readonly follows: readonly string[];
    /** Present and true on everything that was made up afterwards; such an event is never shown as history. */
    readonly simulated?: true;
    /** Present on imported events. Their own time is when they were taken over. */
    readonly source?: Source;
    readonly data: EventData[K];
  };
}[EventType];

/** One event of this type. */
export type EventOf<T extends EventType> = Extract<ProcessEvent, { readonly type: T }>;

/** The events of one type, in their order. */
export function eventsOf<T extends EventType>(events: readonly ProcessEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** The weakest capture grade among events: a statement that rests on all of them is no better than this. */
export function weakestCapture(events: readonly ProcessEvent[]): CaptureGrade | undefined {
  return [...CAPTURE_GRADES].reverse().find((grade) => events.some((event) => event.capture === grade));
}
