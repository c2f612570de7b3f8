/** The image to start from, and the mask that a brush paints over it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { pickFile } from "../parts/pick-files.ts";
import { run } from "../toast.ts";
import { image, imageUrl, initImage, maskMaker, upload, way } from "./state.ts";
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

/** Colour of painted places on the screen; the file that is sent is white on black. */
const PAINT = "#f2c14b";

function Brush() {
  const { sha256, width, height } = initImage.value!;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(Math.max(4, Math.round(width / 8)));
  const [erasing, setErasing] = useState(false);
  const [share, setShare] = useState(0);
  const strokes = useRef<ImageData[]>([]);
  const context = (): CanvasRenderingContext2D => canvas.current!.getContext("2d", { willReadFrequently: true })!;
  useEffect(() => {
    maskMaker.value = () => maskFile(canvas.current);
    return () => {
      maskMaker.value = undefined;
    };
  }, []);
  const measure = (): void => {
    const { data } = context().getImageData(0, 0, width, height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 127) painted++;
    setShare(Math.round((painted / (width * height)) * 1000) / 10);
  };
  const save = (): void => {
    strokes.current.push(context().getImageData(0, 0, width, height));
    if (strokes.current.length > 30) strokes.current.shift();
  };
  const paint = (from: PointerEvent): void => {
    const view = canvas.current!;
    const pen = context();
    save();
    view.setPointerCapture(from.pointerId);
    const at = ({ clientX, clientY }: PointerEvent): [number, number] => {
      const box = view.getBoundingClientRect();
      return [((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height];
    };
    let last = at(from);
    const stroke = (event: PointerEvent): void => {
      const to = at(event);
      pen.globalCompositeOperation = erasing ? "destination-out" : "source-over";
      pen.strokeStyle = PAINT;
      pen.lineWidth = size;
      pen.lineCap = "round";
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...to);
      pen.stroke();
      last = to;
    };
    stroke(from);
    view.addEventListener("pointermove", stroke);
    view.addEventListener(
      "lostpointercapture",
      () => {
        view.removeEventListener("pointermove", stroke);
        measure();
      },
      { once: true },
    );
  };
  const whole = (mode: GlobalCompositeOperation): void => {
    save();
    const pen = context();
    pen.globalCompositeOperation = mode;
    pen.fillStyle = PAINT;
    pen.fillRect(0, 0, width, height);
    measure();
  };
  return (
    <div class="brush">
      <div class="brush-board" style={{ aspectRatio: `${width} / ${height}` }}>
        <img src={imageUrl(sha256)} alt={t(STUDIO.startImage)} />
        <canvas
          ref={canvas}
          width={width}
          height={height}
          role="img"
          aria-label={t(STUDIO.maskLabel, { share })}
          onPointerDown={paint}
        />
      </div>
      <p class="note">
        {t(STUDIO.maskHint)} {share} %
      </p>
      <div class="brush-tools">
        <span class="joined">
          <button type="button" aria-pressed={!erasing} onClick={() => setErasing(false)}>
            {t(STUDIO.brush)}
          </button>
          <button type="button" aria-pressed={erasing} onClick={() => setErasing(true)}>
            {t(STUDIO.erase)}
          </button>
        </span>
        <input
          type="range"
          aria-label={t(STUDIO.brush)}
          min={2}
          max={Math.round(width / 2)}
          value={size}
          style={{ "--share": `${(size / (width / 2)) * 100}%` }}
          onInput={(event) => setSize(event.currentTarget.valueAsNumber)}
        />
        <button type="button" class="button" onClick={() => whole("xor")}>
          {t(STUDIO.invert)}
        </button>
        <button type="button" class="button" onClick={() => whole("destination-out")}>
          {t(STUDIO.clearMask)}
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t(STUDIO.undo)}
          title={t(STUDIO.undo)}
          onClick={() => {
            const before = strokes.current.pop();
            if (before) context().putImageData(before, 0, 0);
            measure();
          }}
        >
          <Icon name="history" />
        </button>
      </div>
    </div>
  );
}

/** The mask as a PNG: white where it was painted, black elsewhere. */
async function maskFile(canvas: HTMLCanvasElement | null): Promise<Blob | undefined> {
  if (!canvas) return undefined;
  const { width, height } = canvas;
  const out = new OffscreenCanvas(width, height);
  const from = canvas.getContext("2d")!.getImageData(0, 0, width, height);
  for (let i = 0; i < from.data.length; i += 4) {
    const value = from.data[i + 3]! > 127 ? 255 : 0;
    from.data.set([value, value, value, 255], i);
  }
  out.getContext("2d")!.putImageData(from, 0, 0);
  return out.convertToBlob({ type: "image/png" });
}
