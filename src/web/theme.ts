/** Light or dark: the system's choice until the reader makes one. */

import { computed, effect, signal } from "@preact/signals";
import { keep, kept } from "./keep.ts";

type Theme = "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");
const system = signal<Theme>(dark.matches ? "dark" : "light");
const chosen = signal(kept("theme"));

/** The theme that is shown. */
export const theme = computed<Theme>(() =>
  chosen.value === "light" || chosen.value === "dark" ? chosen.value : system.value,
);

dark.addEventListener("change", () => {
  system.value = dark.matches ? "dark" : "light";
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

/** Takes the other theme. */
export function toggleTheme(): void {
  chosen.value = theme.value === "dark" ? "light" : "dark";
  keep("theme", chosen.value);
}
