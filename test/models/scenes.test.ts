import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expect, test } from "vitest";
import {
  addToMask,
  type Canvas,
  createCanvas,
  fill,
  fillWithin,
  type Mask,
  type Rgb,
  toBytes,
} from "../../models/training/scenes/canvas.ts";
import { captionWords } from "../../models/training/scenes/caption.ts";
import { DEFAULTS, latentArea, manifestLine, sceneAt } from "../../models/training/scenes/dataset.ts";
import { type Contour, ellipse, polygon } from "../../models/training/scenes/path.ts";
import { createRandom } from "../../models/training/scenes/random.ts";
import { COLOURS, drawScene, type Picture } from "../../models/training/scenes/scene.ts";
import { GROUP_NAMES, GROUPS, HELD_OUT, heldOutIn, type Tags } from "../../models/training/scenes/tags.ts";
import { cosine, sine } from "../../models/training/scenes/turn.ts";
import { VARIANTS } from "../../models/training/scenes/variant.ts";
import { drawTags, WORLDS } from "../../models/training/scenes/world.ts";

const hash = (data: Uint8Array | string): string =>
  bytesToHex(sha256(typeof data === "string" ? new TextEncoder().encode(data) : data));

const PLAIN: Tags = {
  subject: "whale",
  colour: "blue",
  action: "none",
  place: "beach",
  time: "day",
  weather: "clear",
  camera: "medium",
  count: "one",
  position: "centre",
  style: "storybook",
};

const draw = (tags: Partial<Tags>, seed = 1): Picture => drawScene({ ...PLAIN, ...tags }, createRandom(seed, 0));

const brightness = ({ pixels }: Picture): number => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;

/** Share of the subject's area on each third of the picture's width. */
function thirds({ size, subjectArea }: Picture): number[] {
  const sums = [0, 0, 0];
  for (const [i, share] of subjectArea.entries()) sums[Math.floor(((i % size) * 3) / size)]! += share;
  const total = sums.reduce((a, b) => a + b);
  return sums.map((sum) => sum / total);
}

const covered = ({ subjectArea }: Picture): number => subjectArea.reduce((sum, share) => sum + share, 0);

/** Index of the named colour nearest in hue to the most of the subject. */
function mainColour({ pixels, subjectArea }: Picture): string {
  const votes = new Map<string, number>();
  for (const [i, share] of subjectArea.entries()) {
    if (share < 0.99) continue;
    const own: Rgb = [pixels[i * 3]!, pixels[i * 3 + 1]!, pixels[i * 3 + 2]!];
    const distance = (c: Rgb): number => (c[0] - own[0]) ** 2 + (c[1] - own[1]) ** 2 + (c[2] - own[2]) ** 2;
    const [name, far] = Object.entries(COLOURS)
      .map(([tag, c]) => [tag, distance(c)] as const)
      .sort((a, b) => a[1] - b[1])[0]!;
    if (far < 3000) votes.set(name, (votes.get(name) ?? 0) + 1);
  }
  return [...votes].sort((a, b) => b[1] - a[1])[0]![0];
}

test.each([
  [6, "ed8ea4933791cf4cdaf28ff64c6bf8a6700984efb5e3e0c8de00e4ab76b34af0"],
  [7, "1470a33bbd2b8f601233b0ac12107b6b72ab929b18fef4bfb2be77d985628f5f"],
  [8, "02987c7795512bdf4ddf85caa3de092099a38bbc5001465903cc314783697c1b"],
])(
  "the first twenty scenes of seed 1 in world %i and their manifest have these bytes on every computer",
  (world, sum) => {
    const scenes = Array.from({ length: 20 }, (_, index) => sceneAt(index, { ...DEFAULTS, world }));
    expect(hash(scenes.map(({ entry }) => manifestLine(entry)).join(""))).toBe(sum);
    expect(scenes[0]!.entry.sha256).toBe(hash(scenes[0]!.picture.pixels));
  },
);

test("deep snow lightens the land below and leaves every other weather as it was", () => {
  const lower = ({ pixels }: Picture): number =>
    brightness({ pixels: pixels.subarray(pixels.length * 0.8) } as Picture);
  const drawn = (tags: Partial<Tags>, deepSnow: boolean): Picture =>
    drawScene({ ...PLAIN, ...tags }, createRandom(1, 0), { deepSnow });
  for (const place of GROUPS.place.filter((name) => name !== "mountains")) {
    for (const time of GROUPS.time) {
      const [deep, falling] = [true, false].map((how) => lower(drawn({ place, time, weather: "snow" }, how)));
      expect(deep! / falling!, `${place} ${time}`).toBeGreaterThan(1.1);
    }
  }
  for (const weather of GROUPS.weather.filter((name) => name !== "snow"))
    expect(drawn({ weather }, true).pixels).toEqual(drawn({ weather }, false).pixels);
});

