/** Characters that nobody sees shown by number: controls, marks that turn the direction of text round, spaces without width, tags. */

/** Hidden wherever they stand: `Cc` but tab and line feed, bidirectional controls, zero-width space and its kin, soft hyphen, tag characters. */
const HIDDEN =
  /(?![\t\n])[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{e0000}-\u{e007f}]/u;

/** Joiners and variation selectors, which belong to emoji and to scripts that join their letters, and hide anywhere else. */
const JOINER = /\u200c|\u200d|[\ufe00-\ufe0f]/u;
const JOINING =
  /[\p{Extended_Pictographic}\p{M}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Han}]/u;

/** A text with what hides in it shown as `[U+202E]`. Nothing else is changed. */
export function visible(text: string): string {
  let shown = "";
  let before = "";
  for (const character of text.toWellFormed()) {
    const hides = HIDDEN.test(character) || (JOINER.test(character) && !JOINING.test(before));
    shown += hides ? numbered(character) : character;
    if (!JOINER.test(character)) before = character;
  }
  return shown;
}

/** A character as its number in Unicode: `[U+1F600]`. */
export function numbered(character: string): string {
  return `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;
}
