/** The reader's language: chosen once, kept in this browser, followed by every text. */

import { effect, signal } from "@preact/signals";
import { fill as filled, type Lang, langOf, type Text, type TextValues } from "../base/texts.ts";
import { keep, kept } from "./keep.ts";

/** The language of the page. */
export const lang = signal<Lang>(kept("lang") === undefined ? langOf(navigator.language) : langOf(kept("lang")));

effect(() => {
  document.documentElement.lang = lang.value === "zh" ? "zh-CN" : "en";
  keep("lang", lang.value);
});

/** A text in the language of the page, with its values filled in. */
export function t(text: Text, values?: TextValues): string {
  return (values ? filled(text, values) : text)[lang.value];
}

/** A whole number with thin groups. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}
