/** Ways in: a file picked, dropped anywhere, or pasted; generation data pasted as text. */

import { signal } from "@preact/signals";
import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";
import { pickFile } from "../parts/pick-files.ts";
import { say } from "../toast.ts";
import { MAX_FILE_BYTES, openFile, openPasted } from "./state.ts";
import { READ } from "./texts.ts";

/** Whether a file is held over the page. */
export const hovering = signal(false);

/** A screen that takes files itself while it is shown; without one, they are read. */
export interface FileTaker {
  /** What letting go does. */
  readonly words: Text;
  readonly take: (files: readonly File[], at: EventTarget | null) => void;
}

/** The screen that takes files now. */
export const taker = signal<FileTaker | undefined>(undefined);

/** Takes the files that are dropped and pasted as long as a screen is shown; for an effect. */
export function takesFiles(one: FileTaker): () => void {
  taker.value = one;
  return () => {
    if (taker.value === one) taker.value = undefined;
  };
}

/** Told before something is opened: a page with several screens goes to Read. */
let arrive = (): void => {};

/** Lets the reader pick a file. */
export function pickImage(): void {
  pickFile(show);
}

/** Reads pasted generation data. */
export function openText(text: string): void {
  arrive();
  void openPasted(t(READ.pastedText), text);
}

function show(file: File): void {
  if (file.size > MAX_FILE_BYTES) {
    say(`${t(READ.unreadable)}: ${file.name}`);
    return;
  }
  arrive();
  void openFile(file);
}

/** Listens for drops and pastes on the whole page. @param onArrival - told before each is opened */
export function listenForFiles(onArrival = (): void => {}): void {
  arrive = onArrival;
  let depth = 0;
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth++;
    hovering.value = true;
  });
  addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) hovering.value = false;
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    depth = 0;
    hovering.value = false;
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    if (taker.value) taker.value.take([...(event.dataTransfer?.files ?? [])], event.target);
    else show(file);
  });
  addEventListener("paste", (event) => {
    if (/^(INPUT|TEXTAREA)$/.test((event.target as HTMLElement).tagName)) return;
    const [file] = event.clipboardData?.files ?? [];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (file && taker.value) taker.value.take([...(event.clipboardData?.files ?? [])], event.target);
    else if (file) show(file);
    else if (text.trim() !== "") openText(text);
  });
}
