/** A rabbit with long ears, one of them bent. */

import { darker, hex, lighter, WHITE } from "../colour.ts";
import { face } from "../face.ts";
import { blob, box, ellipse } from "../path.ts";
import { body, patch, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const BODY = blob(
  [-0.28, -1.0],
  [0.28, -1.0],
  [0.5, -0.5],
  [0.48, -0.1],
  [0.2, 0],
  [-0.2, 0],
  [-0.48, -0.1],
  [-0.5, -0.5],
);
const HEAD = blob(
  [-0.36, -1.5],
  [0, -1.56],
  [0.36, -1.5],
  [0.6, -1.18],
  [0.44, -0.9],
  [0, -0.82],
  [-0.44, -0.9],
  [-0.6, -1.18],
);
const LEFT_EAR = blob([-0.42, -1.4], [-0.52, -1.85], [-0.36, -2.3], [-0.14, -2.1], [-0.1, -1.45]);
const RIGHT_EAR = blob(
  [0.1, -1.45],
  [0.1, -1.95],
  [0.4, -2.26],
  [0.82, -2.02],
  [0.86, -1.66],
  [0.64, -1.72],
  [0.46, -1.8],
  [0.4, -1.4],
);

export const rabbit: Subject = {
  head: { x: 0, y: -1.46, width: 0.74 },
  neck: { x: 0, y: -0.84, width: 0.78 },
  back: { x: 0, y: -0.6, width: 0.85 },
  hand: { x: 0.5, y: -0.5 },
  feet: [-0.55, 0.55],
  draw(pen, colour) {
    shape(pen, ellipse(0.54, -0.2, 0.2, 0.2), WHITE);
    shape(pen, LEFT_EAR, colour);
    patch(pen, blob([-0.36, -1.5], [-0.4, -1.85], [-0.33, -2.14], [-0.22, -2.0], [-0.2, -1.5]), hex("ffb3bf"));
    shape(pen, RIGHT_EAR, colour);
    patch(pen, blob([0.2, -1.5], [0.2, -1.9], [0.38, -2.08], [0.42, -1.9], [0.32, -1.5]), hex("ffb3bf"));
    body(pen, BODY, colour, blob([-0.7, -1.0], [-0.24, -1.0], [-0.3, -0.4], [-0.2, 0.1], [-0.7, 0.1]));
    patch(pen, ellipse(0, -0.42, 0.27, 0.34), lighter(colour, 0.66));
    for (const x of [-0.32, 0.32]) shape(pen, ellipse(x, -0.06, 0.27, 0.13), lighter(colour, 0.3));
    shape(pen, HEAD, colour);
    patchWithin(
      pen,
      blob([-0.64, -1.3], [-0.4, -1.4], [-0.42, -1.0], [-0.3, -0.8], [-0.7, -0.9]),
      HEAD,
      darker(colour, 0.3),
      0.4,
    );
    rim(pen, HEAD, colour);
    patch(pen, ellipse(0, -1.0, 0.26, 0.16), lighter(colour, 0.66));
    patch(pen, box(-0.07, -0.96, 0.14, 0.12, 0.03), WHITE);
    face(pen, 0, -1.24, 0.5);
    patch(pen, ellipse(0, -1.11, 0.08, 0.055), hex("f0607e"));
  },
};
