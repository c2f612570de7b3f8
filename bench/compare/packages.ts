/** The Debian packages whose pictures are taken, all of `main`: free licences, as each package's `copyright` file states them. */

/** A package, and the licences of most of its pictures. */
export interface ImagePackage {
  readonly name: string;
  readonly licence: string;
  /** Sheets of game figures and tiles, which nobody publishes as pictures: they are looked at only as unrelated ones. */
  readonly unrelatedOnly?: true;
}

/** In this order: of near-duplicates the first is kept. */
export const PACKAGES: readonly ImagePackage[] = [
  { name: "gnome-backgrounds", licence: "CC-BY-SA-3.0, CC-BY-SA-4.0" },
  { name: "mate-backgrounds", licence: "GPL-2+, CC-BY-SA-4.0" },
  { name: "plasma-workspace-wallpapers", licence: "LGPL-3, CC-BY-SA-4.0" },
  { name: "lomiri-wallpapers-16.04", licence: "CC-BY-4.0, CC-BY-SA-3.0, CC-BY-SA-4.0" },
  { name: "lomiri-wallpapers-20.04", licence: "CC-BY-4.0, CC-BY-SA-3.0, CC-BY-SA-4.0" },
  { name: "ukui-wallpapers", licence: "CC-BY-SA-3.0" },
  { name: "sway-backgrounds", licence: "CC0-1.0" },
  { name: "debian-edu-artwork-emerald", licence: "GPL-2+" },
  { name: "debian-edu-artwork-softwaves", licence: "GPL-2+" },
  { name: "debian-edu-artwork-spacefun", licence: "GPL-2+" },
  { name: "kanagram", licence: "GPL-2+" },
  { name: "khangman", licence: "GPL-2+" },
  { name: "palapeli-data", licence: "GPL-2+" },
  { name: "krita-data", licence: "GPL-2+, CC0-1.0" },
  { name: "gcompris-qt-data", licence: "CC-BY-SA-3.0, CC-BY-SA-4.0, CC-BY-2.0, public domain" },
  { name: "tuxpaint-stamps-default", licence: "GPL-2+, public domain" },
  { name: "stellarium-data", licence: "GPL-2+, public domain" },
  { name: "hedgewars-data", licence: "GPL-2, GFDL-1.2" },
  { name: "supertux-data", licence: "GPL-2+, CC-BY-SA-3.0" },
  { name: "extremetuxracer-data", licence: "GPL-2+", unrelatedOnly: true },
  { name: "warzone2100-data", licence: "GPL-2+, CC-BY-SA-3.0", unrelatedOnly: true },
  { name: "freeciv-data", licence: "GPL-2+" },
  { name: "widelands-data", licence: "GPL-2+", unrelatedOnly: true },
  { name: "supertuxkart-data", licence: "CC-BY-SA-3.0, CC-BY-SA-4.0, CC0-1.0", unrelatedOnly: true },
  { name: "wesnoth-1.16-data", licence: "GPL-2+, CC-BY-SA-4.0" },
  { name: "openclipart-png", licence: "public domain" },
];
