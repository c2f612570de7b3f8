/** `seedproof ledger demo-clock`: a clock set back two months, and what finds it. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { readBeacon } from "../node/beacon.ts";
import { DEMO_BEACON, demonstrateClock } from "../node/clock-demo.ts";
import { SOFTWARE } from "./ledger-run.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";

interface DemoOptions extends GlobalOptions {
  readonly days: string;
  readonly beacon?: string;
  readonly output?: string;
}

/** `ledger demo-clock`; without `-o` the folder is temporary. */
export async function demoClock(options: DemoOptions): Promise<number> {
  const days = Number(options.days);
  if (!(days > 0 && days <= 36_500)) throw new SeedproofError("cli.usage", "days are more than 0, at most 36500");
  const { output } = options;
  if (output && existsSync(output) && readdirSync(output).length > 0) {
    throw new SeedproofError("cli.usage", `${output} is not empty`);
  }
  const beacon = options.beacon ? await readBeacon(options.beacon) : DEMO_BEACON;
  const folder = output ?? mkdtempSync(join(tmpdir(), "seedproof-demo-"));
  try {
    const demo = await demonstrateClock(folder, days, beacon, SOFTWARE);
    const lang = langFor(options);
    if (options.json) printJson(localised(demo, lang));
    else {
      print(`${demo.file.path}: ${demo.file.written} → ${demo.file.modified}`);
      for (const one of demo.findings) print(findingLine(one, lang));
    }
    return demo.contradicted ? EXIT.ok : EXIT.fails;
  } finally {
    if (!output) rmSync(folder, { recursive: true });
  }
}
