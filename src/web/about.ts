/** What the shown screen is about, beside its name in the top bar. */

import { signal } from "@preact/signals";

/** Such as the name of the image that is read, or the case that is open; empty for nothing. */
export const about = signal("");

/** Says what a screen is about as long as it is shown; for an effect. */
export function showsAbout(words: string): () => void {
  about.value = words;
  return () => {
    if (about.value === words) about.value = "";
  };
}
