/** A1111's own way to read a parameter line, as a second opinion: the regular expression of modules/infotext_utils.py. */

const PAIR = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/gu;

/** Keys and raw values as A1111 sees them; of a key that stands twice both are given. */
export function a1111Pairs(line: string): [key: string, raw: string][] {
  return [...line.matchAll(PAIR)].map(([, key, raw]) => [key!, raw!]);
}

/** How A1111 writes a value: a JSON string where it holds a comma, a line end or a colon. */
export function a1111Quote(value: string): string {
  return /[,\n:]/.test(value) ? JSON.stringify(value) : value;
}

/** How A1111 reads a value. */
export function a1111Unquote(raw: string): string {
  if (!raw.startsWith('"') || !raw.endsWith('"') || raw.length < 2) return raw;
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw;
  }
}
