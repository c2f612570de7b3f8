/** What a person said of a visual dimension, beside what is measured between the two images that they named. */

import { blobPath } from "../ledger/entry.ts";
import type { LogReader } from "../ledger/reader.ts";
import {
  type DimensionMeasure,
  measureDimensions,
  type SupportedDimension,
  type SupportedStatement,
} from "../process/dimension-measures.ts";
import type { ProcessEvent } from "../process/event.ts";
import { dimensionsOf } from "../process/tables.ts";
import { decodeDisplayed } from "./pixels.ts";

/** The table of dimensions, each statement with its measure. Every pair of images is decoded once. */
export async function supportedDimensions(
  log: Pick<LogReader, "read">,
  events: readonly ProcessEvent[],
): Promise<SupportedDimension[]> {
  const pairs = new Map<string, Promise<readonly DimensionMeasure[]>>();
  const rows = dimensionsOf(events);
  return Promise.all(
    rows.map(async ({ dimension, said }) => ({
      dimension,
      said: await Promise.all(
        said.map(async (one): Promise<SupportedStatement> => {
          const { before, after } = one;
          if (before === undefined || after === undefined) return one;
          const pair = `${before} ${after}`;
          const measures = pairs.get(pair) ?? measuresOf(log, before, after);
          pairs.set(pair, measures);
          const measured = (await measures).find((measure) => measure.dimension === dimension);
          return { ...one, ...(measured && { measured }) };
        }),
      ),
    })),
  );
}

/** All dimensions between two kept images; none where one of them is gone or is no image. */
async function measuresOf(
  log: Pick<LogReader, "read">,
  before: string,
  after: string,
): Promise<readonly DimensionMeasure[]> {
  try {
    const [a, b] = await Promise.all([before, after].map(async (hash) => log.read(blobPath(hash))));
    return a && b ? measureDimensions(await decodeDisplayed(a), await decodeDisplayed(b)) : [];
  } catch {
    return [];
  }
}
