/**
 * Makes the fonts of the dossier, `fonts/*.ttf`, from the full ones: Noto Serif SC in two weights with the characters of
 * GB 2312 and of Big5's first level, and IBM Plex Mono. The full fonts have 14 MB a weight and are no dependency:
 *
 *     npm i --no-save @expo-google-fonts/noto-serif-sc@0.4.3 subset-font@2.9.0
 *     npx tsx scripts/fonts.ts
 */

import { readFileSync, writeFileSync } from "node:fs";

type Subset = (font: Buffer, text: string, options: { readonly targetFormat: "truetype" }) => Promise<Buffer>;

/** All characters whose two bytes lie in these ranges of an encoding. */
function decoded(encoding: string, lead: readonly [number, number], trail: readonly [number, number]): string[] {
  const decoder = new TextDecoder(encoding);
  const found: string[] = [];
  for (let a = lead[0]; a <= lead[1]; a++) {
    for (let b = trail[0]; b <= trail[1]; b++) found.push(decoder.decode(new Uint8Array([a, b])));
  }
  return found.filter((text) => /^\p{Script=Han}$/u.test(text));
}

/** Latin, Greek, Cyrillic, punctuation, arrows, mathematics, shapes, Chinese punctuation, full-width forms. */
const BLOCKS: readonly (readonly [number, number])[] = [
  ...([
    [0x20, 0x250],
    [0x370, 0x460],
    [0x2000, 0x2070],
    [0x20a0, 0x20c0],
    [0x2100, 0x2300],
  ] as const),
  ...([
    [0x2460, 0x2500],
    [0x25a0, 0x27c0],
    [0x3000, 0x3100],
    [0x3200, 0x3300],
    [0xff00, 0xfff0],
  ] as const),
];

const han = [
  ...decoded("gbk", [0xb0, 0xf7], [0xa1, 0xfe]),
  ...decoded("big5", [0xa4, 0xc6], [0x40, 0x7e]),
  ...decoded("big5", [0xa4, 0xc6], [0xa1, 0xfe]),
];
const others = BLOCKS.flatMap(([from, to]) =>
  Array.from({ length: to - from }, (_, i) => String.fromCodePoint(from + i)),
);
const text = [...new Set([...han, ...others])].join("");

// Neither package is a dependency, so neither is named where a checker of dependencies reads.
const [subsetter, serif] = ["subset-font", "@expo-google-fonts/noto-serif-sc"];
const { default: subset } = (await import(subsetter!)) as { default: Subset };
const modules = new URL("../node_modules/", import.meta.url);
for (const [from, to] of [
  [`${serif}/400Regular/NotoSerifSC_400Regular.ttf`, "NotoSerifSC-Regular"],
  [`${serif}/600SemiBold/NotoSerifSC_600SemiBold.ttf`, "NotoSerifSC-SemiBold"],
  ["@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff", "IBMPlexMono-Regular"],
] as const) {
  const font = await subset(readFileSync(new URL(from, modules)), text, { targetFormat: "truetype" });
  writeFileSync(new URL(`../fonts/${to}.ttf`, import.meta.url), font);
  process.stdout.write(`${to}.ttf  ${font.length} B\n`);
}
