/** The pictures of Compare and Dossier: one pair of images and one case in the workspace that the pictures are taken of. */

import type { Page } from "playwright-core";
import sharp from "sharp";
import { readImage } from "../../src/node/read-image.ts";
import { fabricateHistories } from "../../src/process/fabricate.ts";

/** What a picture is of: how its page looks, and what is done before it is taken. */
export interface EvidenceShot {
  readonly lang: "en" | "zh";
  readonly theme: "light" | "dark";
  readonly width?: number;
  readonly do: (page: Page, base: string) => Promise<void>;
}

const FIELD = "samples/cex__flux_girl_in_field.png";

/** Asks the workbench with the page's own key. */
async function ask<T>(page: Page, address: string, body?: object | Buffer): Promise<T> {
  const answer = body ? await page.request.post(address, { data: body }) : await page.request.get(address);
  if (!answer.ok()) throw new Error(`${address}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Asks until something is so. */
async function until<T>(page: Page, address: string, isSo: (answer: T) => boolean): Promise<void> {
  while (!isSo(await ask<T>(page, address))) await new Promise((done) => setTimeout(done, 300));
}

/** An original with its mark, and a post that shows it without its right and lower edge. */
async function pair(): Promise<{ readonly original: Buffer; readonly copy: Buffer }> {
  const mark = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><g font-family="Noto Sans SC, Noto Sans CJK SC, sans-serif" font-weight="600" font-size="30" fill="#fff" fill-opacity=".92"><circle cx="668" cy="858" r="13" fill="none" stroke="#fff" stroke-width="4"/><text x="690" y="869">图社 @春风集</text></g></svg>`,
  );
  const original = await sharp(FIELD)
    .resize(900, 900)
    .composite([{ input: mark }])
    .png()
    .toBuffer();
  const kept = { left: 0, top: 0, width: 846, height: 784 };
  return { original, copy: await sharp(original).extract(kept).jpeg({ quality: 86 }).toBuffer() };
}

let compared: string | undefined;

/** Id of the comparison that all four show. */
async function comparison(page: Page, base: string): Promise<string> {
  if (compared !== undefined) return compared;
  const { original, copy } = await pair();
  const upload = async (bytes: Buffer): Promise<string> =>
    (await ask<{ sha256: string }>(page, `${base}api/v1/images`, bytes)).sha256;
  const { id } = await ask<{ id: string }>(page, `${base}api/v1/comparisons`, {
    a: { image: await upload(original), name: "春风.png" },
    b: { image: await upload(copy), name: "博文配图.jpg" },
    regions: [
      { name: "人物面部", box: [370, 210, 160, 190] },
      { name: "衣着与领口", box: [300, 440, 320, 330] },
      { name: "稻田背景", box: [20, 320, 240, 320] },
      { name: "远山与天空", box: [20, 20, 320, 180] },
    ],
    elements: [
      { name: "发髻与红绳", box: [400, 80, 100, 130], generic: false },
      { name: "稻田", box: [620, 330, 210, 300], generic: true },
    ],
    mark: { by: "box", box: [640, 832, 250, 52] },
  });
  await until<{ state: string }>(page, `${base}api/v1/comparisons/${id}`, ({ state }) => !/queued|running/.test(state));
  compared = id;
  return id;
}

async function openComparison(page: Page, base: string): Promise<void> {
  await comparison(page, base);
  await page.goto(`${base}compare`);
  await page.locator(".cmp-earlier .link").first().click();
  await page.locator(".cmp-verdict").waitFor();
}

let made: string | undefined;

/** Id of a case with the pair, a demonstration made afterwards, and what its maker says. */
async function theCase(page: Page, base: string): Promise<string> {
  if (made !== undefined) return made;
  const from = await comparison(page, base);
  const cases = `${base}api/v1/cases`;
  const { id } = await ask<{ id: string }>(page, cases, {
    ref: "S-2026-014",
    title: { en: "A picture and a post without its mark", zh: "一幅图像与去除标记的博文配图" },
    date: new Date().toISOString(),
    parties: [{ role: "claimant", name: "A" }],
    questions: [
      { text: { en: "Is the post a copy, and what became of the mark?", zh: "博文配图是否为副本？标记去向如何？" } },
    ],
  });
  await ask(page, `${cases}/${id}/comparisons`, { comparison: from, receivedFrom: "A" });
  const { recipe } = await readImage("samples/sdm__png_sd-webui.png");
  const histories = recipe ? fabricateHistories(recipe, "2026-11-20T09:00:00Z", random(7)) : [];
  const file = `${cases}/${id}/exhibits/file?name=simulation.json&role=simulation&from=A`;
  await ask(page, file, Buffer.from(JSON.stringify({ histories })));
  const claims = { "author.natural_or_legal_person": true, contrary_evidence: false, "use.permission": false };
  for (const [key, value] of Object.entries(claims)) await ask(page, `${cases}/${id}/facts`, { key, value, by: "A" });
  await until<{ measuring: boolean }>(page, `${cases}/${id}`, ({ measuring }) => !measuring);
  made = id;
  return id;
}

/** Numbers in [0, 1) that are the same every time. @see Park and Miller 1988, MINSTD */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** In this order: the case rests on the comparison. */
export const EVIDENCE_SHOTS: Readonly<Record<string, EvidenceShot>> = {
  compare: { lang: "zh", theme: "dark", do: openComparison },
  "compare-phone": { lang: "zh", theme: "light", width: 390, do: openComparison },
  dossier: {
    lang: "en",
    theme: "light",
    do: async (page, base) => {
      await page.goto(`${base}dossier?case=${await theCase(page, base)}&part=three`);
      await page.locator(".three section").nth(2).waitFor();
    },
  },
  "dossier-made": {
    lang: "zh",
    theme: "dark",
    do: async (page, base) => {
      const id = await theCase(page, base);
      await ask(page, `${base}api/v1/dossiers`, { case: id, languages: ["en"] });
      type List = { readonly dossiers: readonly { readonly state: string }[] };
      const dossiers = `${base}api/v1/dossiers?case=${id}`;
      await until<List>(page, dossiers, ({ dossiers: all }) => all.every(({ state }) => !/queued|running/.test(state)));
      await page.goto(`${base}dossier?case=${id}&part=handover`);
      await page.locator(".dossiers li").first().waitFor();
    },
  },
};
