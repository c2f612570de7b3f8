/** Alterations of pictures, as people and platforms make them: the labelled pairs that a calibration is measured on. */

import { SeedproofError } from "../base/errors.ts";
import { onWhite, type Raster, toRgb } from "../image/raster.ts";

/** All alterations, in the order of the table. */
export const ALTERATIONS = [
  "jpeg30",
  "resize50",
  "crop10",
  "crop25",
  "crop50",
  "crop75",
  "strip8",
  "mirror",
  "rotate5",
  "text",
  "border",
  "colour",
  "grey",
  "redraw",
  "screenshot",
  "combined",
] as const;

/** Name of an alteration; `cropN` keeps 100 − N percent of the area, `strip8` cuts the lowest 8 percent. */
export type Alteration = (typeof ALTERATIONS)[number];

/** Numbers below 1 from a seed: the same pairs on every run. */
export type Draw = () => number;

/** A repeatable stream of numbers (mulberry32). */
export function drawer(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What is known of an altered picture: the encoded file, and which part of the original it shows, in pixels of the original. */
export interface Altered {
  readonly bytes: Uint8Array;
  readonly crop: readonly [x: number, y: number, width: number, height: number];
}

/** Alters a picture as it is displayed, transparent parts on white, and saves it as JPEG of quality 85 (30 for `jpeg30`, 50 for `combined`). */
export async function alter(picture: Raster, alteration: Alteration, draw: Draw): Promise<Altered> {
  const rgb: Rgb = { width: picture.width, height: picture.height, data: toRgb(onWhite(picture)) };
  const whole: Altered["crop"] = [0, 0, rgb.width, rgb.height];
  const quality = alteration === "jpeg30" ? 30 : alteration === "combined" ? 50 : 85;
  const { altered, crop } = await STEPS[alteration](rgb, draw, whole);
  return { bytes: await encoded(altered, quality), crop };
}

interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

type Step = (rgb: Rgb, draw: Draw, whole: Altered["crop"]) => Promise<{ altered: Rgb; crop: Altered["crop"] }>;

const keeps = (work: (rgb: Rgb, draw: Draw) => Rgb | Promise<Rgb>): Step => {
  return async (rgb, draw, crop) => ({ altered: await work(rgb, draw), crop });
};
const crops = (part: number): Step => {
  return async (rgb, draw) => {
    const crop = randomCrop(rgb, part, draw);
    return { altered: await cut(rgb, crop), crop };
  };
};

const STEPS: Readonly<Record<Alteration, Step>> = {
  jpeg30: keeps((rgb) => rgb),
  resize50: keeps((rgb) => scaled(rgb, 0.5)),
  crop10: crops(0.1),
  crop25: crops(0.25),
  crop50: crops(0.5),
  crop75: crops(0.75),
  strip8: async (rgb) => {
    const crop: Altered["crop"] = [0, 0, rgb.width, Math.max(1, Math.round(rgb.height * 0.92))];
    return { altered: await cut(rgb, crop), crop };
  },
  mirror: keeps(async (rgb) => piped(rgb, (image) => image.flop())),
  rotate5: keeps((rgb) => piped(rgb, (image) => image.rotate(5, { background: "#000" }))),
  text: keeps((rgb) => overlaid(rgb, caption(rgb))),
  border: keeps((rgb) => framed(rgb)),
  colour: keeps((rgb) =>
    piped(rgb, (image) => image.modulate({ hue: 25, saturation: 1.4, brightness: 1.15 }).gamma(1.2)),
  ),
  grey: keeps((rgb) => piped(rgb, (image) => image.modulate({ saturation: 0 }).linear(1.3, -38))),
  redraw: keeps(redrawn),
  screenshot: keeps(screenshot),
  combined: async (rgb, draw) => {
    const crop = randomCrop(rgb, 0.4, draw);
    const part = await cut(rgb, crop);
    const turned = await piped(part, (image) => image.flop().modulate({ hue: 15, saturation: 1.2, brightness: 0.92 }));
    const small = await scaled(turned, 0.7);
    return { altered: await overlaid(small, caption(small)), crop };
  },
};

type Image = import("sharp").Sharp;

async function sharpOf({ width, height, data }: Rgb): Promise<Image> {
  const { default: sharp } = await import("sharp");
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function piped(rgb: Rgb, change: (image: Image) => Image): Promise<Rgb> {
  const image = change(await sharpOf(rgb)).removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new SeedproofError("compare.alteration-failed", "an alteration lost its colours");
  return { width: info.width, height: info.height, data };
}

async function encoded(rgb: Rgb, quality: number): Promise<Uint8Array> {
  return (await sharpOf(rgb)).jpeg({ quality }).toBuffer();
}

function scaled(rgb: Rgb, factor: number): Promise<Rgb> {
  return piped(rgb, (image) => image.resize(Math.max(1, Math.round(rgb.width * factor)), null));
}

function cut(rgb: Rgb, [left, top, width, height]: Altered["crop"]): Promise<Rgb> {
  return piped(rgb, (image) => image.extract({ left, top, width, height }));
}

/** A part of the same proportions at a random place; `removed` is the share of the area that is lost. */
function randomCrop({ width, height }: Rgb, removed: number, draw: Draw): Altered["crop"] {
  const side = Math.sqrt(1 - removed);
  const [w, h] = [Math.max(1, Math.round(width * side)), Math.max(1, Math.round(height * side))];
  return [Math.floor(draw() * (width - w + 1)), Math.floor(draw() * (height - h + 1)), w, h];
}

async function overlaid(rgb: Rgb, svg: string): Promise<Rgb> {
  return piped(rgb, (image) => image.composite([{ input: Buffer.from(svg) }]));
}

/** A white band with large red letters across the middle. */
function caption({ width, height }: Rgb): string {
  const size = Math.max(8, Math.round(height * 0.13));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect y="${Math.round(height * 0.38)}" width="${width}" height="${Math.round(height * 0.2)}" fill="#fff" fill-opacity="0.85"/>
    <text x="${width / 2}" y="${Math.round(height * 0.525)}" font-family="sans-serif" font-weight="bold" font-size="${size}"
      text-anchor="middle" fill="#d01818">GRAND SALE 50%</text></svg>`;
}

function framed(rgb: Rgb): Promise<Rgb> {
  const [x, y] = [Math.round(rgb.width * 0.1), Math.round(rgb.height * 0.1)];
  return piped(rgb, (image) => image.extend({ top: y, bottom: y, left: x, right: x, background: "#fff" }));
}

/** The picture at 60 percent inside a page with bars, lines of text and buttons. */
async function screenshot(rgb: Rgb, draw: Draw): Promise<Rgb> {
  const small = await scaled(rgb, 0.6);
  const [width, height] = [Math.max(rgb.width, small.width + 40), Math.max(rgb.height, small.height + 90)];
  const [left, top] = [
    Math.floor(draw() * (width - small.width)),
    56 + Math.floor(draw() * (height - small.height - 70)),
  ];
  const lines = Array.from({ length: Math.floor(height / 22) }, (_, i) => {
    const words = "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor".slice(
      0,
      20 + draw() * 50,
    );
    return `<text x="12" y="${80 + 22 * i}" font-family="sans-serif" font-size="14" fill="#333">${words}</text>`;
  });
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#f4f4f6"/>
    ${lines.join("")}<rect width="${width}" height="48" fill="#2b3a55"/><circle cx="26" cy="24" r="12" fill="#fff"/>
    <text x="52" y="30" font-family="sans-serif" font-size="17" fill="#fff">My page · Home · About</text></svg>`;
  const { default: sharp } = await import("sharp");
  const input = await (await sharpOf(small)).png({ compressionLevel: 1 }).toBuffer();
  const image = sharp(Buffer.from(page)).composite([{ input, left, top }]).removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Like a light pass of image-to-image: details smoothed and displaced by some pixels, uneven tone, grain. */
async function redrawn(rgb: Rgb, draw: Draw): Promise<Rgb> {
  const smooth = await piped(rgb, (image) => image.median(3).blur(0.6));
  const { width, height } = rgb;
  const unit = Math.max(width, height) / 512;
  const wave = () => smoothNoise(6, draw);
  const [dx, dy, tone] = [wave(), wave(), wave()];
  const data = new Uint8Array(smooth.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [u, v] = [x / width, y / height];
      const sx = Math.min(width - 1, Math.max(0, Math.round(x + 4 * unit * dx(u, v))));
      const sy = Math.min(height - 1, Math.max(0, Math.round(y + 4 * unit * dy(u, v))));
      const from = 3 * (sy * width + sx);
      const light = 12 * tone(u, v) + 10 * (draw() - 0.5);
      for (let c = 0; c < 3; c++)
        data[to + c] = Math.min(255, Math.max(0, 1.06 * (smooth.data[from + c]! - 128) + 128 + light));
    }
  }
  return { width, height, data };
}

/** A smooth field between −1 and 1 over the unit square, from random values on a grid. */
function smoothNoise(cells: number, draw: Draw): (u: number, v: number) => number {
  const side = cells + 1;
  const values = Array.from({ length: side * side }, () => 2 * draw() - 1);
  const ease = (t: number): number => t * t * (3 - 2 * t);
  return (u, v) => {
    const [x, y] = [Math.min(cells - 1, Math.floor(u * cells)), Math.min(cells - 1, Math.floor(v * cells))];
    const [p, q] = [ease(u * cells - x), ease(v * cells - y)];
    const at = y * side + x;
    const top = values[at]! + p * (values[at + 1]! - values[at]!);
    const bottom = values[at + side]! + p * (values[at + side + 1]! - values[at + side]!);
    return top + q * (bottom - top);
  };
}
