/** An X/Y/Z grid as it fills: a table with its axes as heads, so that it reads without pictures too. */

import type { Text } from "../../base/texts.ts";
import type { Job } from "../../server/jobs/job.ts";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { axes, imageUrl, job, jobs, running, shownImage, shownJob } from "./state.ts";
import { STUDIO } from "./texts.ts";

function cellWord(state: Job["state"] | undefined): Text {
  if (state === "failed") return STUDIO.frameFailed;
  return state === "stopped" ? STUDIO.stopped : STUDIO.queued;
}

/** The grid that the shown job belongs to. */
export function GridView() {
  const [group = ""] = (job.value?.group ?? "").split("|");
  const cells = jobs.value
    .filter((one) => one.group?.startsWith(`${group}|`))
    .map((one) => ({ one, at: one.group!.split("|") }));
  const along = (place: number): string[] => [...new Set(cells.map(({ at }) => at[place] ?? ""))];
  const [xs, ys, zs] = [along(1), along(2), along(3)];
  const [x, y, z] = axes.value.map(({ name }) => t(STUDIO[name]));
  return (
    <div class="grid-view">
      {zs.map((zValue) => (
        <table key={zValue}>
          <caption>{zValue === "" ? t(STUDIO.gridOf, { x: x ?? "", y: y ?? "" }) : `${z} ${zValue}`}</caption>
          <thead>
            <tr>
              <td />
              {xs.map((xValue) => (
                <th key={xValue} scope="col">
                  {xValue}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ys.map((yValue) => (
              <tr key={yValue}>
                <th scope="row">{yValue}</th>
                {xs.map((xValue) => {
                  const cell = cells.find(({ at }) => at[1] === xValue && at[2] === yValue && at[3] === zValue)?.one;
                  const [made] = cell?.images ?? [];
                  const isRunning = running.value?.job === cell?.id;
                  return (
                    <td key={xValue} class={isRunning ? "running" : ""}>
                      {made && cell ? (
                        <button
                          type="button"
                          aria-pressed={shownJob.value === cell.id}
                          onClick={() => {
                            shownJob.value = cell.id;
                            shownImage.value = 0;
                          }}
                        >
                          <img src={imageUrl(made.sha256, 256)} alt={`${xValue} ${yValue} ${zValue}`} />
                        </button>
                      ) : (
                        <span class="note" title={cell?.error && faultWords(cell.error)}>
                          {t(isRunning ? STUDIO.running : cellWord(cell?.state))}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