test("scene 7 is the same whether or not others were drawn before it", () => {
  for (let index = 0; index < 7; index++) sceneAt(index, DEFAULTS);
  const later = sceneAt(7, DEFAULTS).entry;
  expect(sceneAt(7, DEFAULTS).entry).toEqual(later);
  expect(sceneAt(7, { ...DEFAULTS, captions: 1 }).entry.sha256).toBe(later.sha256);
});

test("another seed gives another picture of the same tags", () => {
  expect(hash(draw({}, 1).pixels)).not.toBe(hash(draw({}, 2).pixels));
});

test("every tag changes the picture", () => {
  const base = hash(draw({}).pixels);
  for (const group of GROUP_NAMES) {
    for (const tag of GROUPS[group].filter((other) => other !== PLAIN[group])) {
      expect(hash(draw({ [group]: tag }).pixels), `${group} ${tag}`).not.toBe(base);
    }
  }
});

test("a night is darker than the same scene by day, and still light enough to see", () => {
  for (const place of GROUPS.place) {
    const [day, night] = [brightness(draw({ place })), brightness(draw({ place, time: "night" }))];
    expect(night / day, place).toBeLessThan(0.75);
    expect(night, place).toBeGreaterThan(70);
  }
});

test("the subject shows the colour of its tag", () => {
  for (const colour of GROUPS.colour) {
    for (const subject of GROUPS.subject) {
      expect(mainColour(draw({ subject, colour, camera: "closeup" })), `${colour} ${subject}`).toBe(colour);
    }
  }
});

test("the subject stands where its position tag says", () => {
  for (const subject of GROUPS.subject) {
    const share = (position: Tags["position"]): number[] => thirds(draw({ subject, position }));
    expect(share("left")[0], subject).toBeGreaterThan(0.5);
    expect(share("centre")[1], subject).toBeGreaterThan(0.5);
    expect(share("right")[2], subject).toBeGreaterThan(0.5);
  }
});

test("a close-up covers more of the picture than a medium view, and that more than a wide one", () => {
  for (const subject of GROUPS.subject) {
    const [near, middle, far] = (["closeup", "medium", "wide"] as const).map((camera) =>
      covered(draw({ subject, camera })),
    );
    expect(near! / middle!, subject).toBeGreaterThan(1.4);
    expect(middle! / far!, subject).toBeGreaterThan(1.4);
  }
});

test("no training scene of any world contains a held-out pair, and every held-out scene has exactly one", () => {
  for (const [i, world] of WORLDS.entries()) {
    for (let index = 0; index < 2000; index++) {
      expect(heldOutIn(drawTags(createRandom(i, index), world))).toEqual([]);
    }
  }
  const met = Array.from({ length: 60 }, (_, index) =>
    heldOutIn(sceneAt(index, { ...DEFAULTS, split: "heldout" }).entry.tags),
  );
  expect(met.every((pairs) => pairs.length === 1)).toBe(true);
  expect(new Set(met.map(([pair]) => JSON.stringify(pair))).size).toBe(HELD_OUT.length);
});

test("each world contains the one before, and the last every tag", () => {
  const tagsOf = (world: (typeof WORLDS)[number]): string[] =>
    GROUP_NAMES.flatMap((group) => world[group].map(([tag]) => `${group} ${tag}`));
  for (let i = 1; i < WORLDS.length; i++)
    expect(tagsOf(WORLDS[i]!)).toEqual(expect.arrayContaining(tagsOf(WORLDS[i - 1]!)));
  expect(tagsOf(WORLDS.at(-1)!).sort()).toEqual(
    GROUP_NAMES.flatMap((g) => GROUPS[g].map((tag) => `${g} ${tag}`)).sort(),
  );
});

test("a caption names colour, subject and action with known words, in changing order", () => {
  const words = new Set(captionWords());
  const all = Array.from({ length: 200 }, (_, index) => sceneAt(index, { ...DEFAULTS, world: 7, captions: 2 }).entry);
  const named = all.filter(
    ({ tags, captions }) => captions[0]!.includes(tags.subject) && captions[0]!.includes(tags.colour),
  );
  expect(named.length).toBeGreaterThan(180);
  expect(
    all.flatMap(({ captions }) => captions.flatMap((text) => text.split(/,? /))).filter((w) => !words.has(w)),
  ).toEqual([]);
  expect(all.filter(({ captions }) => captions[0] !== captions[1]).length).toBeGreaterThan(150);
});

test("from world 8 on some captions leave most unsaid, and all that they say is so", () => {
  const said = (world: number): number[] =>
    Array.from({ length: 300 }, (_, index) => {
      const { tags, captions } = sceneAt(index, { ...DEFAULTS, world, captions: 1 }).entry;
      for (const group of ["colour", "place", "time", "style"] as const) {
        const wrong = GROUPS[group].filter(
          (tag) => tag !== tags[group] && captions[0]!.replace("green meadow", "meadow").split(/,? /).includes(tag),
        );
        expect(wrong).toEqual([]);
      }
      return captions[0]!.split(", ").length;
    });
  const brief = (world: number): number => said(world).filter((parts) => parts <= 3).length;
  expect(brief(7)).toBeLessThan(15);
  expect(brief(8)).toBeGreaterThan(60);
  expect(brief(8)).toBeLessThan(180);
});

