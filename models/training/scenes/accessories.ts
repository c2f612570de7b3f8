/** What the subject wears, holds or does, drawn behind it and in front of it. */

import type { Rgb } from "./canvas.ts";
import { darker, hex, INK, lighter, PAPER, WHITE } from "./colour.ts";
import { blob, box, type Contour, ellipse, polygon, through } from "./path.ts";
import { bright, glow, limb, line, type Pen, patch, rim, shape } from "./pen.ts";
import type { Subject } from "./subjects/subject.ts";
import type { Tag } from "./tags.ts";

/** The colour that stands out beside the subject's own, so that an accessory never melts into its wearer. */
const ACCENT: { readonly [C in Tag<"colour">]: Rgb } = {
  red: hex("2fb5b0"),
  orange: hex("3d6fd6"),
  yellow: hex("9a5fd0"),
  green: hex("ef5b6b"),
  blue: hex("ffc83d"),
  purple: hex("ffc83d"),
  pink: hex("2fb5b0"),
};

type Draw = (pen: Pen, subject: Subject, accent: Rgb) => void;
interface Accessory {
  readonly behind?: Draw;
  readonly front?: Draw;
}

/** Pixels of the 128-pixel picture per drawing unit. */
function scale(pen: Pen): number {
  return Math.sqrt(pen.matrix.a * pen.matrix.a + pen.matrix.b * pen.matrix.b) / pen.unit;
}

const hat: Draw = (pen, { head: { x, y, width } }, accent) => {
  const w = Math.max(width, 0.62) * 0.5;
  shape(
    pen,
    blob([x - w, y + 0.02], [x - w * 0.86, y - 0.56], [x, y - 0.68], [x + w * 0.86, y - 0.56], [x + w, y + 0.02]),
    accent,
  );
  patch(
    pen,
    polygon([x - w * 0.96, y - 0.2], [x + w * 0.96, y - 0.2], [x + w, y - 0.02], [x - w, y - 0.02]),
    darker(accent, 0.45),
  );
  shape(pen, ellipse(x, y + 0.02, w * 1.6, 0.13), accent);
};

const scarf: Draw = (pen, { neck: { x, y, width } }, accent) => {
  const w = width * 0.56;
  const tail = polygon(
    [x + w * 0.36, y],
    [x + w * 0.36 + 0.26, y],
    [x + w * 0.36 + 0.34, y + 0.56],
    [x + w * 0.36 + 0.04, y + 0.6],
  );
  shape(pen, tail, darker(accent, 0.16));
  shape(
    pen,
    blob(
      [x - w, y - 0.1],
      [x, y - 0.04],
      [x + w, y - 0.1],
      [x + w * 1.02, y + 0.12],
      [x, y + 0.2],
      [x - w * 1.02, y + 0.12],
    ),
    accent,
  );
  for (const k of [-0.6, -0.1, 0.6])
    patch(
      pen,
      polygon(
        [x + w * k, y - 0.07],
        [x + w * k + 0.12, y - 0.07],
        [x + w * k + 0.1, y + 0.16],
        [x + w * k - 0.02, y + 0.16],
      ),
      lighter(accent, 0.6),
    );
  patch(
    pen,
    polygon(
      [x + w * 0.36 + 0.02, y + 0.4],
      [x + w * 0.36 + 0.3, y + 0.36],
      [x + w * 0.36 + 0.32, y + 0.48],
      [x + w * 0.36 + 0.03, y + 0.52],
    ),
    lighter(accent, 0.6),
  );
};

const umbrella: Draw = (pen, { hand, head }, accent) => {
  const x = hand.x * 0.8;
  const top = Math.min(head.y - 0.62, -2.3);
  const edge = top + 0.62;
  limb(pen, through([x, hand.y + 0.2], [x, top]), hex("8a5a3c"), 0.05 * scale(pen));
  const canopy: Contour = [
    ...blob(
      [x - 1.06, edge],
      [x - 0.8, top + 0.18],
      [x, top - 0.1],
      [x + 0.8, top + 0.18],
      [x + 1.06, edge],
      [x + 0.7, edge - 0.1],
      [x + 0.36, edge],
      [x, edge - 0.1],
      [x - 0.36, edge],
      [x - 0.7, edge - 0.1],
    ),
  ];
  shape(pen, canopy, accent);
  patch(
    pen,
    blob(
      [x - 0.36, edge - 0.04],
      [x - 0.26, top + 0.2],
      [x, top - 0.06],
      [x + 0.26, top + 0.2],
      [x + 0.36, edge - 0.04],
      [x, edge - 0.12],
    ),
    lighter(accent, 0.55),
  );
  rim(pen, canopy, accent);
};

