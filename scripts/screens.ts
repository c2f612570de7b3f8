/**
 * The pictures of docs/screens, made anew with the shipped model: `npm run screens`, or only some of them: `npm run screens -- tour`.
 * A workspace of its own is made for it and removed; the page must be built.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { serve } from "../src/server/serve.ts";
import { EVIDENCE_SHOTS } from "./screens/evidence.ts";

const OUT = resolve("docs/screens");
const PATIENCE_MS = 600_000;

/** What a picture is of: how its page looks, and what is done before it is taken. */
interface Shot {
  readonly lang: "en" | "zh";
  readonly theme: "light" | "dark";
  readonly width?: number;
  readonly do: (page: Page, base: string) => Promise<void>;
}

const sample = resolve("samples/sdm__png_novelai-curated.png");

async function open(page: Page, file: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator(".read-empty .button.primary").click();
  await (await chooser).setFiles(file);
  await page.locator('.data-pane [data-value="/seed"]').click();
}

/** Walks the tour as far as a step, drawing what is not there yet. */
async function tourTo(page: Page, base: string, step: string): Promise<void> {
  await page.goto(`${base}tour`);
  const order = ["intro", "make", "word", "seed", "return", "record", "later", "end"];
  for (const _ of order.slice(0, order.indexOf(step))) {
    await page.locator(".tour-buttons .primary:enabled").click();
    await page.locator('.tour-buttons .note[role="status"]:empty').waitFor({ state: "attached" });
  }
  if (step === "later") await page.locator(".tour-compare").waitFor();
}

const draw = async (page: Page, base: string, words: string, count: number): Promise<void> => {
  await page.goto(`${base}studio`);
  await page.locator("#prompt").fill(words);
  await page.locator('.field:has-text("Images") input, .field:has-text("张数") input').first().fill(String(count));
  await page.locator(".go .primary").click();
  await page
    .locator(".shot.open")
    .nth(count - 1)
    .waitFor();
};

/** In the order in which they build on each other: what one has drawn, the next shows. */
const SHOTS: Readonly<Record<string, Shot>> = {
  read: {
    lang: "en",
    theme: "light",
    do: async (page, base) => {
      await page.goto(`${base}read`);
      await open(page, sample);
    },
  },
  "read-page": {
    lang: "zh",
    theme: "dark",
    width: 1180,
    do: async (page) => {
      await page.goto(pathToFileURL(resolve("dist/read.html")).href);
      await open(page, sample);
    },
  },
  tour: { lang: "en", theme: "light", do: (page, base) => tourTo(page, base, "return") },
  "tour-later": { lang: "zh", theme: "light", do: (page, base) => tourTo(page, base, "later") },
  "record-capture": {
    lang: "en",
    theme: "light",
    do: async (page, base) => {
      await page.goto(`${base}record`);
      await page.locator(".start-form input").first().fill("light and shade");
      await page.locator(".start-form .primary").click();
      await page.getByRole("switch", { name: /A1111/ }).click();
      await page.locator("button.address").waitFor();
      await page.locator(".capturing").scrollIntoViewIfNeeded();
    },
  },
  studio: { lang: "zh", theme: "light", do: (page, base) => draw(page, base, "a red cat in a meadow, at night", 4) },
  reproduce: {
    lang: "en",
    theme: "dark",
    do: async (page, base) => {
      await page.goto(`${base}studio`);
      await page.locator(".shot button").first().click();
      await page.getByRole("button", { name: "Read", exact: true }).click();
      await page.getByRole("button", { name: /Send to/ }).click();
      await page.getByRole("menuitem", { name: "Reproduce" }).click();
      await page.locator(".control-line").waitFor();
    },
  },
  record: {
    lang: "en",
    theme: "light",
    do: async (page, base) => {
      await page.goto(`${base}record`);
      await page.locator(".trow").nth(3).waitFor();
    },
  },
  ...EVIDENCE_SHOTS,
};

async function take(browser: Browser, name: string, base: string, entrance: string): Promise<void> {
  const { lang, theme, width = 1440, do: work } = SHOTS[name]!;
  const locale = lang === "zh" ? "zh-CN" : "en-GB";
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale, colorScheme: theme });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(entrance);
  await work(page, base);
  // Fonts and pictures of the last step.
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  await context.close();
  process.stderr.write(`${name}\n`);
}

const wanted = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "seedproof-screens-"));
mkdirSync(OUT, { recursive: true });
const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
const server = await serve({ home, version: "0.1.0", port: 0, log: (error) => process.stderr.write(`${error}\n`) });
try {
  const entrance = `${server.address}?token=${server.token}`;
  for (const name of Object.keys(SHOTS)) {
    if (wanted.length === 0 || wanted.includes(name)) await take(browser, name, server.address, entrance);
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
