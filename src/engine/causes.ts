/**
 * Known causes for which an image made again is not identical, as data: how to see each in a file, how much it moves, how to be
 * rid of it. Collected from what users and authors of the generators report; `docs/reproducing.md` shows the table.
 */

import type { Text } from "../base/texts.ts";

/**
 * How far a cause moves the image: `rounding` by levels nobody sees, `visible` in details or parts, `other-image` to another
 * picture.
 */
export type CauseSize = "rounding" | "visible" | "other-image";

/** A cause. */
export interface Cause {
  readonly id: string;
  readonly size: CauseSize;
  readonly about: Text;
  /** Where a file says it, or why none does. */
  readonly seen: Text;
  /** What takes it away. */
  readonly remedy: Text;
  /** Reports of it: repository and number of the thread, or the document. */
  readonly sources: readonly string[];
}

/** The table. Ids are public and keep their meaning. */
export const CAUSES: readonly Cause[] = [
  cause("service-model", "other-image", {
    about: ["the image comes from a service whose model nobody else has", "图像由服务方独有的模型生成"],
    seen: ["the tool that the file names", "文件所记的工具"],
    remedy: ["none: only the service can draw it", "无法消除：只有服务方能够绘制"],
  }),
  cause("model-other", "other-image", {
    about: ["another model file, or another version of it", "模型文件或其版本不同"],
    seen: ["the model's hash; a name alone does not tell versions apart", "模型哈希；仅凭名称不能区分版本"],
    remedy: ["take the file of this hash", "使用该哈希对应的文件"],
  }),
  cause("model-hash-short", "other-image", {
    about: [
      "the recorded hash is A1111's old one, over 64 KiB, which different files share",
      "所记为 A1111 旧式哈希，仅覆盖 64 KiB，不同文件可能相同",
    ],
    seen: ["a model hash of 8 digits", "8 位模型哈希"],
    remedy: ["ask for the file's SHA-256", "索取文件的 SHA-256"],
    sources: ["AUTOMATIC1111/stable-diffusion-webui modules/sd_models.py"],
  }),
  cause("adapter-other", "other-image", {
    about: [
      "a LoRA, embedding or other adapter is missing or is another file",
      "附加模型（LoRA、嵌入等）缺失或并非同一文件",
    ],
    seen: ["the prompt's <lora:…>, the list of hashes", "提示词中的 <lora:…> 与哈希列表"],
    remedy: ["take the files of these hashes", "使用这些哈希对应的文件"],
  }),
  cause("embedding-unsaid", "visible", {
    about: [
      "words of the prompt are the maker's textual inversions, which the file does not list",
      "提示词中的词语实为作者的文本反转嵌入，文件并未列出",
    ],
    seen: [
      '"TI hashes" in newer A1111; before and elsewhere nothing',
      "新版 A1111 的 “TI hashes”；旧版及其他工具无记录",
    ],
    remedy: ["ask for the folder of embeddings", "索取嵌入文件夹"],
  }),
  cause("vae-unsaid", "visible", {
    about: [
      "another autoencoder decodes the same latent to other colours and details",
      "不同的自编码器会将同一潜变量解码为不同的颜色与细节",
    ],
    seen: [
      '"VAE" and "VAE hash"; "Automatic" and a baked one leave nothing',
      "“VAE” 与 “VAE hash”；“自动”与内置者不留记录",
    ],
    remedy: ["try the model's own and the usual ones", "尝试模型自带与常用的 VAE"],
  }),
  cause("noise-device", "other-image", {
    about: [
      "noise drawn on the graphics card, the processor, or in imitation of a card is other noise for one seed",
      "同一种子在显卡、处理器或模拟显卡上产生的噪声不同",
    ],
    seen: [
      '"RNG" where it is not the default; ComfyUI draws the first noise on the processor',
      "非默认时记有 “RNG”；ComfyUI 的初始噪声由处理器生成",
    ],
    remedy: [
      "A1111's NV source equals a card's for pictures up to some megapixels",
      "A1111 的 NV 来源与显卡一致（至数百万像素）",
    ],
    sources: [
      "AUTOMATIC1111/stable-diffusion-webui#9613",
      "AUTOMATIC1111/stable-diffusion-webui#9734",
      "AUTOMATIC1111/stable-diffusion-webui#7307",
    ],
  }),
  cause("noise-cpu-path", "rounding", {
    about: [
      "PyTorch on processors without AVX2 (ARM, old x86) rounds 39 % of its noise otherwise, by up to 1.7e-6",
      "无 AVX2 的处理器（ARM、旧 x86）上，PyTorch 有 39% 的噪声数值舍入不同，差至 1.7e-6",
    ],
    seen: ["no file says it", "文件均无记录"],
    remedy: ["try the source torch-cpu-libm", "尝试 torch-cpu-libm 来源"],
  }),
  cause("noise-later-device", "other-image", {
    about: [
      "ancestral and SDE samplers draw more noise on the card while they run",
      "祖先与 SDE 采样器在运行中于显卡上另取噪声",
    ],
    seen: [
      'the sampler: "a", "SDE", a ComfyUI name ending in _gpu',
      "采样器名称：“a”“SDE”，或以 _gpu 结尾的 ComfyUI 名称",
    ],
    remedy: [
      "none without that card; samplers without fresh noise do not have it",
      "没有该显卡则无法消除；不另取噪声的采样器不受影响",
    ],
    sources: ["AUTOMATIC1111/stable-diffusion-webui#2528"],
  }),
  cause("sde-last-digit", "visible", {
    about: [
      "SDE samplers look up noise by the noise level to its sixth digit; two computers' square roots differ there",
      "SDE 采样器以噪声水平的第六位小数查取噪声；不同计算机的平方根在此处有差异",
    ],
    seen: ["the sampler: DPM++ SDE, 2M SDE, 3M SDE", "采样器：DPM++ SDE、2M SDE、3M SDE"],
    remedy: ["none; expect details to move", "无法消除；细节会有变化"],
  }),
  cause("eta-noise-delta", "visible", {
    about: [
      "later noise comes from seed + a setting (31337 imitates NovelAI), which old versions did not write",
      "后续噪声取自种子加某设置值（31337 仿 NovelAI），旧版未予记录",
    ],
    seen: ['"ENSD"', "“ENSD”"],
    remedy: ["try 31337", "尝试 31337"],
    sources: ["AUTOMATIC1111/stable-diffusion-webui#7773"],
  }),
  cause("batch", "visible", {
    about: [
      "drawn beside other images: ComfyUI cuts one stream into a batch, and a card's kernels change with the batch's size",
      "成批绘制：ComfyUI 将一条噪声流分给整批，显卡内核亦随批量而异",
    ],
    seen: [
      '"Batch size", "Batch pos"; the batch of ComfyUI\'s latent',
      "“Batch size”“Batch pos”；ComfyUI 潜变量的批量",
    ],
    remedy: ["draw the whole batch again", "重绘整批"],
    sources: [
      "AUTOMATIC1111/stable-diffusion-webui#5210",
      "AUTOMATIC1111/stable-diffusion-webui#10847",
      "AUTOMATIC1111/stable-diffusion-webui#7730",
      "vladmandic/sdnext#2352",
      "huggingface/diffusers#2659",
      "huggingface/diffusers#11016",
    ],
  }),
  cause("attention-kernel", "visible", {
    about: [
      "xformers, flash and sub-quadratic attention sum in other orders; xformers not even in the same one twice",
      "xformers、flash、次二次注意力的求和次序各异；xformers 两次运行亦可能不同",
    ],
    seen: ["no file says it", "文件均无记录"],
    remedy: ["switch it off on the maker's side; ancestral samplers drift most", "由制作方关闭；祖先采样器偏移最大"],
    sources: [
      "AUTOMATIC1111/stable-diffusion-webui#3967",
      "AUTOMATIC1111/stable-diffusion-webui#2197",
      "huggingface/diffusers#1339",
      "lllyasviel/Fooocus#2361",
    ],
  }),
  cause("precision", "visible", {
    about: [
      "half, bfloat16, 8-bit or full precision; cards of different generations round half precision differently",
      "半精度、bfloat16、8 位或全精度；不同代显卡的半精度舍入不同",
    ],
    seen: [
      '"FP8 weight", "Diffusion in Low Bits"; half precision is written nowhere',
      "“FP8 weight”“Diffusion in Low Bits”；半精度无记录",
    ],
    remedy: ["run at the maker's precision on the same kind of card", "在同类显卡上以相同精度运行"],
    sources: ["comfyanonymous/ComfyUI#788"],
  }),
  cause("quantised-model", "visible", {
    about: [
      "quantised weights (GGUF, NF4) are computed otherwise on each card",
      "量化权重（GGUF、NF4）在各显卡上计算不同",
    ],
    seen: ["the model's name: Q4, Q8, nf4, fp8", "模型名称：Q4、Q8、nf4、fp8"],
    remedy: ["take the same quantisation and card", "使用相同的量化与显卡"],
    sources: ["lllyasviel/stable-diffusion-webui-forge#2158"],
  }),
  cause("hardware", "visible", {
    about: ["graphics card, driver, libraries, TF32, compiled kernels", "显卡、驱动、软件库、TF32、编译内核"],
    seen: ["no file says it; a record made at the time can", "文件均无记录；当时的过程记录可以载明"],
    remedy: ["the maker's environment record", "制作方的环境记录"],
    sources: ["pytorch.org/docs/stable/notes/randomness.html"],
  }),
  cause("version", "visible", {
    about: ["releases change samplers, schedules and prompt rules", "各版本的采样器、调度与提示词规则不同"],
    seen: ['"Version"; ComfyUI\'s core version is rarely written', "“Version”；ComfyUI 核心版本很少记录"],
    remedy: ["run that version", "运行该版本"],
    sources: ["AUTOMATIC1111/stable-diffusion-webui wiki: Seed breaking changes"],
  }),
  cause("dialect", "other-image", {
    about: [
      "weights, BREAK, AND and editing mean other things to other programs",
      "权重、BREAK、AND 与提示词编辑在各程序中含义不同",
    ],
    seen: ["the tool, and brackets in the prompt", "工具与提示词中的括号"],
    remedy: ["draw by the customs of that tool", "按该工具的惯例绘制"],
  }),
  cause("prompt-unsaid", "other-image", {
    about: ["wildcards, styles or dynamic prompts were filled in while it ran", "通配符、风格或动态提示词在运行时展开"],
    seen: [
      '"Template", "Wildcard prompt", __word__ or {a|b} in the prompt',
      "“Template”“Wildcard prompt”，或提示词中的 __词__、{甲|乙}",
    ],
    remedy: ["ask for the prompt as it was run", "索取实际运行的提示词"],
  }),
  cause("hires-upscaler", "visible", {
    about: ["the second pass starts from an upscaler's picture", "第二遍以放大模型的结果为起点"],
    seen: ['"Hires upscaler"', "“Hires upscaler”"],
    remedy: ["take the same upscaler's file", "使用相同的放大模型文件"],
  }),
  cause("refiner", "visible", {
    about: ["a second model takes over for the last steps", "最后若干步由另一模型完成"],
    seen: ['"Refiner", "Refiner switch at"', "“Refiner”“Refiner switch at”"],
    remedy: ["take both models", "两个模型均需具备"],
  }),
  cause("init-image", "other-image", {
    about: ["it began from an image or a mask that is not in the file", "以文件之外的图像或蒙版为起点"],
    seen: [
      "a denoising strength without hires fix; an image loaded by the workflow",
      "无高分修复而有重绘幅度；工作流载入了图像",
    ],
    remedy: ["the image itself", "取得该图像"],
  }),
  cause("control-image", "other-image", {
    about: ["ControlNet, IP-Adapter or a reference image guided it", "由 ControlNet、IP-Adapter 或参考图引导"],
    seen: ['"ControlNet 0", adapters of these kinds', "“ControlNet 0” 等附加模型"],
    remedy: ["the control image and the model", "取得控制图与模型"],
  }),
  cause("extension", "visible", {
    about: [
      "an extension worked on it: faces redrawn, regions, dynamic thresholds",
      "有扩展参与：脸部重绘、分区、动态阈值等",
    ],
    seen: ["keys of the extension in the text", "文本中该扩展的键"],
    remedy: ["the same extension and version", "相同的扩展与版本"],
  }),
  cause("speed-trick", "visible", {
    about: [
      "token merging, skipped guidance, cached steps, tiled decoding trade accuracy for time",
      "令牌合并、跳过引导、步骤缓存、分块解码以精度换时间",
    ],
    seen: [
      '"Token merging ratio", "NGMS", "Skip Early CFG", "Tiling"',
      "“Token merging ratio”“NGMS”“Skip Early CFG”“Tiling”",
    ],
    remedy: ["switch on the same", "启用相同设置"],
  }),
  cause("setting-default", "visible", {
    about: [
      "programs write many settings only where they are not the default, and defaults change",
      "许多设置仅在非默认时记录，而默认值会变",
    ],
    seen: ["fields that this file leaves out", "本文件未记的字段"],
    remedy: ["search over them (--search)", "对其搜索（--search）"],
  }),
  cause("vae-draw", "visible", {
    about: [
      "encoding an image draws from a distribution; this engine takes its mean",
      "图像编码时从分布中取样；本引擎取其均值",
    ],
    seen: ["img2img and inpainting", "图生图与局部重绘"],
    remedy: ["none in this engine", "本引擎无法消除"],
  }),
  cause("pixel-rounding", "rounding", {
    about: [
      "A1111 and ComfyUI cut numbers off, diffusers rounds them: off by one",
      "A1111 与 ComfyUI 截断，diffusers 四舍五入：相差一级",
    ],
    seen: ["the tool", "工具"],
    remedy: ["none needed: within rounding", "无需消除：属舍入误差"],
  }),
  cause("saved-lossily", "visible", {
    about: ["JPEG, WebP and platforms change pixels after they were drawn", "JPEG、WebP 及平台在绘制之后改变了像素"],
    seen: ["the container, quantisation tables", "容器格式与量化表"],
    remedy: ["ask for the original file", "索取原始文件"],
  }),
  cause("edited-afterwards", "other-image", {
    about: ["the picture was cropped, resized or painted over after it was drawn", "绘制之后经过裁剪、缩放或涂改"],
    seen: ["the recorded size beside the picture's; traces of editors", "记录的尺寸与实际尺寸；编辑软件痕迹"],
    remedy: ["look at the regions: what was painted over differs alone", "查看分区结果：仅被涂改处不同"],
  }),
  cause("recipe-other", "other-image", {
    about: [
      "the text is not that of this image: pasted in, altered, or of the whole batch",
      "文本并非该图像的配方：系粘贴、改动，或属整批",
    ],
    seen: ["conflicts between blocks; signatures where there are any", "各数据块之间的冲突；如有签名可核"],
    remedy: ["a text in a file can be written by anyone", "文件中的文本任何人都能写入"],
  }),
  cause("engine-other", "visible", {
    about: [
      "another engine draws than the one that made it: other order of sums, other kernels",
      "绘制所用引擎并非原引擎：求和次序与内核不同",
    ],
    seen: ["the tool; in our own images the engine's fingerprint", "工具；本程序的图像载有引擎指纹"],
    remedy: ["connect that program (--engine)", "连接该程序（--engine）"],
    sources: ["huggingface.co/docs/diffusers/en/using-diffusers/reusing_seeds"],
  }),
];

type Pair = readonly [en: string, zh: string];

function cause(
  id: string,
  size: CauseSize,
  texts: { readonly about: Pair; readonly seen: Pair; readonly remedy: Pair; readonly sources?: readonly string[] },
): Cause {
  const text = ([en, zh]: Pair): Text => ({ en, zh });
  const { about, seen, remedy, sources = [] } = texts;
  return { id, size, about: text(about), seen: text(seen), remedy: text(remedy), sources };
}
