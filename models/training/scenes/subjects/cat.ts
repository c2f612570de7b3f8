/** A cat, sitting and looking at us. */

import { darker, hex, INK, lighter } from "../colour.ts";
import { eye } from "../face.ts";
import { blob, curves, ellipse, polygon, through } from "../path.ts";
import { body, line, patch, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const TAIL = blob(
  [0.4, -0.12],
  [0.85, -0.16],
  [1.02, -0.5],
  [0.92, -0.95],
  [1.08, -1.12],
  [1.2, -0.9],
  [1.24, -0.42],
  [0.98, 0.02],
  [0.5, 0.04],
);
const BODY = blob(
  [-0.3, -1.2],
  [0.3, -1.2],
  [0.56, -0.72],
  [0.66, -0.2],
  [0.46, 0],
  [-0.46, 0],
  [-0.66, -0.2],
  [-0.56, -0.72],
);
const HEAD = curves(
  [-0.7, -1.95],
  [-0.62, -2.0],
  [-0.36, -1.86],
  [-0.26, -1.76],
  [-0.1, -1.8],
  [0.1, -1.8],
  [0.26, -1.76],
  [0.36, -1.86],
  [0.62, -2.0],
  [0.7, -1.95],
  [0.76, -1.8],
  [0.76, -1.55],
  [0.76, -1.32],
  [0.74, -1.0],
  [0.4, -0.86],
  [0, -0.86],
  [-0.4, -0.86],
  [-0.74, -1.0],
  [-0.76, -1.32],
  [-0.76, -1.55],
  [-0.76, -1.8],
  [-0.7, -1.95],
);

export const cat: Subject = {
  head: { x: 0, y: -1.78, width: 0.95 },
  neck: { x: 0, y: -0.88, width: 0.95 },
  back: { x: 0, y: -0.75, width: 1.0 },
  hand: { x: 0.62, y: -0.6 },
  feet: [-0.55, 0.55],
  draw(pen, colour) {
    shape(pen, TAIL, darker(colour, 0.14));
    body(pen, BODY, colour, blob([-0.8, -1.3], [-0.34, -1.2], [-0.4, -0.5], [-0.3, 0.1], [-0.9, 0.1]));
    patch(pen, ellipse(0, -0.42, 0.3, 0.4), lighter(colour, 0.62));
    for (const x of [-0.26, 0.26]) shape(pen, ellipse(x, -0.06, 0.22, 0.13), lighter(colour, 0.35));
    shape(pen, HEAD, colour);
    for (const s of [-1, 1]) {
      patch(pen, polygon([s * 0.62, -1.8], [s * 0.4, -1.72], [s * 0.62, -1.56]), hex("ff9fae"));
      patch(pen, polygon([s * 0.76, -1.3], [s * 0.5, -1.22], [s * 0.75, -1.14]), darker(colour, 0.34));
    }
    for (const x of [-0.15, 0, 0.15])
      patch(pen, polygon([x - 0.05, -1.8], [x + 0.05, -1.8], [x, -1.52]), darker(colour, 0.34));
    rim(pen, HEAD, colour);
    patch(pen, ellipse(0, -1.06, 0.3, 0.17), lighter(colour, 0.66));
    for (const s of [-1, 1]) eye(pen, s * 0.32, -1.33, 0.15);
    patch(pen, polygon([-0.09, -1.17], [0.09, -1.17], [0, -1.06]), hex("f0607e"));
    line(pen, through([-0.15, -0.99], [-0.07, -0.96], [0, -1.04], [0.07, -0.96], [0.15, -0.99]), INK, pen.line * 0.6);
  },
};
