/** A Chromium for tests of pages: looks, dropped samples, and what axe finds. */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Language, theme and width of a page. */
export type Look = { readonly lang?: "en" | "zh"; readonly theme?: "light" | "dark"; readonly width?: number };

/** Both languages and themes, from 360 pixels to wide. */
export const LOOKS: readonly Look[] = [
  {},
  { lang: "zh", theme: "dark" },
  { lang: "zh", width: 390 },
  { width: 360, theme: "dark" },
];

/** The system's Chromium, else Playwright's own. */
export function openBrowser(): Promise<Browser> {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
  return chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
}

/** A reader with a look of their own. */
export function contextOf(
  browser: Browser,
  { lang = "en", theme = "light", width = 1440 }: Look,
): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: 900 },
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    colorScheme: theme,
    permissions: ["clipboard-read", "clipboard-write"],
  });
}

/** What axe finds wrong, in short. */
export async function violations(page: Page): Promise<string[]> {
  // The content-security policy lets no foreign script in, so that axe is evaluated from outside.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: {
          run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      }
    ).axe.run(),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
  );
}

/** No part of a page reaches beyond its width, nor beyond that of the place where a screen scrolls. */
export async function expectNoSideways(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  const beyond = () => [...document.querySelectorAll("main")].map((main) => main.scrollWidth - main.clientWidth);
  expect((await page.evaluate(beyond)).filter((pixels) => pixels > 1)).toEqual([]);
}

/** Drops a sample on a page. */
export const openSample = (page: Page, file: string): Promise<void> =>
  page.evaluate(
    async ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name!));
      for (const type of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      }
    },
    [file, readFileSync(`samples/${file}`).toString("base64")],
  );
