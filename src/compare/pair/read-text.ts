/**
 * Text in a picture, Chinese and Latin, by the networks of PP-OCRv4: where lines of text stand (differentiable binarisation) and what they
 * say (connectionist temporal classification). Lines are taken as level; a mark that leans is found by its box given by hand.
 *
 * @see M. Liao et al., "Real-Time Scene Text Detection with Differentiable Binarization" (AAAI 2020)
 * @see A. Graves et al., "Connectionist Temporal Classification" (ICML 2006)
 */

import type { Session } from "../../engine/backend.ts";
import { type Tensor, tensor } from "../../engine/tensor.ts";
import { type Raster, toRgb } from "../../image/raster.ts";
import type { Box } from "./geometry.ts";
import { type Plane, resized } from "./plane.ts";

/** A line of text that was read. */
export interface TextLine {
  readonly text: string;
  /** Pixels of the picture. */
  readonly box: Box;
  /** Mean probability of its characters, 0 … 1. */
  readonly confidence: number;
}

/** The two networks and the alphabet of the second; the host loads them. */
export interface TextReader {
  readonly find: Session;
  readonly read: Session;
  /** Characters in the order of the network's classes, the blank left out. */
  readonly alphabet: readonly string[];
}

/** Settings; the networks were trained with these sizes and normalisations. */
const SETTINGS = {
  longSide: 960,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
  /** Probability of a pixel of text, and the mean over a box that counts. */
  pixel: 0.3,
  box: 0.5,
  /** The map shows the core of a line: a box grows by this times area over outline. */
  grow: 1.6,
  leastSide: 4,
  lines: 40,
  height: 48,
  mostWidth: 960,
  confidence: 0.6,
} as const;

/** Lines of text in a picture, most certain first. */
export async function readLines(picture: Raster, reader: TextReader): Promise<TextLine[]> {
  const planes = planesOf(picture);
  const lines: TextLine[] = [];
  for (const box of await findBoxes(planes, reader.find)) {
    const { text, confidence } = await readBox(planes, box, reader);
    if (text.trim() !== "" && confidence >= SETTINGS.confidence) lines.push({ text: text.trim(), box, confidence });
  }
  return lines.sort((a, b) => b.confidence - a.confidence);
}

/** Blue, green and red on white: the order that the networks were trained with. */
function planesOf(picture: Raster): readonly Plane[] {
  const { width, height } = picture;
  const rgb = toRgb(picture);
  return [2, 1, 0].map((channel) => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => rgb[3 * i + channel]!),
  }));
}

function batchOf(planes: readonly Plane[], normal: (value: number, channel: number) => number): Tensor {
  const { width, height } = planes[0]!;
  const data = new Float32Array(3 * width * height);
  for (const [channel, plane] of planes.entries()) {
    for (let i = 0; i < plane.data.length; i++)
      data[channel * width * height + i] = normal(plane.data[i]! / 255, channel);
  }
  return tensor([1, 3, height, width], data);
}

/** The one output of a network that has one input. */
async function outputOf(session: Session, input: Tensor): Promise<Tensor> {
  const outputs = await session.run({ x: input });
  return Object.values(outputs)[0]!;
}

async function findBoxes(planes: readonly Plane[], network: Session): Promise<Box[]> {
  const { width, height } = planes[0]!;
  const scale = Math.min(1, SETTINGS.longSide / Math.max(width, height));
  const multiple = (side: number): number => Math.max(32, Math.round((side * scale) / 32) * 32);
  const [w, h] = [multiple(width), multiple(height)];
  const { mean, deviation } = SETTINGS;
  const input = batchOf(
    planes.map((plane) => resized(plane, w, h)),
    (value, c) => (value - mean[c]!) / deviation[c]!,
  );
  const { data } = await outputOf(network, input);
  return boxesOf({ width: w, height: h, data }).map(([x, y, bw, bh]) =>
    scaled([x, y, bw, bh], width / w, height / h, width, height),
  );
}

