/** Images that something of the workspace rests on are kept in it, even where the library found them elsewhere. */

import type { AppParts } from "../app.ts";

/**
 * Makes sure that the workspace has an image of its own: one that stands in a folder of the library is copied, hashed again.
 * @throws SeedproofError `file.not-found`
 */
export async function keepImage(
  { images, library, pictures }: Pick<AppParts, "images" | "library" | "pictures">,
  sha256: string,
): Promise<void> {
  if (images.path(sha256) === undefined) images.add(await pictures.whole(sha256, await library.where(sha256)));
  else images.file(sha256);
}
