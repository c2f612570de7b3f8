/** One short message at a time, said aloud to screen readers. */

import { signal } from "@preact/signals";
import { faultWords } from "./faults.ts";

/** The message that is shown; empty for none. */
export const toast = signal("");

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a message for as long as it takes to read it. */
export function say(message: string): void {
  toast.value = message;
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      toast.value = "";
    },
    2_000 + message.length * 40,
  );
}

/** Says shortly what went wrong. */
export function complain(error: unknown): void {
  say(faultWords(error instanceof Error ? error : { message: String(error) }));
}

/** Runs what a control asks for; what goes wrong is said. */
export function run(work: () => Promise<unknown>): void {
  work().catch(complain);
}

/** Copies a text and says so. Where the browser forbids it, that is said. */
export async function copyText(text: string, done: string, failed: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say(failed);
  }
}
