/** The field in the top bar that takes generation data: pasted text is opened at once, a typed line with Enter. */

import { Icon } from "./icon.tsx";

/** Pasted text of one line that is no longer than this may still be typed on. */
const SHORT = 80;

/** What the field is called, what stands in it while it is empty, and where text goes. */
export interface AskFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly icon?: Parameters<typeof Icon>[0]["name"];
  readonly open: (text: string) => unknown;
}

/** The field. */
export function AskField({ label, hint, icon, open }: AskFieldProps) {
  return (
    <label class="ask line-field">
      {icon ? <Icon name={icon} /> : null}
      <span class="visually-hidden">{label}</span>
      <input
        type="text"
        placeholder={hint}
        onPaste={(event) => {
          const text = event.clipboardData?.getData("text/plain") ?? "";
          if (!text.includes("\n") && text.length <= SHORT) return;
          event.preventDefault();
          open(text);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.currentTarget.value.trim() === "") return;
          open(event.currentTarget.value);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}
