/** What a person said of a visual dimension, beside what is measured between the two images that they named. */

import { blobPath } from "../ledger/entry.ts";
import { type DimensionMeasure, measureDimensions } from "../process/dimension-measures.ts";
import type { ProcessEvent } from "../process/event.ts";
import { type DimensionRow, dimensionsOf } from "../process/tables.ts";
import { folderReader } from "./ledger-folder.ts";
import { ledgerFolders } from "./ledger-home.ts";
import { decodeDisplayed } from "./pixels.ts";

/** One statement with its measure; without one where the images were not named, or are not to be had. */
export type SupportedStatement = DimensionRow["said"][number] & { readonly measured?: DimensionMeasure };

/** A dimension with what was said and measured of it. */
export interface SupportedDimension extends Omit<DimensionRow, "said"> {
  readonly said: readonly SupportedStatement[];
}

/** The table of dimensions, each statement with its measure. Every pair of images is decoded once. */
export async function supportedDimensions(
  home: string,
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
          const measures = pairs.get(pair) ?? measuresOf(home, before, after);
          pairs.set(pair, measures);
          const measured = (await measures).find((measure) => measure.dimension === dimension);
          return { ...one, ...(measured && { measured }) };
        }),
      ),
    })),
  );
}

/** All dimensions between two kept images; none where one of them is gone or is no image. */
async function measuresOf(home: string, before: string, after: string): Promise<readonly DimensionMeasure[]> {
  const reader = folderReader(ledgerFolders(home).log);
  try {
    const [a, b] = await Promise.all([before, after].map(async (hash) => reader.read(blobPath(hash))));
    return a && b ? measureDimensions(await decodeDisplayed(a), await decodeDisplayed(b)) : [];
  } catch {
    return [];
  }
}
