/** Private data that generation data carries along: user names in paths, signed addresses, keys, e-mail addresses, accounts. */

import type { Finding } from "../base/findings.ts";
import type { Span } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import type { Block } from "../image/block.ts";

/** What was found. `account`: a name or number of a person or job at a service. */
export type PrivateKind = "user-name" | "signed-url" | "api-key" | "email" | "account";

/** One piece of private data in a text; the span covers only what must not be shown. */
export interface PrivateSpan {
  readonly kind: PrivateKind;
  readonly span: Span;
}

/** A {@link PrivateSpan} with the index of its block. */
export interface PrivateData extends PrivateSpan {
  readonly block: number;
}

/** Beyond this many in one text the rest is not listed; redaction covers all. CWE-770. */
const MAX_LISTED = 256;

/** What stands for a redacted piece. Needs no escape in JSON, XML and infotext. */
const REDACTED = "[redacted]";

/**
 * Each pattern captures what must not be shown. Every quantifier is bounded or over a class that the next part
 * excludes, so that the time is linear in the text. CWE-1333.
 */
const PATTERNS: readonly (readonly [PrivateKind, RegExp])[] = [
  // A name may hold spaces where a path goes on behind it.
  [
    "user-name",
    /\b[A-Za-z]:[\\/]{1,4}(?:Users|Documents and Settings)[\\/]{1,4}([^\\/"'<>|?*:\r\n]{1,64}(?=[\\/])|[^\\/"'\s<>|?*:,;]{1,64})/dgi,
  ],
  ["user-name", /(?<![\w.:\\/])\/(?:home|Users)\/([^\\/"'\s<>|?*:,;]{1,64})/dg],
  ["api-key", /(?:api_key_comfy_org|auth_token_comfy_org)\\{0,3}["']\s{0,8}:\s{0,8}\\{0,3}["']([^"'\\]{1,8192})/dg],
  ["api-key", /(?<![\w-])((?:sk|rk|pk)-[\w-]{20,256})/dg],
  ["api-key", /(?<!\w)(hf_[A-Za-z0-9]{30,64}|r8_[A-Za-z0-9]{32,64}|gh[pousr]_[A-Za-z0-9]{30,255}|AIza[\w-]{35})/dg],
  ["api-key", /(?<![\w-])(eyJ[\w-]{10,4096}\.eyJ[\w-]{10,8192}\.[\w-]{10,2048})/dg],
  [
    "email",
    /(?<![\w.%+@-])([\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,24})(?![\w@])/dg,
  ],
];

const ADDRESS = /https?:\/\/[^\s"'<>\\?]{1,2048}(\?[^\s"'<>\\]{1,8192})/dg;
const SIGNED =
  /[?&;](?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|sig|signature|token|access_token|api_?key|key)=/i;

/** Folder names that stand for no person: system accounts, containers, cloud images. */
const NOBODY =
  /^(?:Public|Default|Default User|All Users|Shared|user|users|username|ubuntu|runner|jovyan|app|comfyui|root)$/i;

/** All private data in a text, in order, without overlaps. */
export function privateSpans(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  const collect = (kind: PrivateKind, pattern: RegExp, accept: (captured: string) => boolean): void => {
    for (const match of text.matchAll(pattern)) {
      const span = match.indices?.[1];
      if (span && match[1] !== REDACTED && accept(match[1]!)) found.push({ kind, span });
    }
  };
  collect("signed-url", ADDRESS, (query) => SIGNED.test(query));
  for (const [kind, pattern] of PATTERNS) {
    collect(kind, pattern, (name) => kind !== "user-name" || !NOBODY.test(name));
  }
  found.sort((a, b) => a.span[0] - b.span[0] || b.span[1] - a.span[1]);
  const apart: PrivateSpan[] = [];
  for (const one of found) if (one.span[0] >= (apart.at(-1)?.span[1] ?? 0)) apart.push(one);
  return apart;
}

/** Private data in the texts of all blocks. */
export function privateData(blocks: readonly Block[]): PrivateData[] {
  return blocks.flatMap(({ text }, block) =>
    text === undefined
      ? []
      : privateSpans(text)
          .slice(0, MAX_LISTED)
          .map((one) => ({ ...one, block })),
  );
}

/** The finding `recipe.private-data` for each piece. */
export function privateFindings(blocks: readonly Block[]): Finding[] {
  return privateData(blocks).map(({ kind, block, span }) => privateFinding(kind, { block, char: span[0] }));
}

/** The finding `recipe.private-data`; `where` leads to the piece, never repeats it. */
export function privateFinding(kind: PrivateKind, where: NonNullable<Finding["where"]>): Finding {
  return { code: "recipe.private-data", level: "informs", text: TEXTS[kind], where };
}

/** The text with every private piece replaced by `[redacted]`. */
export function redact(text: string): string {
  let redacted = "";
  let at = 0;
  for (const { span } of privateSpans(text)) {
    redacted += text.slice(at, span[0]) + REDACTED;
    at = span[1];
  }
  return redacted + text.slice(at);
}

const TEXTS: Readonly<Record<PrivateKind, Text>> = {
  "user-name": { en: "a path holds the name of a computer's user", zh: "路径中含有计算机用户名" },
  "signed-url": { en: "an address holds a signature that gives access", zh: "网址中含有可授予访问权限的签名" },
  "api-key": { en: "a key or token of a service stands here", zh: "此处含有某服务的密钥或令牌" },
  email: { en: "an e-mail address stands here", zh: "此处含有电子邮件地址" },
  account: {
    en: "a name or number of a person or job at a service stands here",
    zh: "此处含有某服务中的用户名或任务编号",
  },
};
