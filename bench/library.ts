/**
 * The library with ten thousand images: reading them into the index, finding among them, and scrolling through them in Chromium,
 * traced. What the page's own thread did for a frame is counted in milliseconds of a processor, which neither other programs
 * nor the lack of a graphics processor change; the time between frames is told beside it, which both do.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { Library } from "../src/node/library/library.ts";
import type { LibrarySearch } from "../src/node/library/search.ts";
import { serve } from "../src/server/serve.ts";
import { smallPng } from "../test/helpers/library.ts";

/** Images of the library. */
const IMAGES = 10_000;

const SEARCHES: readonly (readonly [string, LibrarySearch])[] = [
  ["all, newest first", {}],
  ["two words", { text: "snow owl" }],
  ["two facets", { facets: { model: ["ink-3"], sampler: ["Euler a"] } }],
  ["families", { view: "families" }],
];

const WORDS = "owl fox whale rocket mushroom house bird cat snow moon night desert forest sunset".split(" ");

/** Writes the images: sizes, models, samplers, families and prompts of a collection. */
function write(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < IMAGES; i++) {
    const [width, height] = [
      [64, 64],
      [64, 96],
      [96, 64],
      [72, 128],
    ][i % 4] as [number, number];
    const family = Math.floor(i / 6);
    const prompt = [0, 3, 7].map((step) => WORDS[(family * 5 + step) % WORDS.length]).join(", ");
    const image = {
      prompt: `${prompt}, picture ${family}`,
      seed: String(i),
      model: `ink-${family % 9}`,
      width,
      height,
    };
    writeFileSync(
      join(folder, `${String(i).padStart(5, "0")}.png`),
      smallPng({ ...image, sampler: family % 2 ? "Euler a" : "DPM++ 2M", shade: i }),
    );
  }
}

