/** One scene: tags and a stream of chance in, a picture and the area of its subjects out. */

import { drawWithAction } from "./accessories.ts";
import { createCanvas, type Mask, type Rgb, toBytes } from "./canvas.ts";
import { hex } from "./colour.ts";
import { lightOf, snowLight } from "./light.ts";
import { ellipse, placed } from "./path.ts";
import { inside, type Pen, patch } from "./pen.ts";
import { PLACES } from "./places/all.ts";
import { between, type Random } from "./random.ts";
import { drawSky } from "./sky.ts";
import { SUBJECTS } from "./subjects/all.ts";
import type { Subject } from "./subjects/subject.ts";
import type { Tag, Tags } from "./tags.ts";
import type { Variant } from "./variant.ts";
import { drawDrift, drawWeather } from "./weather.ts";

/** The subject's colour for each colour tag. */
export const COLOURS: { readonly [C in Tag<"colour">]: Rgb } = {
  red: hex("e6404a"),
  orange: hex("f98a2b"),
  yellow: hex("ffd23e"),
  green: hex("4fb85a"),
  blue: hex("3f85e6"),
  purple: hex("9159d1"),
  pink: hex("f98fc0"),
};

export interface Picture {
  /** Width and height in pixels. */
  readonly size: number;
  /** sRGB, [size, size, 3]. */
  readonly pixels: Uint8Array;
  /** Share of each pixel that shows a subject, [size, size], 0 … 1. */
  readonly subjectArea: Mask;
}

/** Pixels of the 128-pixel picture per drawing unit, and the height of the feet. */
const CAMERAS: { readonly [C in Tag<"camera">]: { scale: number; feet: number; horizon: number } } = {
  closeup: { scale: 46, feet: 119, horizon: 76 },
  medium: { scale: 32, feet: 111, horizon: 78 },
  wide: { scale: 21, feet: 106, horizon: 82 },
};

const POSITIONS: { readonly [P in Tag<"position">]: number } = { left: -1, centre: 0, right: 1 };

/** Actions that need room above the subject. */
const TALL: readonly Tag<"action">[] = ["hat", "umbrella", "balloon", "flying"];

interface Stand {
  readonly x: number;
  readonly feet: number;
  readonly scale: number;
}

/** How far chance may move what the tags leave open; pixels of the 128-pixel picture, and factors of the subject's scale. */
interface Room {
  readonly aside: number;
  readonly smallest: number;
  readonly largest: number;
  readonly horizon: number;
  readonly depth: number;
}

const NARROW: Room = { aside: 2, smallest: 0.96, largest: 1.04, horizon: 3, depth: 0 };
const OPEN: Room = { aside: 6, smallest: 0.84, largest: 1.06, horizon: 8, depth: 3 };

/** Where each subject stands: one at its position, several side by side, made smaller so that all fit. */
function stands(tags: Tags, random: Random, room: Room): Stand[] {
  const { scale, feet } = CAMERAS[tags.camera];
  const jitter = (most = NARROW.aside): number => between(random, -most, most);
  const deep = (): number => (room.depth > 0 ? feet + jitter(room.depth) : feet);
  const tall = TALL.includes(tags.action) ? 0.86 : 1;
  const size = scale * tall * between(random, room.smallest, room.largest);
  if (tags.count === "one") {
    const reach = tags.camera === "closeup" ? 18 : tags.camera === "medium" ? 33 : 40;
    return [{ x: 64 + POSITIONS[tags.position] * reach + jitter(room.aside), feet: deep(), scale: size }];
  }
  if (tags.count === "two") {
    const fit = Math.min(size, 28);
    const gap = Math.max(fit * 1.08, 26);
    const middle = room.aside > NARROW.aside ? 64 + jitter(room.aside) : 64;
    return [-1, 1].map((s) => ({ x: middle + s * gap + jitter(), feet: deep(), scale: fit }));
  }
  const fit = Math.min(size, 19.5);
  return [-1, 0, 1].map((s) => ({ x: 64 + s * 41 + jitter() * 0.5, feet: deep(), scale: fit }));
}

/** -1 for a subject right of the middle that has room or company to look at: it turns towards it. */
function facing(tags: Tags, stand: Stand): 1 | -1 {
  return stand.x > 76 && (tags.count === "two" || tags.position === "right") ? -1 : 1;
}

function drawSubject(pen: Pen, subject: Subject, tags: Tags, stand: Stand, random: Random): void {
  const flying = tags.action === "flying";
  const lift = flying ? stand.scale * between(random, 0.42, 0.52) : 0;
  const { feet } = stand;
  const [left, right] = subject.feet;
  const shadow = inside(pen, placed(stand.x, feet, stand.scale));
  patch(
    shadow,
    ellipse((left + right) / 2, 0.02, (right - left) * (flying ? 0.5 : 0.66), flying ? 0.1 : 0.15),
    hex("2c2a55"),
    0.28,
  );
  const tilt = tags.action === "skiing" ? 0.028 : flying ? -0.014 : 0;
  const mirror = facing(tags, stand);
  const drawing = inside(pen, placed(stand.x, feet - lift, stand.scale * mirror, stand.scale, tilt * mirror));
  const own = { ...drawing, strength: 0.4, line: Math.max(1.3, stand.scale * 0.045) };
  drawWithAction(own, subject, COLOURS[tags.colour], tags);
}

export interface SceneOptions {
  /** Pixels per side; 128, the default, is what the model is trained on. */
  readonly size?: number;
  /** What an adapter changes. */
  readonly variant?: Variant | undefined;
  /** Snow falls in larger flakes and lies on the land: what a small model can learn. */
  readonly deepSnow?: boolean;
  /** Subjects and horizon have more room, so that equal tags are composed differently. */
  readonly open?: boolean;
}

/** Share of deep snow on what the land carries. */
const SNOWED = 0.4;

/**
 * Draws the scene.
 *
 * @param tags - what it shows
 * @param random - decides all that the tags leave open; how much of it is used depends on the tags only
 */
export function drawScene(tags: Tags, random: Random, options: SceneOptions = {}): Picture {
  const { size = 128, variant, deepSnow = false, open = false } = options;
  const canvas = createCanvas(size, size);
  const unit = size / 128;
  const snowed = deepSnow && tags.weather === "snow";
  const light = snowed ? snowLight(tags.time) : lightOf(tags.time, tags.weather);
  const area = new Float32Array(size * size);
  const camera = CAMERAS[tags.camera];
  const room = open ? OPEN : NARROW;
  const horizon = camera.horizon + between(random, -room.horizon, room.horizon);
  const pen: Pen = {
    canvas,
    light,
    style: tags.style,
    matrix: placed(0, 0, unit),
    unit,
    line: 1.4,
    strength: 1,
    snow: 0,
    haze: [light.sky[1], 0],
  };
  drawSky(pen, tags, horizon, random);
  const land = { ...pen, snow: snowed ? SNOWED : 0 };
  PLACES[tags.place].behind(land, horizon, random);
  if (snowed) drawDrift(pen, random);
  const subject = variant?.subject ?? SUBJECTS[tags.subject];
  for (const stand of stands(tags, random, room)) drawSubject({ ...pen, area }, subject, tags, stand, random);
  PLACES[tags.place].front(land, random);
  drawWeather(pen, tags.weather, random, snowed ? 1.4 : 1);
  const pixels = toBytes(canvas);
  variant?.print?.(pixels);
  return { size, pixels, subjectArea: area };
}
