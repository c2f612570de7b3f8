/** `seedproof record show` and `record fabricate`: what a record comes to, and why a reproduction proves no history. */

import { createHash } from "node:crypto";
import { SeedproofError } from "../base/errors.ts";
import { fill, type Lang, type Text } from "../base/texts.ts";
import { supportedDimensions } from "../node/dimension-support.ts";
import { workspace } from "../node/home.ts";
import { folderReader } from "../node/ledger-folder.ts";
import { hasLedger, ledgerFolders } from "../node/ledger-home.ts";
import { verifyHome } from "../node/ledger-verify.ts";
import { readEvents } from "../node/process-events.ts";
import { readImage } from "../node/read-image.ts";
import { readTimeline } from "../node/timeline.ts";
import { type DimensionMeasure, OUTCOME_TEXTS, type SupportedDimension } from "../process/dimension-measures.ts";
import type { ProcessEvent } from "../process/event.ts";
import { fabricateHistories } from "../process/fabricate.ts";
import { OPERATION_TEXTS, operationsOf, orderFindings, ownBaseline } from "../process/order.ts";
import { replayReport, replaySigns } from "../process/replay.ts";
import { branchesOf, countsOf, stepsOf } from "../process/tables.ts";

import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";
import { DIMENSION_TEXTS, RECORD_TEXTS } from "./record-texts.ts";
import { CAPTURE_TEXTS, changesOf, eventLine } from "./record-timeline.ts";

/** Options of `record show`. */
export interface ShowOptions extends GlobalOptions {
  readonly session?: string;
}

/** Prints the tables of the record: steps with their differences, counts, dimensions, branches, gaps, signs of replay. */
export async function show(options: ShowOptions): Promise<number> {
  const home = workspace(options.home);
  const everything = await readEvents(home);
  const { session } = options;
  const placed = session === undefined ? everything : everything.filter(({ event }) => event.session === session);
  const events = placed.map(({ event }) => event);
  const lang = langFor(options);
  const outside = { anchors: await outsideTimes(home) };
  const signs = replaySigns(events, outside);
  const order = orderOf(
    everything.map(({ event }) => event),
    new Set(events.map(({ session }) => session)),
  );
  const dimensions = await supportedDimensions(folderReader(ledgerFolders(home).log), events);
  if (options.json) {
    const tables = {
      steps: stepsOf(events),
      counts: countsOf(events),
      dimensions,
      branches: branchesOf(events),
    };
    printJson(
      localised(
        { events: placed, ...tables, gaps: gapsOf(events), signs, replay: replayReport(events, outside), order },
        lang,
      ),
    );
    return EXIT.ok;
  }
  const steps = new Map(stepsOf(events).map((step) => [step.event, step]));
  const grades = new Map((await readTimeline(home))?.events.map(({ index, grade }) => [index, grade]));
  for (const { index, event } of placed) print(eventLine(event, grades.get(index) ?? "S", steps.get(event.id), lang));
  print();
  const { requests, images, kept, rejected, capture } = countsOf(events);
  print(
    fill(RECORD_TEXTS.counts, {
      requests,
      images,
      kept,
      rejected,
      capture: capture ? CAPTURE_TEXTS[capture][lang] : "–",
    })[lang],
  );
  for (const line of dimensionLines(dimensions, lang)) print(line);
  for (const gap of gapsOf(events)) print(fill(RECORD_TEXTS.gap, gap)[lang]);
  for (const { session, operations, findings } of order) {
    const words = operations.map((step) => step.map((one) => OPERATION_TEXTS[one][lang]).join(" + ")).join(" → ");
    print(fill(RECORD_TEXTS.order, { session, words })[lang]);
    for (const one of findings) print(`  ${findingLine(one, lang)}`);
  }
  print(RECORD_TEXTS.signsHead[lang]);
  const replay = replayReport(events, outside);
  const open = replay.filter(({ state }) => state === "undetermined").length;
  const asked = replay.length - open;
  if (signs.length === 0 && asked > 0) print(`  ${fill(RECORD_TEXTS.noSigns, { asked })[lang]}`);
  if (open > 0) print(`  ${fill(RECORD_TEXTS.openSigns, { open })[lang]}`);
  for (const sign of signs) print(`  ${findingLine(sign, lang)}`);
  return EXIT.ok;
}