const middle = (times: readonly number[], share = 0.5): number =>
  [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;

const line = (name: string, ...values: string[]): void =>
  console.log(`${name.padEnd(36)}${values.map((value) => value.padStart(26)).join("")}`);

/** Measures and prints. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-library-"));
  write(join(folder, "images"));
  try {
    const embedded = await measured(folder, undefined);
    const url = process.env.DATABASE_URL;
    if (url) await measured(folder, url);
    await scrolled(embedded);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads and searches; gives the workspace. */
async function measured(folder: string, url: string | undefined): Promise<string> {
  const home = join(folder, url ? "served" : "embedded");
  mkdirSync(home);
  const library = new Library({ home, sw: { name: "bench", version: "0" }, url });
  let since = performance.now();
  await library.search({});
  line(`${url ? "PostgreSQL" : "embedded"}: opening`, `${((performance.now() - since) / 1000).toFixed(1)} s`);
  since = performance.now();
  const used = process.cpuUsage();
  library.addFolder(join(folder, "images"));
  await library.update();
  const seconds = (performance.now() - since) / 1000;
  const { user, system } = process.cpuUsage(used);
  line("reading", `${seconds.toFixed(1)} s`, `${((user + system) / 1e6).toFixed(1)} s of a processor`);
  await timed("looking again, nothing changed", 1, () => library.update());
  for (const [name, search] of SEARCHES) await timed(`search: ${name}`, 5, () => library.search(search));
  await library.close();
  return home;
}

/** The middle of some runs by the clock, and what of a processor one took: other work of the machine is in the first alone. */
async function timed(name: string, runs: number, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  const used = process.cpuUsage();
  for (let i = 0; i < runs; i++) {
    const since = performance.now();
    await work();
    times.push(performance.now() - since);
  }
  const { user, system } = process.cpuUsage(used);
  line(name, `${middle(times).toFixed(0)} ms`, `${((user + system) / 1000 / runs).toFixed(0)} ms of a processor`);
}

/** Pixels that a frame scrolls: a turned wheel. And frames of one series. */
const STEP = 60;
const FRAMES = 150;

async function scrolled(home: string): Promise<void> {
  const server = await serve({ home, version: "0.0.0", port: 0, log: console.error });
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
  const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(600_000);
    await page.goto(`${server.address}?token=${server.token}`);
    await page.goto(`${server.address}library`);
    await page.locator(".cell img").first().waitFor();
    for (const name of ["scrolling, pictures made meanwhile", "scrolling the same again"])
      tell(name, await traced(page));
    line("cells in the page at the end", String(await page.locator(".cell").count()), `of ${IMAGES}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** One event of a trace; times in microseconds, `tdur` of a processor. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The trace of the page while it is scrolled, and how far it came. */
async function traced(page: Page): Promise<{ readonly events: readonly TraceEvent[]; readonly far: number }> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const includedCategories = ["toplevel", "devtools.timeline"];
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories } });
  const far = await page.evaluate(
    async ([by, frames]) => {
      const page = globalThis as unknown as {
        document: { querySelector(selector: string): { scrollTop: number } | null };
        requestAnimationFrame(work: () => void): void;
      };
      const box = page.document.querySelector(".grid-scroll")!;
      box.scrollTop = 0;
      // Nothing here has a name: a compiler's helper for names is not in the page.
      for (let frame = 0; frame < frames!; frame++) {
        box.scrollTop += by!;
        await new Promise<void>((done) => page.requestAnimationFrame(() => done()));
      }
      return box.scrollTop;
    },
    [STEP, FRAMES],
  );
  const done = new Promise<void>((resolve) => session.once("Tracing.tracingComplete", () => resolve()));
  await session.send("Tracing.end");
  await done;
  await session.detach();
  return { events, far };
}

/** What counts as script, style and layout; painting and handing over to the compositor are beside it. */
const OWN = new Set([
  ...["FireAnimationFrame", "FunctionCall", "EvaluateScript", "EventDispatch", "TimerFire", "RunMicrotasks"],
  ...["UpdateLayoutTree", "Layout", "MinorGC", "MajorGC"],
]);
/** Of a task, from which on a page is felt to hang. */
const LONG_MS = 50;

/** Prints what a trace says of the page's own thread, frame by frame. */
function tell(name: string, { events, far }: Awaited<ReturnType<typeof traced>>): void {
  const threads = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const of = ({ pid, tid }: TraceEvent): TraceEvent[] => events.filter((one) => one.pid === pid && one.tid === tid);
  const main = threads.map(of).sort((a, b) => b.length - a.length)[0] ?? [];
  const done = main.filter(({ ph }) => ph === "X").sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const starts = done.filter((one) => one.name === "FireAnimationFrame").map(({ ts }) => ts);
  if (starts.length < FRAMES / 2) throw new Error(`the trace has ${starts.length} frames`);
  const own = starts.slice(1).map(() => 0);
  const tasks: { readonly cpu: number; readonly clock: number }[] = [];
  let [frame, end] = [-1, -1];
  for (const { name, ts, dur = 0, tdur = 0 } of done) {
    while (frame + 1 < starts.length && starts[frame + 1]! <= ts) frame++;
    if (frame < 0 || frame >= own.length) continue;
    if (name === "ThreadControllerImpl::RunTask") tasks.push({ cpu: tdur / 1000, clock: dur / 1000 });
    // Of events within others only the outer one counts.
    if (!OWN.has(name) || ts < end) continue;
    end = ts + dur;
    own[frame]! += tdur / 1000;
  }
  const between = starts.slice(1).map((at, i) => (at - starts[i]!) / 1000);
  const shares = (times: readonly number[]): string[] =>
    [0.5, 0.95, 1].map((share) => `${share === 1 ? "most" : `p${100 * share}`} ${middle(times, share).toFixed(1)} ms`);
  const over = (ms: number): string =>
    `${((100 * between.filter((one) => one > ms).length) / between.length).toFixed(0)} %`;
  const long = (times: readonly number[]): number => times.filter((time) => time > LONG_MS).length;
  line(`${name}, ${far} px`, `${starts.length} frames`);
  line("  script, style and layout a frame", ...shares(own));
  line("  longest tasks, processor", ...shares(tasks.map(({ cpu }) => cpu)));
  line(
    "  tasks above 50 ms",
    `${long(tasks.map(({ cpu }) => cpu))} of a processor`,
    `${long(tasks.map(({ clock }) => clock))} by the clock`,
  );
  line("  from frame to frame, by the clock", ...shares(between), `${over(17.5)} > 17.5 ms`, `${over(34)} > 34 ms`);
}
