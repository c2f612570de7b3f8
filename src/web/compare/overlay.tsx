/** What is drawn over both pictures: matched places with their lines, what was cut off, named boxes, the mark. */

import type { Box } from "../../compare/pair/geometry.ts";
import { apply, type Point } from "../../compare/pair/transform.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";
import { t } from "../language.ts";
import { STAGE } from "./stage-texts.ts";
import { inPane, type Pairing, type Pane, type Placed } from "./viewport.ts";

/** A box over the first picture. */
export interface ShownBox {
  readonly kind: "region" | "element" | "generic" | "mark";
  readonly name: string;
  readonly box: Box;
}

interface OverlayProps {
  readonly shown: ComparisonView;
  readonly pairing: Pairing;
  readonly placed: { readonly a: Placed; readonly b: Placed };
  readonly panes: readonly [Pane, Pane];
  readonly boxes: readonly ShownBox[];
}

/** One drawing over both panes, silent to screen readers: tables and captions say the same. */
export function Overlay({ shown, pairing, placed, panes, boxes }: OverlayProps) {
  const [first, second] = panes;
  const onA = (at: Point): Point => shifted(inPane(placed.a, at), first);
  const onB = (at: Point): Point => shifted(inPane(placed.b, at), second);
  const kept = shown.transform
    ? corners([0, 0, pairing.b.width, pairing.b.height]).map((at) => apply(pairing.toA, ...at))
    : [];
  return (
    <svg class="cmp-overlay" aria-hidden="true">
      <defs>
        <clipPath id="cmp-a">
          <rect {...first} />
        </clipPath>
        <clipPath id="cmp-a-picture">
          <polygon
            points={drawn(corners([0, 0, pairing.a.width, pairing.a.height]).map(onA))}
            clip-path="url(#cmp-a)"
          />
        </clipPath>
        <clipPath id="cmp-b">
          <rect {...second} />
        </clipPath>
        <clipPath id="cmp-b-picture">
          <polygon
            points={drawn(corners([0, 0, pairing.b.width, pairing.b.height]).map(onB))}
            clip-path="url(#cmp-b)"
          />
        </clipPath>
        <pattern id="cmp-lost" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="9" class="dark" />
          <rect x="5" width="4" height="9" class="light" />
        </pattern>
      </defs>
      {kept.length > 0 ? (
        <g clip-path="url(#cmp-a-picture)">
          <path
            class="lost"
            fill-rule="evenodd"
            d={`M${path(first)}M${kept
              .map(onA)
              .map((at) => at.join(" "))
              .join("L")}Z`}
          />
          <polygon class="crop-edge" points={drawn(kept.map(onA))} />
        </g>
      ) : null}
      <g clip-path="url(#cmp-a)">
        {boxes.map((one, i) => (
          <NamedBox key={`${one.kind}${i}`} one={one} at={corners(one.box).map(onA)} />
        ))}
        <CropLabel shown={shown} onA={onA} />
      </g>
      {shown.transform ? (
        <g clip-path="url(#cmp-b-picture)">
          {boxes.map(({ kind, box }, i) => (
            <polygon
              key={`${kind}${i}`}
              class={`box ${kind} there`}
              points={drawn(corners(box).map((at) => onB(apply(pairing.toB, ...at))))}
            />
          ))}
        </g>
      ) : null}
      {shown.matched.drawn.map(({ a, b, agrees }) => (
        <Match key={`${a}${b}`} from={onA(edged(a))} to={onB(edged(b))} panes={panes} agrees={agrees} />
      ))}
    </svg>
  );
}

/** Both ends where their pane shows them; the line where both do. */
function Match(props: {
  readonly from: Point;
  readonly to: Point;
  readonly panes: OverlayProps["panes"];
  readonly agrees: boolean;
}) {
  const { from, to, panes, agrees } = props;
  const [isHere, isThere] = [inside(from, panes[0]), inside(to, panes[1])];
  return (
    <g class={agrees ? "match" : "match astray"}>
      {isHere && isThere ? <line x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} /> : null}
      {isHere ? <circle cx={from[0]} cy={from[1]} r="3" /> : null}
      {isThere ? <circle cx={to[0]} cy={to[1]} r="3" /> : null}
    </g>
  );
}

function NamedBox({ one: { kind, name }, at }: { readonly one: ShownBox; readonly at: readonly Point[] }) {
  const [x, y] = at[0]!;
  const words = kind === "mark" ? t(STAGE.mark) : name;
  return (
    <g>
      <polygon class={`box ${kind}`} points={drawn(at)} />
      <Label x={x} y={y} words={words} kind={kind} />
    </g>
  );
}

function Label({
  x,
  y,
  words,
  kind,
}: {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly kind: string;
}) {
  const shown = words.length > 24 ? `${words.slice(0, 23)}…` : words;
  // Chinese signs are twice as wide; the exact width is known only after drawing.
  const width = [...shown].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e80 ? 12 : 6.6), 12);
  return (
    <g class={`label ${kind}`} transform={`translate(${x} ${y})`}>
      <rect width={width} height="17" />
      <text x="6" y="12.5">
        {shown}
      </text>
    </g>
  );
}

/** The crop box in numbers, at its lower left corner. */
function CropLabel({ shown, onA }: { readonly shown: ComparisonView; readonly onA: (at: Point) => Point }) {
  const { transform } = shown;
  if (!transform || transform.kept > 0.995) return null;
  const [x, y, w, h] = transform.crop.map(Math.round) as unknown as Box;
  const [left, bottom] = onA([x, y + h]);
  return (
    <Label x={left + 6} y={bottom - 24} words={t(STAGE.cropBox, { box: `${x}, ${y}, ${w} × ${h}` })} kind="crop" />
  );
}

function edged([x, y]: Point): Point {
  return [x + 0.5, y + 0.5];
}

function corners([x, y, width, height]: Box): Point[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

function shifted([x, y]: Point, pane: Pane): Point {
  return [x + pane.x, y + pane.y];
}

function inside([x, y]: Point, pane: Pane): boolean {
  return x >= pane.x && y >= pane.y && x <= pane.x + pane.width && y <= pane.y + pane.height;
}

function drawn(points: readonly Point[]): string {
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

function path({ x, y, width, height }: Pane): string {
  return `${x} ${y}h${width}v${height}h${-width}Z`;
}
