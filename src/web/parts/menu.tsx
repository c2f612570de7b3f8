/** A button that opens a short list of actions. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { IconName } from "../icons.ts";
import { Icon } from "./icon.tsx";
import "../styles/menu.css";

/** One action. */
export interface MenuItem {
  readonly label: string;
  readonly act: () => void;
}

/** Opens by click or arrow key; Escape and a click elsewhere close it. With an icon the label is its name alone. */
export function Menu(props: { readonly label: string; readonly icon?: IconName; readonly items: readonly MenuItem[] }) {
  const { label, icon, items } = props;
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const away = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const keys = (event: KeyboardEvent): void => {
    const all = [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      setOpen(false);
      root.current?.querySelector("button")?.focus();
    } else if (event.key === "ArrowDown") all[(at + 1) % all.length]?.focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <span class="menu" ref={root} onKeyDown={open ? keys : undefined}>
      <button
        type="button"
        class={icon ? "icon-button" : "button"}
        aria-haspopup="menu"
        aria-expanded={open}
        {...(icon && { "aria-label": label, title: label })}
        onClick={() => setOpen(!open)}
      >
        {icon ? (
          <Icon name={icon} />
        ) : (
          <>
            {label} <Icon name="chevronDown" />
          </>
        )}
      </button>
      {open ? (
        <span class="menu-list" role="menu">
          {items.map(({ label: words, act }) => (
            <button
              key={words}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                act();
              }}
            >
              {words}
            </button>
          ))}
        </span>
      ) : null}
    </span>
  );
}
