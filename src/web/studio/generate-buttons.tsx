/** Generate, stop, and whether the work is recorded. */

import { addresses, type ServerId } from "../addresses.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { status } from "../server.ts";
import { SHELL } from "../texts.ts";
import { complain } from "../toast.ts";
import { MAX_CELLS, valuesOf } from "./axis.ts";
import { axes, engine, form, generate, jobs, obstacle, stop, way } from "./state.ts";
import { STUDIO } from "./texts.ts";

/** The buttons; the reason of a disabled one stands beside it. */
export function GenerateButtons() {
  const current =
    jobs.value.find(({ state }) => state === "running") ?? jobs.value.find(({ state }) => state === "queued");
  const cells = axes.value.reduce((product, axis) => product * valuesOf(axis).length, 1);
  const isTooMany = way.value === "xyz" && (cells === 0 || cells > MAX_CELLS);
  const why = obstacle.value;
  const reason =
    why === "no-link"
      ? t(SHELL.noKeyShort)
      : why === "no-model"
        ? t(STUDIO.noModel)
        : why === "no-init"
          ? t(STUDIO.startImage)
          : why === "asking"
            ? t(STUDIO.asking)
            : why === "away"
              ? t(STUDIO.awayReason, { address: addresses.value[engine.value as ServerId] })
              : isTooMany
                ? t(STUDIO.tooMany, { n: cells, most: MAX_CELLS })
                : undefined;
  const words = current
    ? t(STUDIO.generating, { n: Math.min(current.images.length + 1, current.count), count: current.count })
    : t(STUDIO.generate);
  const count = way.value === "xyz" ? cells : form.value.count;
  return (
    <div class="generate">
      <div class="go">
        <button
          type="button"
          class="button primary big"
          disabled={reason !== undefined}
          onClick={go}
          title="Ctrl+Enter"
        >
          {current ? t(STUDIO.addToQueue) : t(STUDIO.generate)}
          {count > 1 ? ` × ${count}` : ""}
        </button>
        <button
          type="button"
          class="button big"
          disabled={!current}
          onClick={() => current && stop(current.id).catch(() => {})}
        >
          {t(STUDIO.stop)}
        </button>
      </div>
      <p class="note" role="status">
        {reason ?? (current ? words : "")}
      </p>
      <RecordLine />
    </div>
  );
}

/** Asks for the images; what goes wrong is said. */
export function go(): void {
  generate().catch(complain);
}

function RecordLine() {
  const session = status.value?.session;
  return (
    <p class="record-line">
      <Icon name="record" />
      {session ? t(STUDIO.recording, { session }) : t(STUDIO.notRecording)}
    </p>
  );
}
