/** Decoded pixels. */

/** Samples of an image: `height` rows of `width` pixels of `channels` bytes, without padding. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 grey · 2 grey and alpha · 3 red, green, blue · 4 with alpha, not premultiplied. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Row-major, 8 bits a sample, as stored: no colour profile applied. */
  readonly data: Uint8Array;
}

/** The samples as red, green and blue; alpha is left out. */
export function toRgb(raster: Raster): Uint8Array {
  return spread(raster, 3);
}

/** The samples as red, green, blue and alpha; alpha is 255 where there is none. */
export function toRgba(raster: Raster): Uint8Array {
  return spread(raster, 4);
}

/** The samples as red, green and blue lying on white, as most viewers show what is transparent. */
export function onWhite(raster: Raster): Raster {
  const { width, height, channels } = raster;
  if (channels === 1 || channels === 3) return raster;
  const rgba = toRgba(raster);
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const cover = rgba[from + 3]! / 255;
    for (let c = 0; c < 3; c++) data[to++] = Math.round(255 + cover * (rgba[from + c]! - 255));
  }
  return { width, height, channels: 3, data };
}

function spread({ width, height, channels, data }: Raster, wanted: 3 | 4): Uint8Array {
  if (channels === wanted) return data;
  const out = new Uint8Array(width * height * wanted);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const alpha = channels === 2 ? 1 : channels === 4 ? 3 : -1;
  for (let from = 0, to = 0; to < out.length; from += channels, to += wanted) {
    out[to] = data[from]!;
    out[to + 1] = data[from + green]!;
    out[to + 2] = data[from + blue]!;
    if (wanted === 4) out[to + 3] = alpha < 0 ? 255 : data[from + alpha]!;
  }
  return out;
}
