/** Small examples that the page itself holds; origin and licence of each stand in `samples/`. */

import both from "@samples/derived__sdm__png_stability-matrix.png?inline";
import a1111 from "@samples/sdm__webp_sd-webui.webp?inline";
import hidden from "@samples/sdp__AUTOMATIC1111_automatic1111_stealth.png?inline";
import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { openBytes } from "../read/state.ts";
import { PAGE } from "./texts.ts";

interface Example {
  readonly name: string;
  /** Its bytes, as a data address. */
  readonly url: string;
  readonly type: string;
  readonly about: Text;
  /** Its picture is a single pixel: an icon stands for it. */
  readonly isPixel?: true;
}

const EXAMPLES: readonly Example[] = [
  { name: "a1111.webp", url: a1111, type: "image/webp", about: PAGE.a1111 },
  { name: "two-accounts.png", url: both, type: "image/png", about: PAGE.both, isPixel: true },
  { name: "hidden.png", url: hidden, type: "image/png", about: PAGE.hidden },
];

/** What an empty page offers, and what it cannot do. */
export function Beginnings() {
  return (
    <>
      <h3>{t(PAGE.examples)}</h3>
      <ul class="examples">
        {EXAMPLES.map(({ name, url, type, about, isPixel }) => (
          <li key={name}>
            <button type="button" onClick={() => openBytes(name, bytesOf(url), type)}>
              {isPixel ? (
                <i class="stand-in">
                  <Icon name="split" />
                </i>
              ) : (
                <img src={url} alt="" width={64} height={64} />
              )}
              <span>
                <span class="serif">{name}</span>
                <span class="note">{t(about)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="note">{t(PAGE.more, { version: SEEDPROOF_VERSION })}</p>
    </>
  );
}

/** The bytes of a data address; fetching it would be a connection, which the page forbids itself. */
function bytesOf(url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (char) => char.charCodeAt(0));
}
