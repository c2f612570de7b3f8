/** Values of options, read and refused while the command line is parsed. */

import { InvalidArgumentError } from "commander";
import type { Size } from "../recipe/recipe.ts";

/** A whole number from … to. */
export function whole(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`a whole number from ${from} to ${to}`);
  };
}

/** A number from … to. */
export function decimal(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`a number from ${from} to ${to}`);
  };
}

/** `512x768`. */
export function sizeOf(text: string): Size {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/i.exec(text) ?? [];
  if (!width || !height) throw new InvalidArgumentError("width and height as 512x768");
  return { width: Number(width), height: Number(height) };
}
