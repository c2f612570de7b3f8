/** Which screen is shown: its name is the path, so that links, back and reload work. */

import { batch, computed, signal } from "@preact/signals";

/** Screens that can be opened. */
export const SCREENS = ["read", "studio", "reproduce", "record", "compare", "library", "dossier", "tour"] as const;

/** The name of a screen. */
export type Screen = (typeof SCREENS)[number];

const path = signal(typeof location === "undefined" ? "/" : location.pathname);
const search = signal(typeof location === "undefined" ? "" : location.search);

addEventListener("popstate", () => {
  path.value = location.pathname;
  search.value = location.search;
});

/** The screen of the current path. */
export const screen = computed<Screen>(() => SCREENS.find((name) => path.value === `/${name}`) ?? "read");

/** What the address says beside the screen: `/compare?a=HASH&b=HASH`. */
export const query = computed(() => new URLSearchParams(search.value));

/**
 * Goes to a screen; what it shows may stand in the address, so that links, back and reload keep it. `replace` changes the
 * address without a step to come back to.
 */
export function go(to: Screen, params: Readonly<Record<string, string>> = {}, { replace = false } = {}): void {
  const asked = new URLSearchParams(params).toString();
  const address = `/${to}${asked === "" ? "" : `?${asked}`}`;
  if (path.value + search.value === address) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  batch(() => {
    path.value = `/${to}`;
    search.value = asked === "" ? "" : `?${asked}`;
  });
}
