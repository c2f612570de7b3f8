/** Taking a C2PA store of a PNG apart into boxes, and putting an altered one back. ISO 19566-5. */

import { crc32 } from "node:zlib";

/** A box of content, or one that holds boxes, the first of which describes it. */
export type Box = { readonly type: string; readonly data: Buffer } | { readonly boxes: readonly Box[] };

/** The boxes that stand in some bytes, one after the other. */
export function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const [type, data] = [bytes.toString("latin1", at + 4, at + 8), bytes.subarray(at + 8, at + size)];
    boxes.push(type === "jumb" ? { boxes: boxesOf(data) } : { type, data });
    at += size;
  }
  return boxes;
}

/** The bytes of a box. */
export function bytesOf(box: Box): Buffer {
  const data = "boxes" in box ? Buffer.concat(box.boxes.map(bytesOf)) : box.data;
  return framed("boxes" in box ? "jumb" : box.type, data);
}

/** The same box under another label. */
export function relabelled(box: Box, label: string): Box {
  if (!("boxes" in box)) return box;
  const [description, ...rest] = box.boxes as readonly [{ type: string; data: Buffer }, ...Box[]];
  // Its type, the flags "can be asked for" and "has a label", the label.
  const data = Buffer.concat([description.data.subarray(0, 16), Buffer.from([3]), Buffer.from(`${label}\0`)]);
  return { boxes: [{ type: "jumd", data }, ...rest] };
}

/** A PNG with its C2PA store made anew by a function. */
export function withStore(png: Uint8Array, change: (store: Box) => Box): Uint8Array {
  const bytes = Buffer.from(png);
  for (let at = 8; at < bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "caBX") {
      const [store] = boxesOf(bytes.subarray(at + 8, end - 4));
      const data = bytesOf(change(store!));
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32(Buffer.concat([Buffer.from("caBX"), data])));
      const chunk = framed("caBX", data);
      chunk.writeUInt32BE(data.length);
      return Buffer.concat([bytes.subarray(0, at), chunk, sum, bytes.subarray(end)]);
    }
    at = end;
  }
  throw new Error("there is no store in this file");
}

function framed(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, data]);
}
