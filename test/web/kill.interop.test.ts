import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { verifyHome } from "../../src/node/ledger-verify.ts";
import { readEvents } from "../../src/node/process-events.ts";
import { eventsOf } from "../../src/process/event.ts";
import type { Job } from "../../src/server/jobs/job.ts";
import { RECORD } from "../../src/web/record/texts.ts";
import { STUDIO } from "../../src/web/studio/texts.ts";
import { SHELL } from "../../src/web/texts.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";
import { openBrowser, violations } from "../helpers/browser.ts";
import { type FakeServer, fakeA1111 } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";
import { pageAt } from "../helpers/workbench.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const home = mkdtempSync(join(tmpdir(), "seedproof-killed-page-"));
const faults: unknown[] = [];
let browser: Browser;
let upstream: FakeServer;
let running: Started | undefined;

interface Started {
  readonly entrance: URL;
  readonly process: ChildProcess;
  readonly ask: <T>(path: string, json?: unknown) => Promise<T>;
}

/** Starts a server in a process of its own, which can be killed. */
async function start(port = "0"): Promise<Started> {
  const args = ["--import", "tsx", "src/cli/main.ts", "start", "--port", port, "--home", home];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const entrance = await new Promise<URL>((found) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const [address] = /http:\S+/.exec(said) ?? [];
      if (address) found(new URL(address));
    });
  });
  const headers = {
    authorization: `Bearer ${entrance.searchParams.get("token")}`,
    "content-type": "application/json",
  };
  running = {
    entrance,
    process: child,
    ask: async (path, json) => {
      const init = json === undefined ? {} : { method: "POST", body: JSON.stringify(json) };
      return (await fetch(new URL(`/api/v1${path}`, entrance), { headers, ...init })).json() as never;
    },
  };
  return running;
}

function kill({ process: child }: Started): Promise<unknown> {
  return new Promise((done) => {
    child.on("exit", done);
    child.kill("SIGKILL");
  });
}

beforeAll(async () => {
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
  upstream = await fakeA1111(samplePath("imh__fixtures_cli_a1111.png"));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  running?.process.kill("SIGKILL");
  await upstream?.close();
  rmSync(home, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

const RECIPE = {
  dialect: "a1111",
  prompt: { positive: "a cat", negative: "" },
  seed: "100",
  size: { width: 32, height: 32 },
  rng: { source: "cpu" },
  passes: [{ steps: 3, cfg: 4, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } }],
  models: [{ role: "checkpoint", name: "tiny", hashes: [] }],
};

test("killed in the middle of a generation, the page says so, and the batch goes on by itself when the server is back", async () => {
  const first = await start();
  const { page, context } = await pageAt(browser, first.entrance.href, "studio", faults);
  const { id } = await first.ask<Job>("/jobs", { engine: { name: "embedded" }, recipe: RECIPE, count: 6 });
  await page.locator(".shot.open").nth(1).waitFor();
  const before = await page.locator(".shot.open img").evaluateAll((all) => all.map((one) => one.getAttribute("src")));
  await kill(first);
  await page.getByText(SHELL.gone.en).waitFor();
  expect(await violations(page)).toEqual([]);
  // Nothing can be asked for meanwhile, and the page says why.
  expect(await page.locator(".go .primary").isDisabled()).toBe(true);

  const second = await start(first.entrance.port);
  await page.getByText(SHELL.gone.en).waitFor({ state: "hidden" });
  await page.locator(".shot.open").nth(5).waitFor();
  const after = await page.locator(".shot.open img").evaluateAll((all) => all.map((one) => one.getAttribute("src")));
  expect(after.slice(0, before.length)).toEqual(before);
  const job = await second.ask<Job>(`/jobs/${id}`);
  expect(job.images.map(({ seed }) => seed)).toEqual(["100", "101", "102", "103", "104", "105"]);
  await page.getByText(STUDIO.ready.en).waitFor();
  await context.close();
  await kill(second);
});

test("killed in the middle of a recording, the page says what is missing, and takes the session up at the same address", async () => {
  const first = await start();
  await first.ask("/record/start", { session: "night" });
  const { address } = await first.ask<{ address: string }>("/record/proxies", { kind: "a1111", url: upstream.url });
  const draw = (prompt: string): Promise<Response> =>
    fetch(`${address}sdapi/v1/txt2img`, { method: "POST", body: JSON.stringify({ prompt, seed: 5, steps: 4 }) });
  const { page, context } = await pageAt(browser, first.entrance.href, "record", faults, { lang: "zh" });
  await draw("cat");
  await page.locator(".trow", { hasText: RECORD.firstImage.zh }).waitFor();
  await vi.waitFor(async () => expect(eventsOf(await eventsNow(), "generation.completed")).toHaveLength(1), {
    timeout: 60_000,
  });
  // A request is under way when it happens.
  const cut = draw("slow dog").catch(() => undefined);
  await vi.waitFor(() => expect(upstream.asked.filter((one) => one.endsWith("txt2img"))).toHaveLength(2), {
    timeout: 60_000,
  });
  const durable = await eventsNow();
  await kill(first);
  await cut;
  await page.getByText(SHELL.gone.zh).waitFor();

  const second = await start(first.entrance.port);
  await page.locator(".cut-off").waitFor();
  expect(await violations(page)).toEqual([]);
  // Nothing that was acknowledged is lost.
  expect((await eventsNow()).slice(0, durable.length)).toEqual(durable);
  await page.getByRole("button", { name: RECORD.takeUp.zh }).click();
  await page.locator("button.address", { hasText: address }).waitFor();
  await page.locator(".trow.gap").waitFor();
  expect(await violations(page)).toEqual([]);
  // Whoever was pointed there need not be pointed anew.
  expect((await draw("bird")).status).toBe(200);
  await vi.waitFor(
    async () => expect(eventsOf(await eventsNow(), "generation.completed").length).toBeGreaterThanOrEqual(2),
    { timeout: 60_000 },
  );
  const all = await eventsNow();
  expect(all.map(({ session }) => session)).toEqual(all.map(() => "night"));
  expect(eventsOf(all, "session.gap")).toHaveLength(1);
  await second.ask("/record/stop", {});
  expect((await verifyHome(home, {})).ok).toBe(true);
  await context.close();
  await kill(second);
});

async function eventsNow() {
  return (await readEvents(home)).map(({ event }) => event);
}
