/** What the structure of a file tells of its history, as findings in two languages. */

import type { Where } from "../base/errors.ts";
import type { Finding, Level } from "../base/findings.ts";
import { fill, type Text, type TextValues } from "../base/texts.ts";

interface Trace extends Text {
  readonly level: Level;
}

const TRACES = {
  "image.cut": {
    level: "fails",
    en: "The file ends at byte {byte}, inside {what}; what stood behind it is missing.",
    zh: "文件在第 {byte} 字节处、{what} 的中间结束；其后的内容缺失。",
  },
  "image.malformed": {
    level: "fails",
    en: "At byte {byte}, {what} is damaged; what stands behind it could not be read.",
    zh: "第 {byte} 字节处的 {what} 已损坏；其后的内容无法读取。",
  },
  "image.value-malformed": {
    level: "fails",
    en: "The value of {what} at byte {byte} is damaged and could not be read.",
    zh: "第 {byte} 字节处 {what} 的值已损坏，无法读取。",
  },
  "image.too-long": {
    level: "fails",
    en: "The value of {what} at byte {byte} is longer than any real metadata and was not read.",
    zh: "第 {byte} 字节处 {what} 的值超过任何真实元数据的长度，未予读取。",
  },
  "image.compressed": {
    level: "informs",
    en: "The value of {what} at byte {byte} is compressed with Brotli and was not decoded here.",
    zh: "第 {byte} 字节处 {what} 的值以 Brotli 压缩，此处未解码。",
  },
  "image.bad-crc": {
    level: "fails",
    en: "The checksum of the {what} chunk at byte {byte} is wrong: its bytes changed after it was written, or it was written by hand.",
    zh: "第 {byte} 字节处 {what} 数据块的校验和不符：写入之后其字节被改变，或该数据块为手工写入。",
  },
  "image.limit": {
    level: "fails",
    en: "Reading stopped at byte {byte}: more {what} than any real image has.",
    zh: "读取在第 {byte} 字节处停止：{what} 的数量或长度超过任何真实图像。",
  },
  "image.after-pixels": {
    level: "informs",
    en: "“{what}” at byte {byte} stands behind the pixels; generators write it before them, editors often behind.",
    zh: "第 {byte} 字节处的“{what}”位于像素数据之后；生成工具通常写在像素之前，编辑软件常写在之后。",
  },
  "image.imagemagick": {
    level: "informs",
    en: "ImageMagick saved this file again: it wrote {key} = {value} at byte {byte}.",
    zh: "此文件曾由 ImageMagick 重新保存：第 {byte} 字节处写有 {key} = {value}。",
  },
  "image.trailing-data": {
    level: "informs",
    en: "{length} bytes stand behind the end of the image, from byte {byte}.",
    zh: "图像结尾之后还有 {length} 字节，自第 {byte} 字节起。",
  },
  "image.stealth-malformed": {
    level: "fails",
    en: "The low bits of the pixels ({where}) begin like hidden generation data ({key}), but what follows is damaged: pixels were changed after they were written.",
    zh: "像素最低位（{where}）以隐藏生成数据（{key}）的标识开头，但其后内容已损坏：写入之后像素被改变。",
  },
  "image.jpeg-encoder": {
    level: "informs",
    en: "Saved as JPEG with {family}'s quantisation tables at quality {quality}.",
    zh: "以 {family} 的量化表、质量 {quality} 保存为 JPEG。",
  },
  "image.jpeg-encoder-unknown": {
    level: "informs",
    en: "Saved as JPEG with quantisation tables of its own, near libjpeg's quality {quality}: as cameras, phones and Photoshop do, and generators built on Pillow do not.",
    zh: "以自有量化表保存为 JPEG，接近 libjpeg 质量 {quality}：相机、手机与 Photoshop 如此，基于 Pillow 的生成工具则不然。",
  },
  "image.photoshop": {
    level: "informs",
    en: "Photoshop, or a program that writes its resources, saved this file (byte {byte}).",
    zh: "Photoshop 或写入其资源块的程序曾保存此文件（第 {byte} 字节）。",
  },
  "image.editor": {
    level: "informs",
    en: "The file names an editor or converter: {key} = “{value}”.",
    zh: "文件中出现编辑或转换软件的名称：{key} = “{value}”。",
  },
  "image.duplicate-key": {
    level: "informs",
    en: "“{what}” stands in the file more than once; programs differ in which one they show.",
    zh: "“{what}”在文件中出现多次；不同程序显示的可能不是同一个。",
  },
  "image.colour-profile": {
    level: "informs",
    en: "A colour profile is embedded: “{name}”. Most generators write none; editors, phones and scanners do.",
    zh: "嵌有色彩配置文件：“{name}”。多数生成工具不写入；编辑软件、手机与扫描仪会写入。",
  },
  "image.attachment": {
    level: "informs",
    en: "A file “{name}” is attached at byte {byte}.",
    zh: "第 {byte} 字节处附有文件“{name}”。",
  },
  "image.location": {
    level: "informs",
    en: "The file states a place on Earth (GPS), at byte {byte}.",
    zh: "文件在第 {byte} 字节处记录了地理位置（GPS）。",
  },
} as const satisfies Record<string, Trace>;

/** Codes of the findings that walking a file may give. */
export type TraceCode = keyof typeof TRACES;

/** A finding about a file's structure, its text filled in; `byte` is its place, `undefined` where it is in the pixels. */
export function trace(code: TraceCode, byte: number | undefined, values: TextValues = {}): Finding {
  const { level, ...text } = TRACES[code];
  if (byte === undefined) return { code, level, text: fill(text, values) };
  const where: Where = { byte };
  return { code, level, text: fill(text, { byte, ...values }), where };
}
