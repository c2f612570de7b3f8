/** Pictures inside a drawing, by their key: the drawing names them, and each form of the document puts their bytes where it keeps them. */

/** What a drawing says in the place of a picture's address. */
export const pictureHref = (key: string): string => `picture:${key}`;

const DRAWN = /<image href="picture:([^"]+)"/g;

/** Keys of the pictures that a drawing shows. */
export function picturesIn(svg: string): string[] {
  return [...svg.matchAll(DRAWN)].map(([, key]) => key!);
}

/** The drawing with something else where each of its pictures begins. */
export function withPictures(svg: string, begin: (key: string) => string): string {
  return svg.replaceAll(DRAWN, (_, key: string) => begin(key));
}