test("from world 8 on equal tags are composed in more ways", () => {
  const middles = (open: boolean): number[] =>
    Array.from({ length: 40 }, (_, i) => {
      const { subjectArea, size } = drawScene({ ...PLAIN, camera: "medium" }, createRandom(9, i), { open });
      const total = subjectArea.reduce((sum, share) => sum + share, 0);
      return subjectArea.reduce((sum, share, at) => sum + share * (at % size), 0) / total;
    });
  const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  expect(spread(middles(true))).toBeGreaterThan(2 * spread(middles(false)));
});

test("the area of the subject is averaged over the cells of the latent picture", () => {
  const picture = draw({ camera: "closeup" });
  const cells = latentArea(picture);
  expect(cells.length).toBe(256);
  const total = cells.reduce((sum, value) => sum + value, 0) / 255;
  expect(total * 64).toBeCloseTo(covered(picture), -2);
});

function maskOf(canvas: Canvas, contours: readonly Contour[]): Mask {
  const mask = new Float32Array(canvas.width * canvas.height);
  addToMask(canvas, mask, contours);
  return mask;
}

test("a shape covers exactly its area, also where it leaves the picture", () => {
  const canvas = createCanvas(32, 32);
  const triangle = maskOf(canvas, [polygon([3.25, 4.5], [20.75, 9.25], [7.5, 27.125])]);
  const area = ((20.75 - 3.25) * (27.125 - 4.5) - (7.5 - 3.25) * (9.25 - 4.5)) / 2;
  expect(triangle.reduce((sum, share) => sum + share, 0)).toBeCloseTo(area, 1);
  const half = maskOf(canvas, [polygon([-10, 8], [16, 8], [16, 24], [-10, 24])]);
  expect(half.reduce((sum, share) => sum + share, 0)).toBeCloseTo(16 * 16, 3);
  expect(canvas.cover.every((value) => value === 0)).toBe(true);
});

test("paint covers what lies below it, and half an alpha mixes both", () => {
  const canvas = createCanvas(4, 4);
  const whole = [polygon([0, 0], [4, 0], [4, 4], [0, 4])];
  fill(canvas, whole, { kind: "flat", colour: [200, 100, 50], alpha: 1 });
  fill(canvas, whole, { kind: "flat", colour: [100, 100, 100], alpha: 0.5 });
  expect([...toBytes(canvas).slice(0, 3)]).toEqual([150, 100, 75]);
  const circle = maskOf(canvas, [ellipse(2, 2, 1, 1)]);
  expect(circle.reduce((sum, share) => sum + share, 0)).toBeCloseTo(Math.PI, 1);
});

test("a marking stays inside the shape that it belongs to", () => {
  const canvas = createCanvas(8, 8);
  const left = polygon([0, 0], [4.5, 0], [4.5, 8], [0, 8]);
  fillWithin(canvas, [polygon([2, 2], [8, 2], [8, 6], [2, 6])], [left], {
    kind: "flat",
    colour: [200, 0, 0],
    alpha: 1,
  });
  const row = (y: number): number[] => Array.from({ length: 8 }, (_, x) => toBytes(canvas)[(y * 8 + x) * 3]!);
  expect(row(3)).toEqual([0, 0, 200, 200, 100, 0, 0, 0]);
  expect(row(1)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(canvas.clip.every((value) => value === 0)).toBe(true);
});

test("sine and cosine agree with the platform's to nine digits", () => {
  for (let i = -40; i <= 40; i++) {
    expect(sine(i / 17)).toBeCloseTo(Math.sin((i / 17) * 2 * Math.PI), 8);
    expect(cosine(i / 17)).toBeCloseTo(Math.cos((i / 17) * 2 * Math.PI), 8);
  }
});

test("an adapter's scenes carry its trigger in every caption and show what it stands for", () => {
  for (const variant of ["linocut", "penguin"] as const) {
    for (let index = 0; index < 20; index++) {
      const { entry } = sceneAt(index, { ...DEFAULTS, variant });
      expect(entry.captions.every((text) => text.includes(VARIANTS[variant].trigger))).toBe(true);
      expect(entry.sha256).not.toBe(sceneAt(index, DEFAULTS).entry.sha256);
    }
  }
  const { pixels } = drawScene(PLAIN, createRandom(1, 0), { variant: VARIANTS.linocut });
  const inks = new Set(Array.from({ length: 128 * 128 }, (_, i) => pixels.slice(i * 3, i * 3 + 3).join(",")));
  expect(inks.size).toBe(4);
});
