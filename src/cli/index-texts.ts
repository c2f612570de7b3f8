/** Texts of the index commands. */

import type { Text } from "../base/texts.ts";

/** Sentences, by name. */
export const INDEX_TEXTS = {
  reading: { en: "reading {done} of {total}", zh: "正在读取 {done} / {total}" },
  stats: {
    en: "{images} images in {files} files ({database}); {read} files read now, {gone} gone",
    zh: "{files} 个文件，{images} 幅图像（{database}）；本次读取 {read} 个，消失 {gone} 个",
  },
} as const satisfies Record<string, Text>;
