/**
 * The worlds that training grows through, each containing the one before: first a few large subjects in plain light, at the end
 * every tag. A small model binds colour and subject within minutes in a small world and not at all when it starts in the large one.
 */

import { pick, pickWeighted, type Random } from "./random.ts";
import { GROUPS, type Group, heldOutIn, type Tag, type Tags } from "./tags.ts";

type Choice<G extends Group> = readonly (readonly [Tag<G>, number])[];

/** Likelihood of each tag, by group; what is not listed does not occur. */
export type World = { readonly [G in Group]: Choice<G> };

function even<G extends Group>(_group: G, tags: readonly Tag<G>[]): Choice<G> {
  return tags.map((tag) => [tag, 1] as const);
}

const SMALL: World = {
  subject: even("subject", ["cat", "whale", "house", "rocket"]),
  colour: even("colour", ["red", "yellow", "green", "blue"]),
  action: even("action", ["none"]),
  place: even("place", ["meadow", "mountains"]),
  time: even("time", ["day", "night"]),
  weather: even("weather", ["clear"]),
  camera: even("camera", ["closeup"]),
  count: even("count", ["one"]),
  position: even("position", ["centre"]),
  style: even("style", ["storybook"]),
};

const SUBJECTS: World = {
  ...SMALL,
  subject: even("subject", GROUPS.subject),
  colour: even("colour", GROUPS.colour),
};

const PLACES: World = {
  ...SUBJECTS,
  place: even("place", GROUPS.place),
  time: even("time", GROUPS.time),
  camera: [
    ["closeup", 2],
    ["medium", 1],
  ],
};

const ACTIONS: World = {
  ...PLACES,
  action: [
    ["none", 2],
    ["hat", 1],
    ["scarf", 1],
    ["umbrella", 1],
    ["balloon", 1],
    ["flying", 1],
    ["skiing", 1],
    ["lantern", 1],
  ],
  weather: [
    ["clear", 3],
    ["cloudy", 1],
    ["rain", 1],
    ["snow", 1],
    ["rainbow", 1],
  ],
  camera: even("camera", ["closeup", "medium"]),
};

const COMPOSED: World = {
  ...ACTIONS,
  weather: [
    ["clear", 2],
    ["cloudy", 1],
    ["rain", 1],
    ["snow", 1],
    ["rainbow", 1],
  ],
  camera: [
    ["closeup", 4],
    ["medium", 4],
    ["wide", 2],
  ],
  count: [
    ["one", 6],
    ["two", 2],
    ["three", 2],
  ],
  position: [
    ["left", 3],
    ["centre", 4],
    ["right", 3],
  ],
};

const WHOLE: World = {
  ...COMPOSED,
  style: [
    ["storybook", 4],
    ["papercut", 3],
    ["pastel", 3],
  ],
};

const SNOWY: World = {
  ...WHOLE,
  weather: [
    ["clear", 2],
    ["cloudy", 1],
    ["rain", 1],
    ["snow", 2],
    ["rainbow", 1],
  ],
};

/** World 1 is the smallest. */
export const WORLDS: readonly World[] = [SMALL, SUBJECTS, PLACES, ACTIONS, COMPOSED, WHOLE, SNOWY, SNOWY];

/** From this world on snow lies on the land; before it, flakes of two to three pixels are all there is of it. */
export const DEEP_SNOW_FROM = 7;

/** From this world on captions leave more unsaid and subject and horizon have more room: another seed composes anew. */
export const OPEN_FROM = 8;

function drawOnce(random: Random, world: World): Tags {
  const one = <G extends Group>(group: G): Tag<G> => pickWeighted(random, world[group] as Choice<G>);
  const count = one("count");
  const position = one("position");
  return {
    subject: one("subject"),
    colour: one("colour"),
    action: one("action"),
    place: one("place"),
    time: one("time"),
    weather: one("weather"),
    camera: one("camera"),
    count,
    position: count === "one" ? position : "centre",
    style: one("style"),
  };
}

/** Tags of a training scene: drawn again until no held-out pair is in them. */
export function drawTags(random: Random, world: World): Tags {
  for (;;) {
    const tags = drawOnce(random, world);
    if (heldOutIn(tags).length === 0) return tags;
  }
}

/** Tags of a test scene: each with one held-out pair, drawn again until it has exactly one. */
export function drawHeldOutTags(
  random: Random,
  world: World,
  pairs: readonly (readonly (readonly [Group, string])[])[],
): Tags {
  for (;;) {
    const pair = pick(random, pairs);
    const tags = { ...drawOnce(random, world), ...Object.fromEntries(pair) } as Tags;
    if (heldOutIn(tags).length === 1) return tags;
  }
}
