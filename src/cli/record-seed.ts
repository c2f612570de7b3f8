/** `seedproof record seed`: a seed with its origin, written down before anything is made with it. */

import { createHash, randomBytes } from "node:crypto";
import { toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { fill } from "../base/texts.ts";
import { readBeacon } from "../node/beacon.ts";
import { workspace } from "../node/home.ts";
import { readImageInput } from "../node/input-file.ts";
import { ensureLedger } from "../node/ledger-home.ts";
import type { LedgerStore } from "../node/ledger-store.ts";
import { readEvents } from "../node/process-events.ts";
import { recordEvent } from "../node/recorder.ts";
import { type EventData, eventsOf } from "../process/event.ts";
import { boundSeed } from "../process/seed.ts";
import { recordingState } from "../server/recording.ts";
import { type GlobalOptions, langFor, print, printJson } from "./output.ts";
import { RECORD_TEXTS } from "./record-texts.ts";
import { VERSION } from "./version.ts";

/** Options of `record seed`. */
export interface SeedOptions extends GlobalOptions {
  readonly session?: string;
  readonly beacon?: string;
  readonly typed?: string;
  readonly fromImage?: string;
}

/** Chooses a seed, records where it came from, and prints it. @throws SeedproofError `cli.usage`, `recipe.none`, `ledger.*` */
export async function seed(options: SeedOptions): Promise<void> {
  const { beacon, typed, fromImage } = options;
  if ([beacon, typed, fromImage].filter((one) => one !== undefined).length > 1) {
    throw new SeedproofError("cli.usage", "name one of --beacon, --typed and --from-image");
  }
  const home = workspace(options.home);
  const sw = { name: "seedproof", version: VERSION };
  ensureLedger(home, sw);
  const running = recordingState(home);
  const session = options.session ?? (running?.running ? running.state.session : "notes");
  const round = beacon === undefined ? undefined : await readBeacon(beacon);
  const chosen = typed !== undefined || fromImage !== undefined ? await given(typed, fromImage) : undefined;
  const counter = round ? await drawnFrom(home, round.signature) : 0;
  let contents: EventData["seed.chosen"] | undefined;
  const make = (store: LedgerStore): EventData["seed.chosen"] => {
    const root = toHex(store.checkpoint.checkpoint.root);
    const binding = round && { beacon: round, root, counter };
    contents = chosen ?? {
      seed: binding ? boundSeed(binding) : String(randomBytes(4).readUInt32BE(0)),
      origin: { kind: "drawn", ...(binding && { binding }) },
    };
    return contents;
  };
  const agent = chosen ? ({ kind: "person", name: "user" } as const) : ({ kind: "software", ...sw } as const);
  const frame = { capture: "noted", agent, ...(round && { beacon: round }) } as const;
  const recorded = await recordEvent(home, sw, session, "seed.chosen", make, frame);
  const { seed: value, origin } = contents!;
  if (options.json) printJson({ seed: value, origin, ...recorded, session });
  else {
    print(value);
    process.stderr.write(
      `${fill(RECORD_TEXTS.recorded, { type: "seed.chosen", index: recorded.index, session })[langFor(options)]}\n`,
    );
  }
}

/** A seed that somebody typed, or took from an image's own data. */
async function given(typed: string | undefined, image: string | undefined): Promise<EventData["seed.chosen"]> {
  if (typed !== undefined) {
    if (!/^\d{1,20}$/.test(typed) || BigInt(typed) >= 1n << 64n)
      throw new SeedproofError("cli.usage", `${typed} is no seed: decimal digits, below 2^64`);
    return { seed: String(BigInt(typed)), origin: { kind: "typed" } };
  }
  const reading = await readImageInput(image!);
  const value = reading.recipe?.seed;
  if (value === undefined)
    throw new SeedproofError("recipe.none", `${image} names no seed`, { where: { file: image! } });
  const sha256 = reading.sha256 ?? createHash("sha256").update(image!).digest("hex");
  return { seed: value, origin: { kind: "file", sha256 } };
}

/** How many seeds were drawn from this round before: each further one has its own counter. */
async function drawnFrom(home: string, signature: string): Promise<number> {
  const events = (await readEvents(home)).map(({ event }) => event);
  return eventsOf(events, "seed.chosen").filter(
    ({ data: { origin } }) => origin.kind === "drawn" && origin.binding?.beacon.signature === signature,
  ).length;
}
