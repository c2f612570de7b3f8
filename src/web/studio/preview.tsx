/** What is being drawn, or the image that is looked at, with the steps that led to it. */

import { t } from "../language.ts";
import { Exhibit } from "../parts/exhibit.tsx";
import { Icon } from "../parts/icon.tsx";
import { openBytes } from "../read/state.ts";
import { go } from "../route.ts";
import { GridView } from "./grid.tsx";
import { takeShown } from "./init-image.tsx";
import { image, imageUrl, job, running, shownImage, way } from "./state.ts";
import { STUDIO } from "./texts.ts";

/** The pane. */
export function Preview() {
  const now = running.value;
  const one = image.value;
  const isRunningShown = now && now.job === job.value?.id && shownImage.value === undefined;
  if (job.value?.group !== undefined) return <GridView />;
  if (isRunningShown) return <Denoising />;
  if (!one) {
    return (
      <div class="preview-empty">
        <Icon name="studio" />
        <h2 class="serif">{t(STUDIO.empty)}</h2>
        <p>{t(STUDIO.emptyText)}</p>
      </div>
    );
  }
  return (
    <div class="preview">
      <Exhibit src={imageUrl(one.sha256)} name={nameOf(one.file)} size={one} />
      <div class="preview-tools">
        <span class="mono">{nameOf(one.file)}</span>
        <span class="actions">
          <button type="button" class="button" onClick={() => readIt(one.sha256, nameOf(one.file))}>
            {t(STUDIO.readIt)}
          </button>
          <button type="button" class="button" onClick={() => sendTo("img2img")}>
            {t(STUDIO.toImg2img)}
          </button>
          <button type="button" class="button" onClick={() => sendTo("inpaint")}>
            {t(STUDIO.toInpaint)}
          </button>
          <a class="button" href={imageUrl(one.sha256)} download={nameOf(one.file)}>
            {t(STUDIO.download)}
          </a>
        </span>
      </div>
    </div>
  );
}

function nameOf(file: string): string {
  return file.replace(/^.*[\\/]/, "");
}

/** Opens an image of the workspace on the Read screen. */
export async function readIt(sha256: string, name: string): Promise<void> {
  const bytes = new Uint8Array(await (await fetch(imageUrl(sha256))).arrayBuffer());
  go("read");
  await openBytes(name, bytes, "image/png");
}

function sendTo(to: "img2img" | "inpaint"): void {
  takeShown();
  way.value = to;
}

/** Frames of the filmstrip, where there are as many steps. */
const FRAMES = 6;

function Denoising() {
  const now = running.value!;
  const last = now.previews.at(-1);
  const size = job.value?.recipe.size;
  const frames = Math.min(FRAMES, now.steps);
  const marks = Array.from({ length: frames }, (_, i) => Math.round(((i + 1) * now.steps) / frames));
  return (
    <div class="preview">
      {last ? (
        <Exhibit src={last.picture} name={t(STUDIO.preview)} size={size} />
      ) : (
        <div class="exhibit waiting">
          <p class="note">{t(STUDIO.step, { n: now.step })}</p>
        </div>
      )}
      <ol class="filmstrip">
        {marks.map((mark, i) => {
          const from = marks[i - 1] ?? 0;
          const shot = now.previews.findLast(({ step }) => step > from && step <= mark);
          const isNow = now.step > from && now.step <= mark;
          return (
            <li key={mark} class={isNow ? "now" : ""}>
              {shot ? <img src={shot.picture} alt={t(STUDIO.step, { n: shot.step })} /> : <i />}
              <span class="note">{t(STUDIO.step, { n: shot?.step ?? mark })}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
