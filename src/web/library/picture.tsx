/** A small picture of an image; where its pixels cannot be decoded, that is said in its place. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../language.ts";
import { imageUrl } from "../studio/state.ts";
import { LIBRARY } from "./texts.ts";

/** The picture. */
export function Picture({
  sha256,
  width,
  alt,
}: {
  readonly sha256: string;
  readonly width: 96 | 256 | 512;
  readonly alt: string;
}) {
  const [isLost, setLost] = useState(false);
  const picture = useRef<HTMLImageElement>(null);
  // One that was scrolled past before it came is not waited for.
  useLayoutEffect(() => {
    const own = picture.current;
    return () => {
      if (own && !own.complete) own.removeAttribute("src");
    };
  }, [isLost]);
  if (isLost) return <span class="lost">{t(LIBRARY.noPicture)}</span>;
  return (
    <img
      ref={picture}
      src={imageUrl(sha256, width)}
      alt={alt}
      decoding="async"
      draggable={false}
      onError={() => setLost(true)}
    />
  );
}