/** The order of work in each session that changed anything twice, and how usual it is among the ledger's other sessions. */
function orderOf(events: readonly ProcessEvent[], sessions: ReadonlySet<string>) {
  return [...sessions].flatMap((session) => {
    const own = events.filter((event) => event.session === session);
    const operations = operationsOf(own);
    if (operations.length < 2) return [];
    return [{ session, operations, findings: orderFindings(own, ownBaseline(events, session)) }];
  });
}

/** The times that outside evidence vouches for, as far as the user's trust goes; none where there is no ledger. */
async function outsideTimes(home: string): Promise<string[]> {
  if (!hasLedger(home)) return [];
  const { times } = await verifyHome(home, {});
  return [...new Set(times.flatMap(({ notAfter }) => (notAfter ? [new Date(notAfter.time).toISOString()] : [])))];
}

/** What was said of each dimension, each with its measure below it; nothing where nothing was said. */
function dimensionLines(rows: readonly SupportedDimension[], lang: Lang): string[] {
  const lines = rows.flatMap(({ dimension, said }) =>
    said.flatMap(({ at, text, measured }) => [
      `  ${at.wall}  ${DIMENSION_TEXTS[dimension][lang]}: ${text.replace(/\s+/g, " ")}`,
      `      ${measureText(measured)[lang]}`,
    ]),
  );
  return lines.length > 0 ? [RECORD_TEXTS.dimensionsHead[lang], ...lines] : [];
}

function measureText(measured: DimensionMeasure | undefined): Text {
  if (!measured) return RECORD_TEXTS.noImages;
  const { outcome, low, high, floor, method, unit, why } = measured;
  const text = (lang: Lang): string =>
    low === undefined
      ? fill(RECORD_TEXTS.notMeasured, { why: why?.[lang] ?? "" })[lang]
      : fill(RECORD_TEXTS.measured, {
          ...{ outcome: OUTCOME_TEXTS[outcome][lang], low, high: high!, floor: floor!, method: method!, unit: unit! },
        })[lang];
  return { en: text("en"), zh: text("zh") };
}

function gapsOf(events: readonly ProcessEvent[]): { from: string; to: string }[] {
  return events.flatMap((event) => (event.type === "session.gap" ? [event.data] : []));
}

/**
 * Prints several made-up histories that all end in the recipe of an image, each marked as simulated.
 * @throws SeedproofError `recipe.none` where the image holds no recipe
 */
export async function fabricate(file: string, options: GlobalOptions): Promise<number> {
  const { recipe, sha256 } = await readImage(file);
  if (!recipe) throw new SeedproofError("recipe.none", "the file holds no recipe", { where: { file } });
  const histories = fabricateHistories(recipe, "2023-02-24T00:00:00Z", numbersFrom(sha256 ?? file));
  const lang = langFor(options);
  if (options.json) printJson({ file, simulated: true, grade: "X", note: RECORD_TEXTS.fabricated[lang], histories });
  else {
    print(RECORD_TEXTS.fabricated[lang]);
    for (const { story, events } of histories) {
      print(`\n${story}`);
      for (const step of stepsOf(events)) print(`  X  ${step.at.wall}  ${changesOf(step)}`);
    }
  }
  return EXIT.ok;
}

/** Numbers in [0, 1) that follow from a text, so that the same image gives the same made-up histories. */
function numbersFrom(text: string): () => number {
  let count = 0;
  return () => createHash("sha256").update(`${text} ${count++}`).digest().readUInt32BE(0) / 2 ** 32;
}