const balloon: Draw = (pen, { hand }, accent) => {
  const [x, y] = [hand.x + 0.3, -2.05];
  line(pen, through([hand.x, hand.y], [hand.x + 0.2, (hand.y + y) / 2], [x, y + 0.48]), INK, pen.line * 0.7);
  shape(pen, polygon([x - 0.1, y + 0.58], [x, y + 0.42], [x + 0.1, y + 0.58]), darker(accent, 0.2));
  shape(
    pen,
    blob(
      [x, y - 0.52],
      [x + 0.42, y - 0.2],
      [x + 0.32, y + 0.26],
      [x, y + 0.47],
      [x - 0.32, y + 0.26],
      [x - 0.42, y - 0.2],
    ),
    accent,
  );
  patch(pen, ellipse(x - 0.17, y - 0.2, 0.09, 0.15, 0.07), WHITE, 0.8);
};

const wings: Draw = (pen, { back: { x, y, width } }) => {
  for (const s of [-1, 1]) {
    const at = x + s * width * 0.34;
    const feather = (dx: number, dy: number): [number, number] => [at + s * dx, y + dy];
    shape(
      pen,
      blob(
        feather(0, 0.22),
        feather(0.1, -0.3),
        feather(0.62, -0.86),
        feather(1.06, -0.86),
        feather(0.96, -0.5),
        feather(1.0, -0.3),
        feather(0.8, -0.12),
        feather(0.76, 0.06),
        feather(0.5, 0.14),
        feather(0.36, 0.3),
      ),
      WHITE,
    );
    for (const [dx, dy] of [
      [0.84, -0.5],
      [0.66, -0.16],
    ] as const)
      line(pen, through(feather(0.3, dy + 0.26), feather(dx, dy)), hex("b9c6e6"), pen.line * 0.8);
  }
};

const skis: Draw = (pen, { feet: [left, right] }, accent) => {
  const middle = (left + right) / 2;
  for (const [dx, dy] of [
    [-0.16, -0.04],
    [0.12, 0.12],
  ] as const) {
    const ski = blob(
      [middle - 1.3 + dx, dy],
      [middle + dx, dy],
      [middle + 1.16 + dx, dy],
      [middle + 1.5 + dx, dy - 0.3],
      [middle + 1.4 + dx, dy + 0.02],
      [middle + 1.1 + dx, dy + 0.14],
      [middle + dx, dy + 0.13],
      [middle - 1.3 + dx, dy + 0.13],
    );
    shape(pen, ski, dy > 0 ? accent : darker(accent, 0.25));
  }
};

const poles: Draw = (pen, { hand }) => {
  for (const s of [-1, 1]) {
    limb(pen, through([s * hand.x * 1.1, hand.y - 0.1], [s * hand.x * 1.1 - 0.42, 0.1]), PAPER, 0.06 * scale(pen));
    shape(pen, ellipse(s * hand.x * 1.1 - 0.36, -0.02, 0.13, 0.06, 0.08), hex("4a4468"));
  }
};

const lantern: Draw = (pen, { hand }) => {
  const [x, y] = [hand.x + 0.46, hand.y - 0.08];
  limb(
    pen,
    through([hand.x - 0.06, hand.y + 0.12], [hand.x + 0.14, y - 0.5], [x, y - 0.44]),
    hex("8a5a3c"),
    0.06 * scale(pen),
  );
  glow(pen, x, y, 1.1, hex("ffe07a"), pen.light.dark ? 0.75 : 0.4);
  shape(pen, box(x - 0.2, y - 0.26, 0.4, 0.52, 0.1), hex("ffd24d"));
  bright(pen, ellipse(x, y, 0.12, 0.17), hex("fff6c2"));
  for (const dy of [-0.32, 0.22]) shape(pen, box(x - 0.24, y + dy, 0.48, 0.1, 0.03), hex("5a4a6e"));
};

const ACCESSORIES: { readonly [A in Tag<"action">]: Accessory } = {
  none: {},
  hat: { front: hat },
  scarf: { front: scarf },
  umbrella: { front: umbrella },
  balloon: { behind: balloon },
  flying: { behind: wings },
  skiing: { behind: poles, front: skis },
  lantern: { front: lantern },
};

/** Draws the subject with what its action adds. */
export function drawWithAction(
  pen: Pen,
  subject: Subject,
  colour: Rgb,
  tag: { action: Tag<"action">; colour: Tag<"colour"> },
): void {
  const { behind, front } = ACCESSORIES[tag.action];
  behind?.(pen, subject, ACCENT[tag.colour]);
  subject.draw(pen, colour);
  front?.(pen, subject, ACCENT[tag.colour]);
}
