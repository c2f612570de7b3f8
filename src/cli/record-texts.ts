/** The catalogue of `seedproof record`. */

import type { Text } from "../base/texts.ts";
import type { Dimension } from "../process/event.ts";

/** Sentences, by name. */
export const RECORD_TEXTS = {
  recording: { en: "Recording session “{session}”.", zh: "正在记录会话“{session}”。" },
  proxy: {
    en: "  Point clients of {kind} at {address} instead of {upstream}",
    zh: "  请将 {kind} 的客户端地址由 {upstream} 改为 {address}",
  },
  hook: {
    en: "  Extensions inside A1111 and ComfyUI are listened to at {address}",
    zh: "  正在 {address} 接收 A1111 与 ComfyUI 内扩展的消息",
  },
  watching: { en: "  Watching {path}", zh: "  正在监视 {path}" },
  nothing: { en: "Nothing is being recorded.", zh: "当前没有正在进行的记录。" },
  cutOff: {
    en: "Nothing is being recorded; session “{session}” was cut off, and the gap will be noted at the next start.",
    zh: "当前没有正在进行的记录；会话“{session}”曾中断，下次启动时将记下空缺。",
  },
  stopped: {
    en: "Session “{session}” is closed; all that passed is in the ledger.",
    zh: "会话“{session}”已结束；经过的内容均已写入账本。",
  },
  recorded: {
    en: "{type} is entry {index} of the ledger (session “{session}”).",
    zh: "{type} 已记为账本第 {index} 条（会话“{session}”）。",
  },
  counts: {
    en: "{requests} requests, {images} images, {kept} kept, {rejected} rejected; weakest capture: {capture}.",
    zh: "请求 {requests} 次，图像 {images} 幅，保留 {kept} 幅，舍弃 {rejected} 幅；最弱的采集方式：{capture}。",
  },
  order: { en: "Changes in “{session}”, in order: {words}", zh: "“{session}”中的改动顺序：{words}" },
  signsHead: {
    en: "Signs that a history was played again from its result (each has innocent explanations):",
    zh: "疑似事后重演的迹象（每一项均可有正当解释）：",
  },
  noSigns: {
    en: "None of the {asked} that could be looked for was seen. That does not show that the history is genuine.",
    zh: "可查的 {asked} 项均未见到。这并不说明过程真实。",
  },
  openSigns: {
    en: "{open} could not be looked for: too little is recorded.",
    zh: "{open} 项无法查验：记录内容过少。",
  },
  dimensionsHead: {
    en: "What was said of visual dimensions, and what is measured between the two images named (not who caused it):",
    zh: "关于视觉维度的陈述，以及所指两幅图像之间的测量差异（不说明由谁造成）：",
  },
  measured: {
    en: "measured: {outcome}, {low}–{high} {unit} (above {floor} counts; {method})",
    zh: "测量：{outcome}，{low}–{high} {unit}（高于 {floor} 方计；{method}）",
  },
  notMeasured: { en: "measured: cannot tell. {why}", zh: "测量：无法判断。{why}" },
  noImages: { en: "no two images are named", zh: "未指明前后两幅图像" },
  gap: { en: "The recorder was off from {from} to {to}.", zh: "{from} 至 {to} 期间未作记录。" },
  imported: {
    en: "{runs} runs with {images} images are taken over into session “{session}”; {known} were there already, {missing} images were not found. They are what the other program says (grade C): times and order are its claims.",
    zh: "已将 {runs} 次生成、{images} 幅图像导入会话“{session}”；{known} 次此前已导入，{missing} 幅图像未找到。所有内容均为来源软件的陈述（等级 C）：时间与顺序系其主张。",
  },
  importing: { en: "{runs} runs …", zh: "{runs} 次生成……" },
  fabricated: {
    en: "Made up now from one final image (grade X). Several different histories end in it: reproducing an image shows that a recipe can give it, never how it was made.",
    zh: "以下内容系现在根据一幅最终图像编造（等级 X）。多种不同的过程均可止于该图像：重现只说明某配方可以得到该图像，不说明其形成过程。",
  },
} as const satisfies Record<string, Text>;

/** Names of the visual dimensions. */
export const DIMENSION_TEXTS: Readonly<Record<Dimension, Text>> = {
  layout: { en: "layout", zh: "布局" },
  proportion: { en: "proportion", zh: "比例" },
  perspective: { en: "perspective", zh: "透视" },
  composition: { en: "composition", zh: "构图" },
  colour: { en: "colour", zh: "色彩" },
  line: { en: "line", zh: "线条" },
};
