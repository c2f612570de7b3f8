import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { comparisonPage } from "../../src/compare/pair/page.ts";
import { readZip } from "../../src/dossier/zip.ts";
import { compareBytes } from "../../src/node/compare-files.ts";
import { pagePictures, pageTemplate } from "../../src/node/compare-page.ts";
import { type Running, serve } from "../../src/server/serve.ts";
import { contextOf, expectNoSideways, LOOKS, type Look, openBrowser, violations } from "../helpers/browser.ts";

const home = mkdtempSync(join(tmpdir(), "seedproof-evidence-"));
const faults: unknown[] = [];
const children: ChildProcess[] = [];
let server: Running;
let browser: Browser;

/** A machine that does other things besides takes its time. */
const PATIENCE_MS = 120_000;
vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

const FIELD = resolve(import.meta.dirname, "../../samples/cex__flux_girl_in_field.png");
const original = await sharp(FIELD).resize(320).png().toBuffer();
const post = await sharp(original).extract({ left: 0, top: 0, width: 320, height: 270 }).jpeg().toBuffer();

beforeAll(async () => {
  server = await serve({ home, version: "1.2.3", port: 0, log: (error) => faults.push(error) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  for (const child of children) child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

/** A page with a workspace's key, at a screen. What the browser complains of is a fault. */
async function at(
  screen: string,
  look: Look = {},
  { address, token }: Pick<Running, "address" | "token"> = server,
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await contextOf(browser, look);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => faults.push(`${screen}: ${error.message}`));
  page.on("console", (message) => {
    if (
      message.type() === "error" &&
      !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status of 4/.test(message.text())
    )
      faults.push(`${screen}: ${message.text()}`);
  });
  await page.goto(`${address}?token=${token}`);
  await page.goto(`${address}${screen}`);
  await page.locator("nav.rail").waitFor();
  return { page, context };
}

/** Drops files on an element. */
async function drop(
  page: Page,
  selector: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<void> {
  await page.locator(selector).first().waitFor();
  await page.evaluate(
    ([where, all]) => {
      const data = new DataTransfer();
      for (const [name, base64] of all as [string, string][])
        data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      const target = document.querySelector(where as string)!;
      for (const type of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [selector, files.map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])] as const,
  );
}

/** Asks the API as a program does. */
async function ask(path: string, body?: Uint8Array<ArrayBuffer> | string) {
  const headers = {
    authorization: `Bearer ${server.token}`,
    ...(typeof body === "string" && { "content-type": "application/json" }),
  };
  const init = body === undefined ? { headers } : { method: "POST", headers, body };
  return (await fetch(`${server.address}api/v1${path}`, init)).json();
}

let madeComparison: Promise<string> | undefined;

/** The pair, compared through the API: each test stands alone. */
function compared(): Promise<string> {
  madeComparison ??= (async () => {
    const [a, b] = [await ask("/images", new Uint8Array(original)), await ask("/images", new Uint8Array(post))];
    const sides = { a: { image: a.sha256, name: "field.png" }, b: { image: b.sha256, name: "post.jpg" } };
    const { id } = (await ask("/comparisons", JSON.stringify(sides))) as { id: string };
    while (/queued|running/.test((await ask(`/comparisons/${id}`)).state))
      await new Promise((done) => setTimeout(done, 300));
    return id;
  })();
  return madeComparison;
}

let madeCase: Promise<string> | undefined;

/** A case with something in each of its parts, made through the API. */
function filledCase(): Promise<string> {
  madeCase ??= (async () => {
    const comparison = await compared();
    const head = { ref: "F-1", title: { en: "Filled", zh: "完整案件" }, date: "2026-11-30T08:00:00Z" };
    const questions = [{ text: { en: "Is it a copy?", zh: "是否为副本？" } }];
    const parties = [{ role: "claimant", name: "Mr A" }];
    const { id } = await ask("/cases", JSON.stringify({ ...head, questions, parties }));
    await ask(`/cases/${id}/comparisons`, JSON.stringify({ comparison, receivedFrom: "Mr A" }));
    await ask(`/cases/${id}/facts`, JSON.stringify({ key: "use.permission", value: false, by: "Mr A" }));
    await ask(`/cases/${id}/declarations`, JSON.stringify({ by: "Mr A", text: "I chose the words." }));
    await ask(`/cases/${id}/exhibits/file?name=spare.jpg&role=document&from=B`, new Uint8Array(post));
    await fetch(`${server.address}api/v1/cases/${id}/exhibits/E6`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${server.token}` },
    });
    while ((await ask(`/cases/${id}`)).measuring) await new Promise((done) => setTimeout(done, 300));
    return id;
  })();
  return madeCase;
}

/** The parts of a case, each with what shows that it is there. */
const PARTS = [
  ["about", ".case-fields"],
  ["exhibits", ".exhibit-list > li:nth-child(5)"],
  ["statements", "blockquote"],
  ["facts", ".examination"],
  ["unknown", "tbody tr"],
  ["elements", ".outcome"],
  ["three", ".three section:nth-of-type(3)"],
  ["protects", ".three section"],
  ["rules", ".rule-list"],
  ["preview", "iframe.dossier-preview"],
  ["handover", ".actions"],
] as const;

test.each(LOOKS)("every part of a case and every way to compare is free of axe's findings: %j", async (look) => {
  const id = await filledCase();
  const { page, context } = await at(`dossier?case=${id}`, look);
  for (const [part, shown] of PARTS) {
    await page.goto(`${server.address}dossier?case=${id}&part=${part}`);
    await page.locator(`.sheet ${shown}`).first().waitFor();
    if (part === "exhibits") await page.locator(".taken-out summary").click();
    expect([part, await violations(page)]).toEqual([part, []]);
    await expectNoSideways(page);
  }

  await page.goto(`${server.address}compare`);
  await page.locator(".cmp-earlier .link").first().click();
  await page.locator(".cmp-verdict").waitFor();
  for (const key of ["p", "s", "f", "d"]) {
    await page.locator(".cmp-pane").first().focus();
    await page.keyboard.press(key);
    expect([key, await violations(page)]).toEqual([key, []]);
  }
  const zh = look.lang === "zh";
  for (const name of zh ? ["画一个区域", "画一个要素"] : ["Draw a region", "Draw an element"]) {
    await page.getByRole("button", { name }).click();
    await page.locator(".cmp-pane.drawing:focus").waitFor();
    expect([name, await violations(page)]).toEqual([name, []]);
    await page.keyboard.press("Enter");
  }
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: zh ? /导出/ : /Export/ }).click();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("an exhibit that is added or taken out is undone by button and by key, and comes back whole", async () => {
  const { page, context } = await at("dossier");
  await page.getByLabel("Number or name").fill("U-1");
  await page.getByLabel("Title", { exact: true }).fill("Undone");
  await page.getByRole("button", { name: "Make the case" }).click();
  await page.getByLabel("Received from").fill("A");
  await drop(page, ".sheet", [
    ["field.png", original],
    ["post.jpg", post],
  ]);
  const all = page.locator(".exhibit-list > li");
  await all.nth(1).waitFor();
  await page.getByText("Added: E1 field.png, E2 post.jpg.").waitFor();
  const hash = await all.first().locator("button").first().textContent();

  await page.getByRole("button", { name: "Remove E1 field.png" }).click();
  await page.getByText("Taken out: E1 field.png.").waitFor();
  expect(await all.count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: /^Undo/ }).click();
  await all.nth(1).waitFor();
  expect(await all.first().locator("button").first().textContent()).toBe(hash);
  expect(await all.first().locator(".exhibit-id").textContent()).toBe("E1");

  await drop(page, ".sheet", [["third.jpg", post]]);
  await all.nth(2).waitFor();
  await page.locator("#sheet-title").click();
  await page.keyboard.press("Control+z");
  await page.getByText("Taken out (1)").waitFor();
  expect(await all.count()).toBe(2);
  await page.getByText("Taken out (1)").click();
  await page.getByRole("button", { name: "Put back E3" }).click();
  await all.nth(2).waitFor();
  await page.getByRole("button", { name: "Remove E3 third.jpg" }).click();
  await page.getByText("Taken out (1)").click();
  await page.getByRole("button", { name: "Erase for good E3" }).click();
  await page.getByText("Taken out (1)").waitFor({ state: "detached" });
  expect(await all.count()).toBe(2);
  await context.close();
});

test("an examination from the screen says how far it is, what it measured, and why not the rest, in Chinese", async () => {
  const id = await filledCase();
  const { page, context } = await at(`dossier?case=${id}&part=facts`, { lang: "zh" });
  await page.getByRole("button", { name: "检验", exact: true }).click();
  await page.locator(".examination progress").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByText("7 项事实中已测得").waitFor();
  const row = (name: string) => page.locator(".examination").getByRole("row", { name });
  await row("复现结果").getByRole("cell", { name: "无法复现" }).waitFor();
  await row("图像为生成器直接输出").getByText("图像未载有配方").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator(".outline").getByRole("link", { name: "检材" }).click();
  await page.locator(".exhibit-list > li", { hasText: "reproduce.json" }).waitFor();
  await context.close();
});

/** Where the two pictures stand on the screen: left, top and scale. */
const placesOf = (page: Page): Promise<number[][]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".cmp-pane > .cmp-layer")].map((one) => {
      const [, x, y, scale] = /translate\(([-\d.e]+)px, ([-\d.e]+)px\) scale\(([-\d.e]+)\)/.exec(one.style.transform)!;
      return [Number(x), Number(y), Number(scale)];
    }),
  );

test("two dropped images are compared; both zoom and move together; a region is drawn by mouse and an element by keys", async () => {
  const { page, context } = await at("compare");
  expect(await violations(page)).toEqual([]);
  await drop(page, '[data-slot="a"]', [["field.png", original]]);
  await drop(page, '[data-slot="b"]', [["post.jpg", post]]);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.getByRole("heading", { name: "A cropped copy" }).waitFor();
  await page.getByText("missing bottom 15.6 %").waitFor();
  expect(await violations(page)).toEqual([]);
  await expectNoSideways(page);

  // One zoom and one pan: what lies in the middle of one lies in the middle of the other.
  await page.getByRole("button", { name: "8:1" }).click();
  const [a, b] = await placesOf(page);
  await page.locator(".cmp-pane").nth(1).focus();
  await page.keyboard.press("ArrowRight");
  const [movedA, movedB] = await placesOf(page);
  expect(movedA![0]).toBeLessThan(a![0]! - 20);
  expect(movedB![0]! - b![0]!).toBeCloseTo(movedA![0]! - a![0]!, 0);
  expect(movedB![2]! / movedA![2]!).toBeCloseTo(1, 2);
  const pane = (await page.locator(".cmp-pane").first().boundingBox())!;
  await page.mouse.move(pane.x + 200, pane.y + 150);
  await page.mouse.down();
  await page.mouse.move(pane.x + 140, pane.y + 120, { steps: 5 });
  await page.mouse.up();
  const [draggedA, draggedB] = await placesOf(page);
  expect(draggedA![0]! - movedA![0]!).toBeCloseTo(-60, 0);
  expect(draggedB![1]! - movedB![1]!).toBeCloseTo(-30, 0);
  await page.keyboard.press("0");

  for (const [key, name] of [
    ["s", "Slider"],
    ["f", "Flicker"],
    ["d", "Difference"],
    ["p", "Matched points"],
  ] as const) {
    await page.locator(".cmp-pane").first().focus();
    await page.keyboard.press(key);
    expect(await page.getByRole("button", { name, exact: true }).getAttribute("aria-pressed")).toBe("true");
    if (key === "d") expect([name, await violations(page)]).toEqual([name, []]);
  }

  await page.getByRole("button", { name: "Draw a region" }).click();
  const box = (await page.locator(".cmp-pane").first().boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.4, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("textbox", { name: "Name: region" }).fill("face");
  await page.getByRole("button", { name: "Draw an element" }).click();
  await page.locator(".cmp-pane.drawing:focus").waitFor();
  for (const key of ["ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Alt+ArrowDown", "Enter"])
    await page.keyboard.press(key);
  await page.getByRole("textbox", { name: "Name: element" }).fill("rice field");
  await page.getByRole("checkbox", { name: /generic/ }).check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Compare with these" }).click();
  await page.getByRole("row", { name: /^face/ }).getByText("corresponds").waitFor();
  await page.getByRole("row", { name: /^rice field generic/ }).waitFor();
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: /Export/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "JSON" }).click(),
  ]);
  const report = JSON.parse(readFileSync((await download.path())!, "utf8"));
  expect(report.regions[0]).toMatchObject({ name: "face", state: "corresponds" });
  expect(report.elements[0]).toMatchObject({ name: "rice field", generic: true });
  await context.close();
});

test.each(LOOKS)("Compare and Dossier hold at every width, theme and language: %j", async (look) => {
  await compared();
  const { page, context } = await at("compare", look);
  await page.locator(".cmp-earlier .link").first().click();
  await page.locator(".cmp-verdict").waitFor();
  await expectNoSideways(page);
  expect(await violations(page)).toEqual([]);
  if ((look.width ?? 1440) < 640) {
    // On a phone the slider comes first.
    expect(await page.locator(".cmp-stage.slider").count()).toBe(1);
  }
  await page.goto(`${server.address}dossier`);
  await page.locator(".dossier-start").waitFor();
  await expectNoSideways(page);
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("what cannot be compared says why, and a comparison that runs is stopped", async () => {
  const { page, context } = await at("compare", { lang: "zh" });
  const flat = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888" } })
    .png()
    .toBuffer();
  await drop(page, '[data-slot="a"]', [
    ["flat.png", flat],
    ["field.png", original],
  ]);
  await page.getByRole("button", { name: "比对", exact: true }).click();
  await page.getByRole("button", { name: "停止", exact: true }).click();
  await page.getByText("未完成即已停止。").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "识别文字查找标记" }).click();
  await page.getByRole("button", { name: "按此比对" }).click();
  await page.getByRole("alert").getByText("compare.mark-none").waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("a case from nothing to a verified bundle, by the screen alone; the bundle altered by one byte does not hold", async () => {
  await compared();
  const { page, context } = await at("dossier");
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Number or name").fill("S-2026-014");
  await page.getByLabel("Title", { exact: true }).fill("A picture and its copy");
  await page.getByLabel("Title in Chinese").fill("一幅图像与其副本");
  await page.getByRole("button", { name: "Make the case" }).click();
  await page.locator(".outline").waitFor();

  // From the comparison into the case: both images, the certificate, the figure.
  await page.goto(`${server.address}compare`);
  await page.locator(".cmp-earlier .link", { hasText: "field.png – post.jpg" }).first().click();
  await page.getByLabel("Images received from").fill("the claimant");
  await page.getByRole("button", { name: "Add to case" }).click();
  await page.locator(".exhibit-list > li").nth(4).waitFor();
  await page.locator(".exhibit-list img").first().waitFor();
  expect(await violations(page)).toEqual([]);
  const part = (name: string) => page.locator(".outline").getByRole("link", { name, exact: false }).click();

  await part("Parties and questions");
  await page.getByLabel("Question", { exact: true }).fill("Is the second image a copy of the first?");
  await page
    .locator("form", { has: page.getByLabel("Question", { exact: true }) })
    .getByRole("button", { name: "Add" })
    .click();
  await page.getByText("Is the second image a copy of the first?").waitFor();
  expect(await violations(page)).toEqual([]);

  await part("Statements");
  await page.getByLabel("Who says it").fill("Mr A");
  await page.getByLabel("Statement", { exact: true }).fill("I chose the words.\n<b>bold</b>");
  await page.getByRole("button", { name: "Enter" }).click();
  await page.locator("blockquote", { hasText: "<b>bold</b>" }).waitFor();

  await part("Facts");
  await page.getByRole("button", { name: "Measure again" }).waitFor();
  await page
    .getByRole("row", { name: /SHA-256 of the file/ })
    .first()
    .waitFor();
  await page.locator(".case-fields select").first().selectOption({ label: "permission was given" });
  await page.locator("#claimed-value").selectOption("false");
  await page.getByLabel("Who says it").fill("Mr A");
  await page.getByRole("button", { name: "Enter" }).click();
  await page
    .locator("tbody tr", { has: page.getByRole("img", { name: /^C: claimed/ }) })
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await part("What is unknown");
  await page.locator("tbody tr").first().waitFor();
  expect(await violations(page)).toEqual([]);

  await part("Assessment");
  await page.getByText("What would change it").first().waitFor();
  expect(await violations(page)).toEqual([]);
  await part("Same facts, three rules");
  await page.locator(".three section").nth(2).waitFor();
  expect(await page.locator(".three section h3").allInnerTexts()).toHaveLength(3);
  expect(await violations(page)).toEqual([]);
  await part("What is protected");
  await page.getByText("4 294 967 296 images").waitFor();
  await part("Rules and parameters");
  await page.getByRole("button", { name: "The three" }).click();
  await page.getByRole("button", { name: "Assess under these" }).click();
  await page.getByRole("button", { name: "Assess under these" }).and(page.locator(":disabled")).waitFor();
  expect(await violations(page)).toEqual([]);

  await part("Preview");
  const frame = page.frameLocator("iframe.dossier-preview");
  await frame.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("button", { name: "中", exact: true }).click();
  await frame.getByText("检材清单").first().waitFor();
  await page.getByRole("button", { name: "EN", exact: true }).click();

  await part("PDF and bundle");
  await page.getByRole("button", { name: "English", exact: true }).click();
  await page.getByRole("button", { name: "Make PDF and bundle" }).click();
  await page.locator(".dossiers li[data-state=running] progress").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator(".dossiers li[data-state=done]").waitFor({ timeout: 600_000 });
  await page.locator(".dossiers").getByText("all hashes agree").waitFor();
  expect(await violations(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".dossiers").getByRole("link", { name: "bundle.zip" }).click(),
  ]);
  const bundle = new Uint8Array(readFileSync((await download.path())!));
  expect([...readZip(bundle).files.keys()]).toContain("data/case.json");

  await page.goto(`${server.address}dossier?part=verify`);
  await drop(page, ".verify-part", [["bundle.zip", bundle]]);
  await page.locator('section[data-ok="true"]').waitFor();
  for (const level of ["holds", "informs"]) await page.locator(`section[data-level="${level}"]`).waitFor();
  expect(await violations(page)).toEqual([]);
  const altered = bundle.slice();
  const place = Buffer.from(altered).indexOf("S-2026-014");
  expect(place).toBeGreaterThan(0);
  altered[place] = 84;
  await drop(page, ".verify-part", [["altered.zip", altered]]);
  await page.locator('.verify-part :is(section[data-level="fails"], [role="alert"])').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test.each([{}, { lang: "zh", theme: "dark", width: 390 }] as const)(
  "the page of one comparison opens from disk without a server: axe finds nothing, both zoom together: %j",
  async (look: Look) => {
    const comparison = await compareBytes(
      { name: "field.png", bytes: original },
      { name: "post.jpg", bytes: post },
      { mark: { box: [160, 280, 120, 30] }, regions: [{ name: "face", box: [130, 60, 60, 60] }] },
    );
    const pictures = await pagePictures(comparison, original, post);
    const file = join(home, `page-${look.lang ?? "en"}.html`);
    writeFileSync(file, comparisonPage(pageTemplate(), comparison, pictures, "test", look.lang ?? "en"));
    const context = await contextOf(browser, look);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(pathToFileURL(file).href);
    await page.getByRole("heading", { name: look.lang === "zh" ? "经裁切的副本" : "A cropped copy" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await expectNoSideways(page);
    await page.locator(".cmp-pane").first().focus();
    await page.keyboard.press("p");
    await page.keyboard.press("8");
    const [a, b] = await placesOf(page);
    await page.keyboard.press("ArrowDown");
    const [movedA, movedB] = await placesOf(page);
    expect(movedA![1]).toBeLessThan(a![1]! - 10);
    expect(movedB![1]! - b![1]!).toBeCloseTo(movedA![1]! - a![1]!, 0);
    for (const key of ["s", "d"]) {
      await page.keyboard.press(key);
      expect([key, await violations(page)]).toEqual([key, []]);
    }
    // The theme and the language that the reader did not come with.
    await page.getByRole("button", { name: look.lang === "zh" ? "EN" : "中", exact: true }).click();
    await page.locator("header .button").click();
    expect(await violations(page)).toEqual([]);
    expect(asked.filter((url) => !/^(?:file|data|blob):/.test(url))).toEqual([]);
    await context.close();
  },
);

/** A server in a process of its own, so that it can be killed. */
async function started(
  place: string,
  port: number,
): Promise<Pick<Running, "address" | "token"> & { child: ChildProcess }> {
  const args = ["--import", "tsx", "src/cli/main.ts", "start", "--port", String(port), "--home", place];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const url = await new Promise<URL>((found) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const [address] = /http:\S+/.exec(said) ?? [];
      if (address) found(new URL(address));
    });
  });
  return { address: `${url.origin}/`, token: url.searchParams.get("token")!, child };
}

test("a server killed in the middle of a comparison and of a dossier: the page says so, and both are there when it is back", async () => {
  const place = join(home, "killed");
  mkdirSync(place);
  const first = await started(place, 0);
  const port = Number(new URL(first.address).port);
  const { page, context } = await at("compare", {}, first);
  await drop(page, '[data-slot="a"]', [
    ["field.png", original],
    ["post.jpg", post],
  ]);
  await page.locator(".cmp-slot.full").nth(1).waitFor();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.getByRole("heading", { name: "Comparing" }).waitFor();
  first.child.kill("SIGKILL");
  await page.getByText("This comparison was acknowledged and goes on").waitFor();
  expect(await violations(page)).toEqual([]);
  const second = await started(place, port);
  await page.getByRole("heading", { name: "A cropped copy" }).waitFor();

  await page.goto(`${second.address}dossier`);
  await page.getByLabel("Number or name").fill("K-1");
  await page.getByLabel("Title", { exact: true }).fill("Killed");
  await page.getByRole("button", { name: "Make the case" }).click();
  await page.getByLabel("Received from").fill("A");
  await drop(page, ".sheet", [["field.png", original]]);
  await page.locator(".exhibit-list > li").first().waitFor();
  await page.locator(".outline").getByRole("link", { name: "PDF and bundle" }).click();
  await page.getByRole("button", { name: "English", exact: true }).click();
  await page.getByRole("button", { name: "Make PDF and bundle" }).click();
  await page.locator(".dossiers li[data-state=running]").waitFor();
  second.child.kill("SIGKILL");
  await page.getByText("This dossier was acknowledged and is begun anew").waitFor();
  await started(place, port);
  await page.locator(".dossiers li[data-state=done]").waitFor({ timeout: 600_000 });
  await page.locator(".dossiers").getByText("all hashes agree").waitFor();
  await context.close();
});
