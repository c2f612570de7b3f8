/** An icon as a line drawing; the word beside it, or the label of its button, says what it means. */

import { ICONS, type IconName } from "../icons.ts";

/** The lines inside the icon's frame. */
const inner = (svg: string): string => svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");

/** Draws an icon; it is silent to screen readers. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: inner(ICONS[name]) }}
    />
  );
}

/** The mark of the product: a seed, half dark. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="M12 1.5C7.5 5.7 4.8 9.8 4.8 14a7.2 7.2 0 0 0 14.4 0c0-4.2-2.7-8.3-7.2-12.5Z" stroke-width="1.5" />
      <path d="M12 1.5C7.5 5.7 4.8 9.8 4.8 14a7.2 7.2 0 0 0 7.2 7.2Z" fill="currentColor" stroke="none" />
    </svg>
  );
}
