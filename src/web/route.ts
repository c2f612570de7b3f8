/** Which screen is shown: its name is the path, so that links, back and reload work. */

import { computed, signal } from "@preact/signals";

/** Screens that can be opened. */
export const SCREENS = ["read", "studio", "reproduce", "record"] as const;

/** The name of a screen. */
export type Screen = (typeof SCREENS)[number];

const path = signal(typeof location === "undefined" ? "/" : location.pathname);

addEventListener("popstate", () => {
  path.value = location.pathname;
});

/** The screen of the current path. */
export const screen = computed<Screen>(() => SCREENS.find((name) => path.value === `/${name}`) ?? "read");

/** Goes to a screen. */
export function go(to: Screen): void {
  if (screen.value === to && path.value === `/${to}`) return;
  history.pushState(null, "", `/${to}`);
  path.value = `/${to}`;
}
