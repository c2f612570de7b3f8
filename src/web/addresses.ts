/** Addresses of the user's own programs: named once, wherever one is asked or recorded. */

import { signal } from "@preact/signals";
import { keep, kept } from "./keep.ts";

/** Where each program usually answers. */
export const USUAL_ADDRESSES = {
  a1111: "http://127.0.0.1:7860",
  comfyui: "http://127.0.0.1:8188",
  sdcpp: "http://127.0.0.1:1234",
} as const;

/** A program that answers at an address. */
export type ServerId = keyof typeof USUAL_ADDRESSES;

/** The addresses as they are typed now. */
export const addresses = signal<Readonly<Record<ServerId, string>>>({
  a1111: kept("address.a1111") ?? USUAL_ADDRESSES.a1111,
  comfyui: kept("address.comfyui") ?? USUAL_ADDRESSES.comfyui,
  sdcpp: kept("address.sdcpp") ?? USUAL_ADDRESSES.sdcpp,
});

/** Types an address. */
export function setAddress(id: ServerId, address: string): void {
  addresses.value = { ...addresses.value, [id]: address };
}

/** Keeps an address for the next time: it is in use. */
export function keepAddress(id: ServerId): void {
  keep(`address.${id}`, addresses.value[id]);
}
