/** Texts of the pictures to look at, beside those that the comparison's page has had. */

import type { Text } from "../../base/texts.ts";

/** By name. */
export const STAGE = {
  ways: { en: "Ways to look", zh: "查看方式" },
  zoom: { en: "Zoom", zh: "缩放" },
  fit: { en: "Fit", zh: "适合" },
  in: { en: "Larger", zh: "放大" },
  out: { en: "Smaller", zh: "缩小" },
  together: { en: "Both zoom and move together", zh: "两侧同步缩放与平移" },
  first: {
    en: "First picture, {name}. Plus and minus zoom, arrows move, 0 fits.",
    zh: "第一幅图，{name}。加减键缩放，方向键移动，0 为适合。",
  },
  second: {
    en: "Second picture, {name}. Plus and minus zoom, arrows move, 0 fits.",
    zh: "第二幅图，{name}。加减键缩放，方向键移动，0 为适合。",
  },
  slide: { en: "Where the first picture ends", zh: "第一幅图的分界位置" },
  swap: { en: "Show the other one", zh: "换另一幅" },
  same: { en: "clear: the same", zh: "无标记：相同" },
  cropBox: { en: "Crop box {box}", zh: "裁切框 {box}" },
  mark: { en: "Mark", zh: "标记" },
  drawHelp: {
    en: "Draw with the pointer. Or with keys: arrows move the box, with Shift they change its size, with Alt by single pixels; Enter takes it, Escape leaves.",
    zh: "用指针拖画；或用键盘：方向键移动框，按住 Shift 改变大小，按住 Alt 逐像素；Enter 确定，Esc 取消。",
  },
} as const satisfies Record<string, Text>;
