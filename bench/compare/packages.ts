/**
 * The Debian packages whose pictures are taken, all of `main`. The licences are those that each package's `copyright` file states for
 * the pictures that `images.tsv` lists. That file is not the last word: `stellarium-data` calls itself GPL-2+, while
 * the files beside half of its constellation figures say CC BY-ND or BY-NC; those pictures, and photographs of which only the
 * author is named, are left out.
 */

/** A package, and the licences of its pictures. */
export interface ImagePackage {
  readonly name: string;
  readonly licence: string;
  /** Where only some of a package's pictures are under an open licence: those whose path says so. */
  readonly only?: RegExp;
  /** Sheets of game figures and tiles, which nobody publishes as pictures: they are looked at only as unrelated ones. */
  readonly unrelatedOnly?: true;
  /** Pictures that are looked at, where that is not the usual number. */
  readonly most?: number;
}

/** In this order: of near-duplicates the first is kept. */
export const PACKAGES: readonly ImagePackage[] = [
  { name: "gnome-backgrounds", licence: "CC-BY-SA-3.0, CC-BY-SA-2.0, CC-BY-2.0" },
  { name: "mate-backgrounds", licence: "GPL-2+, CC-BY-SA-4.0" },
  { name: "plasma-workspace-wallpapers", licence: "GPL-2+" },
  { name: "lomiri-wallpapers-16.04", licence: "CC-BY-4.0, CC-BY-SA-4.0, CC0-1.0" },
  { name: "lomiri-wallpapers-20.04", licence: "CC-BY-SA-3.0" },
  { name: "ukui-wallpapers", licence: "CC-BY-SA-3.0" },
  { name: "sway-backgrounds", licence: "Expat" },
  { name: "debian-edu-artwork-emerald", licence: "GPL-2+" },
  { name: "debian-edu-artwork-softwaves", licence: "GPL-2+" },
  { name: "debian-edu-artwork-spacefun", licence: "GPL-2+" },
  { name: "kanagram", licence: "GPL-2+, GFDL-1.2 without invariant sections" },
  { name: "khangman", licence: "GPL-2+, GFDL-1.2+ without invariant sections" },
  { name: "palapeli-data", licence: "GPL-2+, GFDL-1.2+ without invariant sections" },
  { name: "krita-data", licence: "GPL and LGPL" },
  { name: "gcompris-qt-data", licence: "GPL-3+" },
  { name: "tuxpaint-stamps-default", licence: "GPL-2" },
  {
    name: "stellarium-data",
    licence: "GPL-2, CC-BY-SA-4.0, CC-BY-SA-3.0, Free Art License",
    only: /skycultures\/(?:aztec|belarusian|boorong|chinese_contemporary|chinese_medieval|hawaiian_starlines|indian|inuit|macedonian|maori|northern_andes|romanian|western|western_rey)\//,
  },
  { name: "hedgewars-data", licence: "GPL-2, GFDL-1.3 without invariant sections" },
  { name: "supertux-data", licence: "GPL-3+, GPL-2+ or CC-BY-SA-3.0" },
  { name: "extremetuxracer-data", licence: "GPL-2+", unrelatedOnly: true },
  { name: "warzone2100-data", licence: "GPL-2+", unrelatedOnly: true },
  { name: "freeciv-data", licence: "GPL-2+" },
  { name: "widelands-data", licence: "GPL-2+", unrelatedOnly: true },
  {
    name: "supertuxkart-data",
    licence: "GPL-3+, CC-BY-SA-3.0, CC-BY-SA-4.0, CC-BY-3.0, CC-BY-4.0, CC0-1.0, public domain, MIT",
    unrelatedOnly: true,
  },
  { name: "wesnoth-1.16-data", licence: "GPL-2+" },
  { name: "openclipart-png", licence: "public domain", most: 3000 },
];
