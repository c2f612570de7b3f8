/** An exhibit: a picture in its well, never cropped, never scaled without saying so. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";
import { READ } from "../read/texts.ts";
import { Icon } from "./icon.tsx";
import "../styles/exhibit.css";

/** Scales of the plus and minus keys. */
const STEPS = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
/** The pixel grid is drawn from here on. */
const GRID_FROM = 8;

const ERROR_TEXT: Text = READ.noPreview;

/** What an exhibit shows. */
export interface ExhibitProps {
  readonly src: string;
  readonly name: string;
  /** Size in pixels, where it is known before the picture is decoded. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly children?: ComponentChildren;
}

/** Shows it with fit, 1:1, 8:1, steps between, pixel grid and checkerboard; drag or scroll moves it. */
export function Exhibit({ src, name, size, children }: ExhibitProps) {
  const well = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<"fit" | number>("fit");
  const [grid, setGrid] = useState(true);
  const [checker, setChecker] = useState(false);
  const [broken, setBroken] = useState(false);
  const [box, setBox] = useState({ width: 1, height: 1 });
  const [natural, setNatural] = useState(size);
  useEffect(() => {
    setZoom("fit");
    setBroken(false);
    setNatural(size);
  }, [src]);
  useEffect(() => {
    const view = well.current;
    if (!view) return;
    const watch = new ResizeObserver(() => setBox({ width: view.clientWidth, height: view.clientHeight }));
    watch.observe(view);
    return () => watch.disconnect();
  }, []);
  const { width, height } = natural ?? size ?? { width: 1, height: 1 };
  const fitted = Math.min((box.width - 24) / width, (box.height - 56) / height);
  // A small picture is enlarged by whole numbers, so that every pixel stays one.
  const fit = fitted > 2 ? Math.floor(fitted) : Math.max(0.001, Math.min(fitted, 1));
  const scale = zoom === "fit" ? fit : zoom;
  const step = (way: 1 | -1): void => {
    const next = way > 0 ? STEPS.find((one) => one > scale * 1.01) : STEPS.findLast((one) => one < scale * 0.99);
    if (next !== undefined) setZoom(next);
  };
  const keys = (event: KeyboardEvent): void => {
    const act = {
      "0": () => setZoom("fit"),
      "1": () => setZoom(1),
      "8": () => setZoom(8),
      "+": () => step(1),
      "=": () => step(1),
      "-": () => step(-1),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };
  return (
    <figure class="exhibit">
      <span class="corner left mono">{`${width} × ${height}`}</span>
      <span class="corner right mono">
        {scale >= 1 && Number.isInteger(scale) ? `${scale}:1` : `${Math.round(scale * 100)} %`}
      </span>
      <div
        class={`well${checker ? " checker" : ""}`}
        ref={well}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls and zooms by keys
        tabIndex={0}
        role="region"
        aria-label={t(READ.pictureOf, { name, width, height })}
        onKeyDown={keys}
        onPointerDown={drag}
      >
        {broken ? (
          <p class="note broken">{t(ERROR_TEXT)}</p>
        ) : (
          <div class="frame" style={{ width: `${width * scale}px`, height: `${height * scale}px` }}>
            <img
              src={src}
              alt={name}
              draggable={false}
              class={scale >= 2 ? "pixelated" : ""}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                setNatural({ width: naturalWidth, height: naturalHeight })
              }
              onError={() => setBroken(true)}
            />
            {grid && scale >= GRID_FROM ? (
              <i class="pixel-grid" style={{ backgroundSize: `${scale}px ${scale}px` }} />
            ) : null}
            {children}
          </div>
        )}
      </div>
      <div class="bar" role="toolbar" aria-label={t(READ.pictureOf, { name, width, height })}>
        <button type="button" aria-pressed={zoom === "fit"} onClick={() => setZoom("fit")}>
          {t(READ.fit)}
        </button>
        <button type="button" aria-pressed={zoom === 1} onClick={() => setZoom(1)}>
          1:1
        </button>
        <button type="button" aria-pressed={zoom === 8} onClick={() => setZoom(8)}>
          8:1
        </button>
        <i class="divider" />
        <button
          type="button"
          class="sign"
          aria-label={t(READ.zoomOut)}
          title={t(READ.zoomOut)}
          onClick={() => step(-1)}
        >
          <Icon name="minus" />
        </button>
        <button type="button" class="sign" aria-label={t(READ.zoomIn)} title={t(READ.zoomIn)} onClick={() => step(1)}>
          <Icon name="plus" />
        </button>
        <i class="divider extra" />
        <button
          type="button"
          class="sign extra"
          aria-pressed={grid}
          aria-label={t(READ.pixelGrid)}
          title={t(READ.pixelGrid)}
          onClick={() => setGrid(!grid)}
        >
          <Icon name="grid" />
        </button>
        <button
          type="button"
          class="sign extra"
          aria-pressed={checker}
          aria-label={t(READ.checkerboard)}
          title={t(READ.checkerboard)}
          onClick={() => setChecker(!checker)}
        >
          <Icon name="contrast" />
        </button>
      </div>
    </figure>
  );
}

/** Moves the picture with the pointer. */
function drag(event: PointerEvent): void {
  const view = event.currentTarget as HTMLElement;
  if (event.button !== 0 || event.pointerType === "touch") return;
  const from = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
  view.setPointerCapture(event.pointerId);
  const move = ({ clientX, clientY }: PointerEvent): void => {
    view.scrollLeft = from.left - (clientX - from.x);
    view.scrollTop = from.top - (clientY - from.y);
  };
  view.addEventListener("pointermove", move);
  view.addEventListener("lostpointercapture", () => view.removeEventListener("pointermove", move), { once: true });
}
