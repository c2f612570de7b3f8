/** Texts for people, in the two languages that the product speaks. */

/** The languages of the product: English and Simplified Chinese. */
export type Lang = "en" | "zh";

/** One text in both languages, with its values already filled in. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** Values that fill `{name}` in a catalogue's template. */
export type TextValues = Readonly<Record<string, string | number>>;

/**
 * A text of a catalogue with its values filled in. A `{name}` without a value stays as it is, so that a
 * missing value is seen and a value that holds braces is never filled a second time.
 */
export function fill(template: Text, values: TextValues = {}): Text {
  const put = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
  return { en: put(template.en), zh: put(template.zh) };
}

/** The language that a locale name such as `zh_CN.UTF-8` or `en-GB` asks for; English where it says nothing we speak. */
export function langOf(locale: string | undefined): Lang {
  return /^zh\b|^zh[_-]/i.test(locale ?? "") ? "zh" : "en";
}
