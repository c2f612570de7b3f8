/** Changing the XMP packet of a file where it stands: every other byte stays as it is. */

import { concatBytes, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Block } from "./block.ts";
import { embed, isWritable, refuseUnwritable, type WritableKind } from "./embed.ts";
import { jpegXmpSegment } from "./embed-jpeg.ts";
import { internationalChunk } from "./embed-png.ts";
import { riffChunk } from "./embed-webp.ts";
import { bytesSource } from "./source.ts";
import { be16, be32, le32, toLe32 } from "./uint.ts";
import { walk } from "./walk.ts";
import { isXmp } from "./xmp-names.ts";

/** How a container holds a packet: the bytes that it takes, and the bytes that take its place. */
interface Place {
  readonly end: (file: Uint8Array, offset: number) => number;
  readonly write: (packet: Uint8Array) => Uint8Array;
}

const PLACES: { readonly [kind in WritableKind]: Place } = {
  png: {
    end: (file, offset) => offset + 12 + be32(file, offset),
    write: (packet) => internationalChunk("XML:com.adobe.xmp", "", packet),
  },
  jpeg: { end: (file, offset) => offset + 2 + be16(file, offset + 2), write: jpegXmpSegment },
  webp: {
    end: (file, offset) => offset + 8 + le32(file, offset + 4) + (le32(file, offset + 4) & 1),
    write: (packet) => riffChunk("XMP ", packet),
  },
};

/**
 * The file with its packet changed, or with a first one.
 * @param edit - gets the packet that is there, `undefined` where there is none
 * @throws SeedproofError `image.metadata-exists` when it has several packets or one in several segments · `image.value-too-long` for
 *   JPEG · `image.signed`, `image.not-writable` as `embed`
 */
export function editXmp(file: Uint8Array, edit: (packet: string | undefined) => string): Uint8Array {
  const container = walk(bytesSource(file));
  refuseUnwritable(container);
  const packets = container.blocks.filter(isXmp);
  if (packets.length === 0) return embed(file, { xmp: utf8(edit(undefined)) });
  const [{ offset, text, where }] = packets as [Block];
  if (packets.length > 1 || offset === null || /extended/.test(where) || !isWritable(container.kind)) {
    throw new SeedproofError("image.metadata-exists", "the file has XMP in several parts, which are not changed");
  }
  const { end, write } = PLACES[container.kind];
  const edited = concatBytes(file.subarray(0, offset), write(utf8(edit(text))), file.subarray(end(file, offset)));
  if (container.kind === "webp") edited.set(toLe32(le32(file, 4) + edited.length - file.length), 4);
  return edited;
}
