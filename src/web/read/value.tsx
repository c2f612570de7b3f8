/** A value of the recipe that lights its bytes: by pointer, by focus, pinned by a click. */

import type { ComponentChildren } from "preact";
import { t } from "../language.ts";
import { hovered, lit, opened, pinned, provenanceOf, togglePin } from "./state.ts";
import { READ } from "./texts.ts";

/** What a lit thing listens to. */
export function litBy(path: string) {
  return {
    onPointerEnter: () => {
      hovered.value = path;
    },
    onPointerLeave: () => {
      hovered.value = undefined;
    },
    onFocus: () => {
      hovered.value = path;
    },
    onBlur: () => {
      hovered.value = undefined;
    },
    onClick: () => togglePin(path),
  };
}

/** How a value came to be, where it is not plainly recorded. */
export function statusWord(path: string): string | undefined {
  const reading = opened.value?.reading;
  const status = reading && provenanceOf(reading, path)?.status;
  return status === undefined || status === "recorded" ? undefined : t(READ[status]);
}

/** One parameter: label, value, and how it came to be. */
export function Value(props: {
  readonly label: string;
  readonly path: string;
  readonly conflict?: boolean;
  readonly children: ComponentChildren;
}) {
  const { label, path, conflict = false, children } = props;
  const isLit = lit.value === path;
  return (
    <button
      type="button"
      class={`value${isLit ? " lit" : ""}${conflict ? " conflict" : ""}`}
      data-value={path}
      aria-pressed={pinned.value === path}
      {...litBy(path)}
    >
      <span class="label">{label}</span>
      <span class="how">{statusWord(path)}</span>
      <span class="is">{children}</span>
    </button>
  );
}
