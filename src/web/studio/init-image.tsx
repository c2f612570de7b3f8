/** The image to start from. */

import { t } from "../language.ts";
import { pickFile } from "../parts/pick-files.ts";
import { run } from "../toast.ts";
import { Brush } from "./brush.tsx";
import { image, imageUrl, initImage, upload, way } from "./state.ts";
import { STUDIO } from "./texts.ts";

/** The field. */
export function InitImage() {
  const init = initImage.value;
  return (
    <div class="init">
      <div class="row-head">
        <b>{t(STUDIO.startImage)}</b>
        <span class="tools">
          <button type="button" class="link" onClick={pick}>
            {t(STUDIO.chooseImage)}
          </button>
          {image.value ? (
            <button type="button" class="link" onClick={() => takeShown()}>
              {t(STUDIO.useShown)}
            </button>
          ) : null}
        </span>
      </div>
      {init ? (
        way.value === "inpaint" ? (
          <Brush key={init.sha256} />
        ) : (
          <img class="init-picture" src={imageUrl(init.sha256)} alt={t(STUDIO.startImage)} />
        )
      ) : null}
    </div>
  );
}

/** Takes the image that is shown. */
export function takeShown(): void {
  const shown = image.value;
  if (shown) initImage.value = { sha256: shown.sha256, width: shown.width, height: shown.height };
}

function pick(): void {
  const take = async (file: File): Promise<void> => {
    const { width, height } = await createImageBitmap(file);
    initImage.value = { sha256: await upload(file), width, height };
  };
  pickFile((file) => run(() => take(file)), "image/*");
}
