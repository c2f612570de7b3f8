/** Parts of drawings: every figure is an SVG text in the palette of the look, the same in print and on a page. */

/** Colours of the light theme; print is light. */
export const INK = {
  ink: "#1E1B17",
  ink2: "#4E4942",
  ink3: "#655F55",
  rule: "#DDD8CD",
  rule2: "#BDB6A8",
  well: "#E2DED5",
  seal: "#B9301B",
  azurite: "#27577F",
  malachite: "#23644F",
  ochre: "#85520F",
  plum: "#7A2C5C",
} as const;

const FONT = "'Noto Serif SC','Source Serif 4','Songti SC',serif";

/** Text for XML. */
export function xml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A drawing of this size. @param title - what a reader who does not see it hears */
export function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" role="img" aria-label="${xml(title)}" font-family="${FONT}">${parts.join("")}</svg>`;
}

/** A line. */
export function line(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1, dash = ""): string {
  const dashed = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}" stroke-width="${n(width)}"${dashed}/>`;
}

/** A filled box. */
export function box(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${colour}"/>`;
}

/** A circle: filled, or a ring. */
export function dot(x: number, y: number, radius: number, colour: string, filled: boolean): string {
  const paint = filled ? `fill="${colour}"` : `fill="#FFFFFF" stroke="${colour}" stroke-width="1.3"`;
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" ${paint}/>`;
}

/** Words. */
export function words(
  x: number,
  y: number,
  text: string,
  size: number,
  colour: string,
  anchor: "start" | "middle" | "end" = "start",
): string {
  return `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" fill="${colour}" text-anchor="${anchor}">${xml(text)}</text>`;
}

/** At most two places: the same text for the same number everywhere. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}
