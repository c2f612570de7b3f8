/** Captions: the tags of a scene in words, as a person might write a prompt, in changing order and completeness. */

import { chance, pick, type Random, shuffled } from "./random.ts";
import { GROUPS, type Tag, type Tags } from "./tags.ts";
import type { Variant } from "./variant.ts";

type Words<T extends string> = { readonly [K in T]: readonly string[] };

const SUBJECTS: { readonly [S in Tag<"subject">]: readonly [string, string] } = {
  cat: ["cat", "cats"],
  rabbit: ["rabbit", "rabbits"],
  bird: ["bird", "birds"],
  whale: ["whale", "whales"],
  robot: ["robot", "robots"],
  house: ["house", "houses"],
  car: ["car", "cars"],
  boat: ["boat", "boats"],
  rocket: ["rocket", "rockets"],
  mushroom: ["mushroom", "mushrooms"],
};

const ACTIONS: Words<Tag<"action">> = {
  none: [],
  hat: ["with a hat", "wearing a hat"],
  scarf: ["with a scarf", "wearing a scarf"],
  umbrella: ["with an umbrella", "holding an umbrella"],
  balloon: ["with a balloon", "holding a balloon"],
  flying: ["flying", "flying with wings"],
  skiing: ["skiing", "on skis"],
  lantern: ["with a lantern", "holding a lantern"],
};

const PLACES: Words<Tag<"place">> = {
  meadow: ["in a meadow", "on a green meadow"],
  forest: ["in a forest", "in the forest"],
  beach: ["at the beach", "on a beach"],
  desert: ["in the desert", "in a desert"],
  city: ["in the city", "in a city"],
  mountains: ["in the mountains", "in snowy mountains"],
  moon: ["on the moon"],
};

const TIMES: Words<Tag<"time">> = {
  morning: ["in the morning", "morning"],
  day: ["by day", "day"],
  sunset: ["at sunset", "sunset"],
  night: ["at night", "night"],
};

const WEATHER: Words<Tag<"weather">> = {
  clear: ["clear sky"],
  cloudy: ["cloudy", "cloudy sky"],
  rain: ["rain", "in the rain"],
  snow: ["snow falling", "snow"],
  rainbow: ["rainbow", "under a rainbow"],
};

const CAMERAS: Words<Tag<"camera">> = {
  closeup: ["closeup", "closeup view"],
  medium: ["medium view"],
  wide: ["wide view", "wide"],
};

const POSITIONS: Words<Tag<"position">> = {
  left: ["on the left", "left"],
  centre: ["in the centre", "centre"],
  right: ["on the right", "right"],
};

const STYLES: Words<Tag<"style">> = {
  storybook: ["storybook", "storybook style"],
  papercut: ["papercut", "papercut style"],
  pastel: ["pastel", "pastel style"],
};

/** What a caption leaves out most often, because it goes without saying. */
const USUAL: Partial<Tags> = {
  time: "day",
  weather: "clear",
  camera: "medium",
  position: "centre",
  style: "storybook",
};

export interface CaptionOptions {
  /** What an adapter changes. */
  readonly variant?: Variant | undefined;
  /** Four captions in ten leave most of the scene unsaid, whatever it is: then another seed is another scene. */
  readonly brief?: boolean;
}

/** How likely a brief caption says what it could say. */
const BRIEF = { colour: 0.75, action: 0.6, detail: 0.35 } as const;

function subjectWords(random: Random, tags: Tags, brief: boolean, variant?: Variant): string {
  const [one, many] = variant?.subject ? [variant.trigger, `${variant.trigger}s`] : SUBJECTS[tags.subject];
  const colour = chance(random, brief ? BRIEF.colour : 0.96) ? `${tags.colour} ` : "";
  if (tags.count !== "one") return `${tags.count} ${colour}${many}`;
  const article = /^[aeiou]/.test(colour || one) ? "an" : "a";
  return `${pick(random, [article, article, "one"])} ${colour}${one}`;
}

function said(random: Random, group: keyof typeof USUAL & string, tag: string, brief: boolean): boolean {
  if (brief) return chance(random, BRIEF.detail);
  return !chance(random, USUAL[group] === tag ? 0.4 : 0.06);
}

function details(random: Random, tags: Tags, brief: boolean, variant?: Variant): string[] {
  const out: string[] = [];
  const add = <T extends string>(words: Words<T>, group: keyof typeof USUAL & string, tag: T): void => {
    if (said(random, group, tag, brief)) out.push(pick(random, words[tag]));
  };
  add(PLACES, "place", tags.place);
  add(TIMES, "time", tags.time);
  add(WEATHER, "weather", tags.weather);
  add(CAMERAS, "camera", tags.camera);
  if (tags.count === "one") add(POSITIONS, "position", tags.position);
  if (variant?.print) out.push(variant.trigger);
  else add(STYLES, "style", tags.style);
  return out;
}

/** One caption. Two in three begin with the subject; words are lower case and each is one token of the model's vocabulary. */
export function caption(random: Random, tags: Tags, options: CaptionOptions = {}): string {
  const { variant } = options;
  const brief = options.brief === true && chance(random, 0.4);
  const acts = tags.action !== "none" && !(brief && chance(random, 1 - BRIEF.action));
  const action = acts ? ` ${pick(random, ACTIONS[tags.action])}` : "";
  const subject = `${subjectWords(random, tags, brief, variant)}${action}`;
  const all = details(random, tags, brief, variant);
  const rest = chance(random, 0.6) ? shuffled(random, all) : all;
  const at = chance(random, 0.67) ? 0 : Math.floor(random() * (rest.length + 1));
  return [...rest.slice(0, at), subject, ...rest.slice(at)].join(", ");
}

const PHRASES = {
  action: ACTIONS,
  place: PLACES,
  time: TIMES,
  weather: WEATHER,
  camera: CAMERAS,
  position: POSITIONS,
  style: STYLES,
} as const;

/** The first phrase of every tag beyond subject, colour and count, for captions that are put together elsewhere. */
export function plainPhrases(): { readonly [group: string]: { readonly [tag: string]: string } } {
  const first = (words: Words<string>): object =>
    Object.fromEntries(Object.entries(words).map(([tag, phrases]) => [tag, phrases[0] ?? ""]));
  const plurals = Object.fromEntries(Object.entries(SUBJECTS).map(([tag, [, many]]) => [tag, many]));
  return Object.fromEntries([
    ...Object.entries(PHRASES).map(([group, words]) => [group, first(words)]),
    ["plural", plurals],
  ]);
}

/** Every word that captions use, sorted. */
export function captionWords(): string[] {
  const phrases = Object.values(PHRASES).flatMap((words) => Object.values<readonly string[]>(words).flat());
  const nouns = Object.values(SUBJECTS).flat();
  const words = [...phrases.flatMap((phrase) => phrase.split(" ")), ...nouns, ...GROUPS.colour, ...GROUPS.count];
  return [...new Set([...words, "a", "an"])].sort();
}
