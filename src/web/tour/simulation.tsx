/** What a later simulation lacks: histories made up in this page from the last file alone, beside what was recorded. */

import { useEffect, useState } from "preact/hooks";
import { utf8 } from "../../base/bytes.ts";
import { sha256Hex } from "../../base/hash.ts";
import type { Text } from "../../base/texts.ts";
import type { ProcessEvent } from "../../process/event.ts";
import { type FabricatedHistory, fabricateHistories } from "../../process/fabricate.ts";
import { bounded } from "../../process/proof-grade.ts";
import { t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { readInThread } from "../read/reading-client.ts";
import { imageUrl } from "../studio/state.ts";
import { clockOf } from "./entries.tsx";
import { imageOf, images, tour } from "./state.ts";
import { STORY_NAMES, TOUR } from "./texts.ts";

/** Where the made-up histories begin: the day on which the picture of Li v. Liu was made, as anyone may type it. */
const CLAIMED = "2023-02-24T02:43:00Z";

/** The comparison and the histories. */
export function Simulation() {
  const histories = useHistories();
  if (!histories) return <p class="note">{t(TOUR.reading)}</p>;
  return (
    <div class="tour-later">
      <p>{t(TOUR.laterText, { n: histories.length })}</p>
      <Comparison histories={histories} />
      <section>
        <h3>{t(TOUR.histories)}</h3>
        <ul class="histories">
          {histories.map((history) => (
            <History key={history.story} history={history} />
          ))}
        </ul>
      </section>
      <p class="quiet">{t(TOUR.laterCase)}</p>
    </div>
  );
}

/** Histories from the last file: it is fetched and read as any found file would be. */
function useHistories(): readonly FabricatedHistory[] | undefined {
  const [histories, setHistories] = useState<readonly FabricatedHistory[]>();
  const hash = imageOf("return")?.sha256;
  useEffect(() => {
    if (hash === undefined) return;
    void madeUp(hash).then(setHistories);
  }, [hash]);
  return histories;
}

async function madeUp(sha256: string): Promise<readonly FabricatedHistory[]> {
  const bytes = new Uint8Array(await (await fetch(imageUrl(sha256))).arrayBuffer());
  const answer = await readInThread("found.png", bytes);
  const recipe = "reading" in answer ? answer.reading.recipe : undefined;
  return recipe ? fabricateHistories(recipe, CLAIMED, numbersFrom(sha256)) : [];
}

/** Numbers in [0, 1) that follow from a text: the same file gives the same histories. */
function numbersFrom(text: string): () => number {
  let count = 0;
  return () => Number.parseInt(sha256Hex(utf8(`${text} ${count++}`)).slice(0, 8), 16) / 2 ** 32;
}

/** The grade of a made-up event, by the rule that grades recorded ones. */
function gradeOf(event: ProcessEvent) {
  return bounded({ index: 0, event }, {}).grade;
}

function Comparison({ histories }: { readonly histories: readonly FabricatedHistory[] }) {
  const events = tour.value?.record?.events ?? [];
  const [first, last] = [events[0], events.at(-1)];
  const made = histories[0]?.events[0];
  if (!first || !last || !made) return null;
  const claimed = `${made.at.wall.slice(0, 10)} ${made.at.wall.slice(11, 19)}`;
  const times = { from: clockOf(first.event.at.wall), to: clockOf(last.event.at.wall) };
  const rows: readonly (readonly [Text, string, string])[] = [
    [TOUR.rowAgain, t(TOUR.rowAgainBoth), t(TOUR.rowAgainBoth)],
    [TOUR.rowImages, t(TOUR.rowImagesRecorded, { n: images.value.length }), t(TOUR.rowImagesSimulated)],
    [TOUR.rowCapture, t(TOUR.rowCaptureRecorded), t(TOUR.rowCaptureSimulated)],
    [TOUR.rowTimes, t(TOUR.rowTimesRecorded, times), t(TOUR.rowTimesSimulated, { from: claimed })],
    [TOUR.rowPlace, t(TOUR.rowPlaceRecorded, { first: first.index, last: last.index }), t(TOUR.rowPlaceSimulated)],
  ];
  return (
    <table class="tour-compare">
      <caption class="visually-hidden">{t(TOUR.compared)}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t(TOUR.recorded)}</th>
          <th scope="col">{t(TOUR.simulated)}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, recorded, simulated]) => (
          <tr key={name.en}>
            <th scope="row">{t(name)}</th>
            <td>{recorded}</td>
            <td>{simulated}</td>
          </tr>
        ))}
        <tr class="grades">
          <th scope="row">{t(TOUR.rowGrade)}</th>
          <td>
            <GradeBadge grade={first.grade} />
          </td>
          <td>
            <GradeBadge grade={gradeOf(made)} />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function History({ history: { story, events } }: { readonly history: FabricatedHistory }) {
  return (
    <li>
      <details>
        <summary>
          <GradeBadge grade="X" /> {t(STORY_NAMES[story])} <span class="note">{events.length}</span>
        </summary>
        <ol>
          {events.map((event) =>
            event.type === "generation.requested" ? (
              <li key={event.id}>
                <span class="number">{event.at.wall.slice(11, 19)}</span>{" "}
                <span class="mono">
                  {event.data.recipe.prompt.positive} · {event.data.recipe.seed} · {event.data.recipe.passes[0]?.steps}
                </span>
              </li>
            ) : null,
          )}
        </ol>
      </details>
    </li>
  );
}