function scaled([x, y, w, h]: Box, sx: number, sy: number, width: number, height: number): Box {
  const [left, top] = [Math.max(0, Math.floor(x * sx)), Math.max(0, Math.floor(y * sy))];
  return [left, top, Math.min(width, Math.ceil((x + w) * sx)) - left, Math.min(height, Math.ceil((y + h) * sy)) - top];
}

/** Boxes around connected pixels of text, grown to the whole letters; the largest first, a limited number. */
export function boxesOf(map: Plane): Box[] {
  const { width, height, data } = map;
  const seen = new Uint8Array(width * height);
  const boxes: Box[] = [];
  for (let start = 0; start < data.length; start++) {
    if (seen[start] || data[start]! < SETTINGS.pixel) continue;
    const { box, mean } = grouped(map, start, seen);
    if (mean < SETTINGS.box || box[2] < SETTINGS.leastSide || box[3] < SETTINGS.leastSide) continue;
    const grow = (SETTINGS.grow * box[2] * box[3]) / (2 * (box[2] + box[3]));
    const [left, top] = [Math.max(0, box[0] - grow), Math.max(0, box[1] - grow)];
    boxes.push([
      left,
      top,
      Math.min(width, box[0] + box[2] + grow) - left,
      Math.min(height, box[1] + box[3] + grow) - top,
    ]);
  }
  return boxes.sort((a, b) => b[2] * b[3] - a[2] * a[3]).slice(0, SETTINGS.lines);
}

function grouped({ width, height, data }: Plane, start: number, seen: Uint8Array): { box: Box; mean: number } {
  const members = [start];
  seen[start] = 1;
  let [left, right, top, bottom, sum] = [width, 0, height, 0, 0];
  for (let i = 0; i < members.length; i++) {
    const at = members[i]!;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    sum += data[at]!;
    for (const next of [
      x > 0 ? at - 1 : -1,
      x + 1 < width ? at + 1 : -1,
      y > 0 ? at - width : -1,
      y + 1 < height ? at + width : -1,
    ]) {
      if (next < 0 || seen[next] || data[next]! < SETTINGS.pixel) continue;
      seen[next] = 1;
      members.push(next);
    }
  }
  return { box: [left, top, right - left + 1, bottom - top + 1], mean: sum / members.length };
}

async function readBox(
  planes: readonly Plane[],
  box: Box,
  { read, alphabet }: TextReader,
): Promise<{ text: string; confidence: number }> {
  const width = Math.min(
    SETTINGS.mostWidth,
    Math.max(SETTINGS.height, Math.round((box[2] * SETTINGS.height) / box[3])),
  );
  const part = planes.map((plane) => resized(cut(plane, box), width, SETTINGS.height));
  const { shape, data } = await outputOf(
    read,
    batchOf(part, (value) => (value - 0.5) / 0.5),
  );
  return decode(data, shape.at(-1)!, alphabet);
}

function cut({ width, data }: Plane, [x, y, w, h]: Box): Plane {
  const part = new Float32Array(w * h);
  for (let j = 0; j < h; j++) part.set(data.subarray((y + j) * width + x, (y + j) * width + x + w), j * w);
  return { width: w, height: h, data: part };
}

/** The best class of every step, repeats and blanks left out. Class 0 is the blank, the last one a space. */
export function decode(
  data: Float32Array,
  classes: number,
  alphabet: readonly string[],
): { text: string; confidence: number } {
  let [text, sum, count, before] = ["", 0, 0, 0];
  for (let step = 0; step + classes <= data.length; step += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (data[step + c]! > data[step + best]!) best = c;
    if (best !== 0 && best !== before) {
      text += alphabet[best - 1] ?? " ";
      sum += data[step + best]!;
      count++;
    }
    before = best;
  }
  return { text, confidence: count === 0 ? 0 : sum / count };
}
