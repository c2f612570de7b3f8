/** The light of a time of day: what it does to the sky and to every colour in the scene. */

import type { Rgb } from "./canvas.ts";
import { hex, mix, SNOW, scaled } from "./colour.ts";
import type { Tag } from "./tags.ts";

export interface Light {
  /** Sky at the top and at the horizon. */
  readonly sky: readonly [Rgb, Rgb];
  /** Colour of the sun or moon, and of the air around it. */
  readonly lamp: Rgb;
  readonly glow: Rgb;
  readonly cloud: Rgb;
  readonly multiply: Rgb;
  readonly tint: Rgb;
  /** Share of the tint, 0 … 1. */
  readonly amount: number;
  /** Windows and lanterns shine. */
  readonly dark: boolean;
}

/** Nights are blue and fairly light: in latent space, time must not outweigh all that happens in the picture. */
const LIGHTS: { readonly [T in Tag<"time">]: Light } = {
  morning: {
    sky: [hex("a9dcd8"), hex("ffe3c2")],
    lamp: hex("fff6dc"),
    glow: hex("ffe9b0"),
    cloud: hex("fff4ea"),
    multiply: [1, 0.97, 0.92],
    tint: hex("ffdcb0"),
    amount: 0.16,
    dark: false,
  },
  day: {
    sky: [hex("62b9ea"), hex("cdeefa")],
    lamp: hex("ffd95a"),
    glow: hex("fff3b8"),
    cloud: hex("ffffff"),
    multiply: [1, 1, 1],
    tint: hex("ffffff"),
    amount: 0,
    dark: false,
  },
  sunset: {
    sky: [hex("8a63b0"), hex("ffb37a")],
    lamp: hex("fff0a6"),
    glow: hex("ffd27c"),
    cloud: hex("f99d92"),
    multiply: [1, 0.87, 0.84],
    tint: hex("f0806a"),
    amount: 0.15,
    dark: false,
  },
  night: {
    sky: [hex("26347a"), hex("6c7cc8")],
    lamp: hex("fff3c6"),
    glow: hex("b9c2f2"),
    cloud: hex("7f8cc9"),
    multiply: [0.66, 0.71, 0.9],
    tint: hex("3a4896"),
    amount: 0.2,
    dark: true,
  },
};

/** The light of this time. In bad weather the sky is greyer, at the same brightness within a fifth. */
export function lightOf(time: Tag<"time">, weather: Tag<"weather">): Light {
  const light = LIGHTS[time];
  if (weather === "clear" || weather === "rainbow") return light;
  const grey = mix(light.sky[1], hex("9aa6bd"), 0.45);
  const share = weather === "cloudy" ? 0.35 : 0.55;
  return {
    ...light,
    sky: [mix(light.sky[0], grey, share), mix(light.sky[1], grey, share)],
    cloud: weather === "rain" ? mix(light.cloud, hex("74809c"), 0.5) : light.cloud,
  };
}

/** The light of a snowfall that lies on the land: the sky is as pale as the hour allows. */
export function snowLight(time: Tag<"time">): Light {
  const light = LIGHTS[time];
  const pale = mix(light.sky[1], SNOW, 0.55);
  return {
    ...light,
    sky: [mix(light.sky[0], pale, 0.5), mix(light.sky[1], pale, 0.7)],
    cloud: mix(light.cloud, pale, 0.4),
  };
}

/** The colour under this light; `strength` below 1 keeps more of the local colour. */
export function lit(light: Light, colour: Rgb, strength = 1): Rgb {
  const shaded = mix(colour, scaled(colour, light.multiply), strength);
  return mix(shaded, light.tint, light.amount * strength);
}
