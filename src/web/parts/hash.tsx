/** A hash in groups of four: first eight and last four digits; all of it on hover and when copied. */

import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";
import { copyText } from "../toast.ts";

const TEXTS = {
  copy: { en: "copy hash", zh: "复制哈希" },
  copied: { en: "Hash copied", zh: "已复制哈希" },
  failed: { en: "The browser did not allow copying", zh: "浏览器不允许复制" },
} as const satisfies Record<string, Text>;

/** Groups of four digits. */
export function inGroups(hex: string): string {
  return hex.replace(/(.{4})(?=.)/g, "$1 ");
}

/** The short form of a long hash. */
export function shortHash(hex: string): string {
  return hex.length <= 16 ? inGroups(hex) : `${inGroups(hex.slice(0, 8))} … ${hex.slice(-4)}`;
}

/** A hash that is copied by a click. */
export function Hash({ hex, kind }: { readonly hex: string; readonly kind?: string }) {
  return (
    <button
      type="button"
      class="mono hash"
      title={inGroups(hex)}
      onClick={() => copyText(hex, t(TEXTS.copied), t(TEXTS.failed))}
    >
      {kind === undefined || kind === "" ? null : <span class="quiet">{kind} </span>}
      {shortHash(hex)}
      <span class="visually-hidden"> {t(TEXTS.copy)}</span>
    </button>
  );
}
