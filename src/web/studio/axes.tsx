/** The axes of an X/Y/Z grid. */

import { t } from "../language.ts";
import { AXES, type AxisName, valuesOf } from "./axis.ts";
import { axes } from "./state.ts";
import { STUDIO } from "./texts.ts";

/** Three rows: what varies, and its values. */
export function GridAxes() {
  const cells = axes.value.reduce((product, axis) => product * valuesOf(axis).length, 1);
  return (
    <div class="axes">
      {axes.value.map((axis, i) => {
        const name = "XYZ"[i]!;
        const put = (part: Partial<typeof axis>): void => {
          axes.value = axes.value.map((one, j) =>
            j === i ? { ...one, ...part } : one,
          ) as unknown as typeof axes.value;
        };
        return (
          <div key={name} class="row two axis">
            <label class="field select">
              <span>{t(STUDIO.axis, { axis: name })}</span>
              <select value={axis.name} onChange={(event) => put({ name: event.currentTarget.value as AxisName })}>
                {AXES.map((one) => (
                  <option key={one} value={one}>
                    {t(STUDIO[one])}
                  </option>
                ))}
              </select>
            </label>
            <label class="field">
              <span>{t(STUDIO.axisValues, { axis: name })}</span>
              <input
                class="mono"
                value={axis.values}
                disabled={axis.name === "nothing"}
                onInput={(event) => put({ values: event.currentTarget.value })}
              />
            </label>
          </div>
        );
      })}
      <p class="note">{t(STUDIO.cells, { n: cells })}</p>
    </div>
  );
}
