/** The vocabulary of the scenes: every tag, its group, its words, and the pairs that training never sees. */

/** Groups of tags; a scene has exactly one tag of each group. */
export const GROUPS = {
  subject: ["cat", "rabbit", "bird", "whale", "robot", "house", "car", "boat", "rocket", "mushroom"],
  colour: ["red", "orange", "yellow", "green", "blue", "purple", "pink"],
  action: ["none", "hat", "scarf", "umbrella", "balloon", "flying", "skiing", "lantern"],
  place: ["meadow", "forest", "beach", "desert", "city", "mountains", "moon"],
  time: ["morning", "day", "sunset", "night"],
  weather: ["clear", "cloudy", "rain", "snow", "rainbow"],
  camera: ["closeup", "medium", "wide"],
  count: ["one", "two", "three"],
  position: ["left", "centre", "right"],
  style: ["storybook", "papercut", "pastel"],
} as const;

export type Group = keyof typeof GROUPS;
export type Tag<G extends Group> = (typeof GROUPS)[G][number];

/** What a scene shows. `position` is "centre" whenever there is more than one subject. */
export type Tags = { readonly [G in Group]: Tag<G> };

export const GROUP_NAMES = Object.keys(GROUPS) as Group[];

/** Two tags that never meet in the training split. */
export type HeldOutPair = readonly [readonly [Group, string], readonly [Group, string]];

/** The held-out pairs, so that composition can be measured on scenes that the model has never seen. */
export const HELD_OUT: readonly HeldOutPair[] = [
  [
    ["subject", "cat"],
    ["action", "skiing"],
  ],
  [
    ["subject", "whale"],
    ["action", "umbrella"],
  ],
  [
    ["subject", "robot"],
    ["action", "flying"],
  ],
  [
    ["subject", "house"],
    ["action", "balloon"],
  ],
  [
    ["subject", "rabbit"],
    ["place", "desert"],
  ],
  [
    ["subject", "rocket"],
    ["place", "beach"],
  ],
  [
    ["subject", "boat"],
    ["place", "forest"],
  ],
  [
    ["subject", "car"],
    ["colour", "purple"],
  ],
  [
    ["subject", "bird"],
    ["colour", "pink"],
  ],
  [
    ["subject", "mushroom"],
    ["colour", "blue"],
  ],
];

/** The held-out pairs that these tags contain. */
export function heldOutIn(tags: Tags): HeldOutPair[] {
  return HELD_OUT.filter((pair) => pair.every(([group, tag]) => tags[group] === tag));
}

/** The tags as numbers, in the order of `GROUP_NAMES`: each the index within its group. */
export function toIndexes(tags: Tags): number[] {
  return GROUP_NAMES.map((group) => (GROUPS[group] as readonly string[]).indexOf(tags[group]));
}
