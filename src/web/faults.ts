/**
 * What went wrong, in the reader's language. An error carries a code and an English message with its values; a text here is that
 * message as a pattern, so that its values stand in the other language too. What is in no pattern is said by its code in
 * general, with the message behind it; an unknown code is its message.
 */

import { literally } from "../base/regexp.ts";
import type { Text } from "../base/texts.ts";
import { lang } from "./language.ts";

/** An error as a server, a thread or a function tells it. */
export interface Fault {
  readonly code?: string;
  readonly message: string;
}

/** By code: what it means in general, then messages with values. */
export const FAULTS: Readonly<Record<string, readonly [general: Text, ...said: Text[]]>> = {
  "compare.alteration-failed": [{ en: "an alteration lost its colours", zh: "改动副本丢失了颜色" }],
  "compare.box-many": [
    { en: "too many boxes are compared at once", zh: "一次比对的选框过多" },
    { en: "at most {n} boxes are compared", zh: "至多比对 {n} 个选框" },
  ],
  "compare.box-outside": [
    { en: "the box is not in the image", zh: "选框不在图像之内" },
    {
      en: "the box {name} ({box}) is not in the first image of {size}, or below 4 pixels",
      zh: "选框“{name}”（{box}）不在 {size} 的第一幅图像之内，或小于 4 像素",
    },
  ],
  "compare.failed": [{ en: "the comparison did not come to an end", zh: "比对未能完成" }],
  "compare.features-failed": [{ en: "the detector of features gave up on this picture", zh: "特征检测未能处理此图像" }],
  "compare.mark-none": [
    { en: "no mark was found; draw a box around it", zh: "未找到标记；请用选框标出" },
    {
      en: "no text that could be a mark was read in the first image; give its box with --mark",
      zh: "第一幅图像中未读到可能是标记的文字；请用选框标出",
    },
    {
      en: "the posts have no mark in common, or there are fewer than two beside the first image",
      zh: "各配图没有共同的标记，或除第一幅外不足两幅",
    },
  ],
  "compare.not-done": [{ en: "this comparison has no result", zh: "此比对没有结果" }],
  "compare.region-many": [
    { en: "too many regions are measured at once", zh: "一次测量的区域过多" },
    { en: "at most {n} boxes are measured", zh: "至多测量 {n} 个选框" },
  ],
  "compare.region-outside": [
    { en: "the region is not in the image", zh: "区域不在图像之内" },
    {
      en: "the region {name} ({box}) is not in the image of {size}, or below {n} pixels",
      zh: "区域“{name}”（{box}）不在 {size} 的图像之内，或小于 {n} 像素",
    },
  ],
  "compare.size-differs": [
    { en: "images of different size cannot be laid over each other", zh: "尺寸不同的图像无法叠放" },
    {
      en: "images of {a} and {b} pixels cannot be laid over each other",
      zh: "{a} 与 {b} 像素的图像无法叠放",
    },
  ],
  "comparison.failed": [{ en: "the comparison did not come to an end", zh: "比对未能完成" }],
  "doctrine.case-exists": [
    { en: "there is a case of this name already", zh: "已有同名案件" },
    { en: "{folder} holds a case already", zh: "{folder} 中已有案件" },
  ],
  "doctrine.case-malformed": [
    { en: "the case's file is malformed", zh: "案件文件有误" },
    { en: "case.json: {why} (at {place})", zh: "case.json 有误：{why}（位置 {place}）" },
  ],
  "doctrine.case-not-found": [
    { en: "there is no such case", zh: "没有这个案件" },
    { en: "{folder} holds no case.json; seedproof case init makes one", zh: "{folder} 中没有 case.json" },
  ],
  "doctrine.case-too-long": [
    { en: "the case's file is too long", zh: "案件文件过长" },
    { en: "case.json has at most {n} characters", zh: "case.json 至多 {n} 个字符" },
  ],
  "doctrine.exhibit-altered": [
    { en: "an exhibit is not what it was when it was received", zh: "有检材与接收时不同" },
    { en: "{path} changed while it was copied", zh: "{path} 在复制时发生了变化" },
    { en: "Exhibit {id} is not what it was when it was received.", zh: "检材 {id} 与接收时不同。" },
    { en: "Exhibit {id}: {why}.", zh: "检材 {id} 缺失或指向案卷之外（{why}）。" },
  ],
  "doctrine.exhibit-exists": [
    { en: "the case has such an exhibit already", zh: "案件中已有此检材" },
    { en: "the case has an exhibit {id}", zh: "案件中已有检材 {id}" },
  ],
  "doctrine.exhibit-missing": [
    { en: "an exhibit's file is not there", zh: "检材文件不存在" },
    { en: "exhibit {id} is not there: {file}", zh: "检材 {id} 的文件不存在：{file}" },
  ],
  "doctrine.exhibit-outside": [
    { en: "an exhibit leads out of the case's folder", zh: "有检材指向案卷之外" },
    { en: "exhibit {id} leads out of the case's folder", zh: "检材 {id} 指向案卷之外" },
  ],
  "doctrine.exhibit-too-large": [
    { en: "the exhibit is too large", zh: "检材过大" },
    { en: "an exhibit has at most {n} files", zh: "一件检材至多含 {n} 个文件" },
  ],
  "doctrine.exhibit-unfit": [
    { en: "this cannot be an exhibit of this kind", zh: "不能作为此类检材" },
    { en: "{folder} is a folder, and holds no ledger", zh: "{folder} 是文件夹，其中没有账本" },
    { en: "the exhibit is no JSON object", zh: "此检材不是 JSON 对象" },
  ],
  "doctrine.exhibit-unknown": [
    { en: "the case has no such exhibit", zh: "案件中没有此检材" },
    { en: "the case has no exhibit {id}", zh: "案件中没有检材 {id}" },
    { en: "no exhibit {id} was taken out of the case", zh: "没有从案件中移出过检材 {id}" },
  ],
  "doctrine.exhibit-used": [
    { en: "a fact rests on this exhibit; take the fact back first", zh: "有事实依据此检材；请先撤回该事实" },
    {
      en: "a fact rests on exhibit {id}; take the fact back first",
      zh: "有事实依据检材 {id}；请先撤回该事实",
    },
  ],
  "doctrine.fact-unfit": [
    { en: "this is no value of this fact", zh: "此值不适用于该事实" },
    { en: "no fact {key} is in the vocabulary", zh: "词表中没有事实 {key}" },
    { en: "{value} is no value of {key}: {expected}", zh: "{value} 不能作为 {key} 的值；应为 {expected}" },
    {
      en: "{key} is graded T but rests on no third party's record",
      zh: "{key} 标为 T 级，却不以第三方记录为依据",
    },
  ],
  "doctrine.measured-malformed": [
    {
      en: "measured.json is not of the form seedproof-measured/1",
      zh: "measured.json 不符合 seedproof-measured/1 格式",
    },
  ],
  "doctrine.no-image": [{ en: "no exhibit of the case is the image in question", zh: "案件中没有涉案图像" }],
  "doctrine.parameter-fixed": [
    { en: "this parameter is fixed by its source", zh: "此参数由其来源固定" },
    { en: "the parameter {name} of {rule} is fixed by its source", zh: "{rule} 的参数 {name} 由其来源固定" },
  ],
  "doctrine.parameter-unknown": [
    { en: "the rule has no such parameter", zh: "该规则没有此参数" },
    { en: "the rule {rule} has no parameter {name}", zh: "规则 {rule} 没有参数 {name}" },
  ],
  "doctrine.rule-not-found": [
    { en: "there is no such rule", zh: "没有这条规则" },
    { en: "{rule} is no rule that comes with Seedproof", zh: "{rule} 不是 Seedproof 附带的规则" },
    { en: "{rule} is no rule that comes with Seedproof and no file", zh: "{rule} 既非 Seedproof 附带的规则，也非文件" },
  ],
  "dossier.failed": [{ en: "the dossier did not come to an end", zh: "卷宗未能完成" }],
  "dossier.folder-unreadable": [{ en: "the folder cannot be read from here", zh: "此处无法读取该文件夹" }],
  "dossier.ledger-incomplete": [
    { en: "the ledger is incomplete", zh: "账本不完整" },
    { en: "the ledger has no file {path}", zh: "账本中没有文件 {path}" },
    { en: "entry {n} cannot be read", zh: "无法读取第 {n} 条" },
  ],
  "dossier.not-found": [
    { en: "there is no such file", zh: "没有这个文件" },
    { en: "there is no {path}", zh: "没有 {path}" },
    { en: "{path} is no file", zh: "{path} 不是文件" },
  ],
  "dossier.not-measured": [
    { en: "the case was not measured yet", zh: "案件尚未测量" },
    { en: "the case was not measured; seedproof case measure does it", zh: "案件尚未测量；请先测量" },
  ],
  "dossier.path-twice": [
    { en: "two files of the bundle would have one name", zh: "证据包中有两个文件重名" },
    { en: "two files of the bundle would be called {path}", zh: "证据包中有两个文件将同名为 {path}" },
  ],
  "dossier.path-unfit": [
    { en: "a file's name cannot stand in a bundle", zh: "有文件名不能用于证据包" },
    { en: "{path} cannot stand in a bundle ({why})", zh: "{path} 不能用于证据包（{why}）" },
  ],
  "dossier.pdf-without-bundle": [{ en: "no bundle is attached to this PDF", zh: "此 PDF 未附证据包" }],
  "dossier.too-large": [
    { en: "this holds more than a bundle may", zh: "内容超过证据包上限" },
    { en: "{folder} holds more than a bundle may", zh: "{folder} 的内容超过证据包上限" },
  ],
  "dossier.typesetting-failed": [
    { en: "the document could not be set", zh: "文档排版失败" },
    { en: "the document could not be set: {why}", zh: "文档排版失败：{why}" },
  ],
  "dossier.withheld-told": [
    { en: "the dossier would tell what is not to be disclosed", zh: "卷宗会透露未披露的内容" },
    {
      en: "the dossier would tell what entry {n} says, which is not to be disclosed",
      zh: "卷宗会透露第 {n} 条的内容，而该条不予披露",
    },
  ],
  "dossier.zip-too-large": [
    { en: "the archive is too large", zh: "压缩包过大" },
    { en: "the archive is larger than the limit", zh: "压缩包超过上限" },
    { en: "a zip of more than 4 GB is not written; use a folder", zh: "不写入超过 4 GB 的 zip；请改用文件夹" },
  ],
  "examination.failed": [{ en: "the examination did not come to an end", zh: "检验未能完成" }],
  "engine.adapter-incomplete": [
    { en: "the adapter lacks a part", zh: "该 LoRA 不完整" },
    {
      en: "the adapter's module {module} lacks its up or down part",
      zh: "该 LoRA 的模块 {module} 缺少 up 或 down 部分",
    },
  ],
  "engine.adapter-none": [
    { en: "there is no such adapter", zh: "没有这个 LoRA" },
    {
      en: "there is no adapter {name}, neither as a path nor by name or hash in {folder}",
      zh: "找不到 LoRA“{name}”：既非路径，{folder} 中也没有此名称或哈希",
    },
  ],
  "engine.adapter-unfit": [
    { en: "the adapter does not fit this model", zh: "该 LoRA 与此模型不匹配" },
    {
      en: "none of the adapter's {n} modules is in this model, the first {module}",
      zh: "该 LoRA 的 {n} 个模块均不在此模型中，第一个为 {module}",
    },
  ],
  "engine.adapter-unsupported": [
    { en: "adapters of this kind are not merged", zh: "不支持此种 LoRA" },
    { en: "the adapter's tensor {name} is of no kind that is merged", zh: "LoRA 中的张量 {name} 属于不支持的类型" },
  ],
  "engine.batch-index": [
    { en: "an image of this batch cannot be drawn again", zh: "此批次中的图像无法重新绘制" },
    { en: "batch indexes go from 0 to {most}", zh: "批次序号须在 0 至 {most} 之间" },
    { en: "a batch of {n} images is not drawn again", zh: "不重新绘制 {n} 张的批次" },
  ],
  "engine.cancelled": [
    { en: "stopped before it was done", zh: "完成前已停止" },
    { en: "no further image is wanted", zh: "不再需要其余图像" },
    { en: "the server stops", zh: "服务正在停止" },
  ],
  "engine.clip-skip": [
    { en: "this clip skip does not fit the text encoder", zh: "Clip 跳层数与文本编码器不符" },
    { en: "clip skip {n} for a text encoder of {layers} layers", zh: "文本编码器共 {layers} 层，不能跳 {n} 层" },
  ],
  "engine.config-malformed": [{ en: "the model's configuration is malformed", zh: "模型配置有误" }],
  "engine.config-unsupported": [
    { en: "the model is of a kind that is not drawn with", zh: "不支持此种模型配置" },
    { en: "{key} {value} is not supported", zh: "不支持 {key} {value}" },
    { en: "a text encoder of {n} places; at most {most}", zh: "文本编码器有 {n} 个位置，至多 {most} 个" },
  ],
  "engine.denoise-out-of-range": [
    { en: "the denoising strength is out of range", zh: "重绘幅度超出范围" },
    { en: "denoising strength {n}; it is above 0 and up to 1", zh: "重绘幅度为 {n}；须大于 0 且不大于 1" },
  ],
  "engine.embedding-malformed": [
    { en: "the file is no embedding", zh: "该文件不是文本嵌入" },
    { en: "the file is no embedding: {why}", zh: "该文件不是文本嵌入：{why}" },
  ],
  "engine.failed": [
    { en: "the engine failed", zh: "引擎出错" },
    { en: "the engine gave no image", zh: "引擎没有给出图像" },
  ],
  "engine.fast-unavailable": [
    { en: "the fast mode is not installed", zh: "尚未安装快速模式" },
    {
      en: "the fast mode needs the package {name} (npm install {what})",
      zh: "快速模式需要软件包 {name}（npm install {what}）",
    },
  ],
  "engine.load-failed": [
    { en: "the runtime refuses the model", zh: "运行时拒绝载入模型" },
    { en: "the runtime refuses the graph: {why}", zh: "运行时拒绝此计算图：{why}" },
  ],
  "engine.memory": [
    { en: "there is not enough memory for this model", zh: "内存不足以载入此模型" },
    {
      en: "this network takes {needed} GB to load and {available} GB are available; the fast mode has more",
      zh: "载入此网络需 {needed} GB，现有 {available} GB 可用；快速模式可用内存更多",
    },
    {
      en: "this network takes {needed} GB to load and {available} GB are available",
      zh: "载入此网络需 {needed} GB，现有 {available} GB 可用",
    },
  ],
  "engine.model-incomplete": [
    { en: "a file of the model is missing", zh: "模型缺少文件" },
    { en: "the model's folder has no readable {path}", zh: "模型文件夹中没有可读取的 {path}" },
  ],
  "engine.model-none": [
    { en: "the model is not here", zh: "本机没有此模型" },
    {
      en: "no model comes with this version; name one with --model: a diffusers folder or a .safetensors checkpoint",
      zh: "此版本不附带模型；请指定 diffusers 文件夹或 .safetensors 模型文件",
    },
    {
      en: "there is no model {name}, neither as a path nor by name or hash in {folder}",
      zh: "找不到模型“{name}”：既非路径，{folder} 中也没有此名称或哈希",
    },
    { en: "there is no autoencoder {name}", zh: "找不到 VAE“{name}”" },
  ],
  "engine.not-a-number": [
    { en: "the model's answer is no number", zh: "模型给出了非数值结果" },
    { en: "the model's answer at sigma {sigma} holds NaN", zh: "模型在 sigma {sigma} 处给出 NaN" },
  ],
  "engine.process-failed": [
    { en: "no image was drawn", zh: "没有绘出图像" },
    { en: "a process drew no image: {why}", zh: "子进程没有绘出图像：{why}" },
    { en: "the engine drew no image", zh: "引擎没有绘出图像" },
  ],
  "engine.run-failed": [
    { en: "the runtime failed", zh: "运行时出错" },
    { en: "the runtime failed: {why}", zh: "运行时出错：{why}" },
  ],
  "engine.runtime-unknown": [
    { en: "the runtime is another than the pinned one", zh: "运行时与指定版本不同" },
    {
      en: "the WebAssembly has SHA-256 {found}; {runtime} has {hash}",
      zh: "WebAssembly 的 SHA-256 为 {found}；{runtime} 应为 {hash}",
    },
  ],
  "engine.sampler-unknown": [
    { en: "there is no such sampler", zh: "没有这种采样方法" },
    { en: 'there is no sampler "{name}"; there are {known}', zh: "没有采样方法“{name}”；可用的有 {known}" },
  ],
  "engine.schedule-unknown": [
    { en: "there is no such schedule", zh: "没有这种调度" },
    { en: 'there is no schedule "{name}"; there are {known}', zh: "没有调度“{name}”；可用的有 {known}" },
  ],
  "engine.search-embedded": [
    {
      en: "missing fields are searched with the embedded engine alone",
      zh: "只有内置引擎可以搜索缺失的字段",
    },
  ],
  "engine.seed-out-of-range": [
    { en: "the seed is out of range", zh: "种子超出范围" },
    { en: "the seed {seed} is not between -2^63 and 2^64-1", zh: "种子 {seed} 不在 -2^63 至 2^64-1 之间" },
  ],
  "engine.shape-mismatch": [
    { en: "parts of the model or the image do not fit each other", zh: "模型或图像的各部分互不匹配" },
    { en: "an image has 3 channels, not {n}", zh: "图像应有 3 个通道，而非 {n} 个" },
    { en: "an embedding of {n} numbers for a width of {width}", zh: "文本嵌入有 {n} 个数，编码器宽度为 {width}" },
    { en: "a UNet that reads {n} channels is not supported", zh: "不支持读取 {n} 个通道的 UNet" },
  ],
  "engine.size-unfit": [
    { en: "the size does not fit", zh: "尺寸不符" },
    {
      en: "{width}x{height} pixels; sides are multiples of {factor} up to {most}",
      zh: "{width}×{height} 像素；边长须为 {factor} 的倍数，且不超过 {most}",
    },
    {
      en: "the image is {width}x{height}, the recipe's size {w}x{h}",
      zh: "图像为 {width}×{height}，配方尺寸为 {w}×{h}",
    },
    { en: "the mask is {width}x{height}, the image another size", zh: "蒙版为 {width}×{height}，与图像尺寸不同" },
  ],
  "engine.steps-out-of-range": [
    { en: "the number of steps is out of range", zh: "步数超出范围" },
    { en: "{n} steps; a run has 1 to {most}", zh: "步数为 {n}；须在 1 至 {most} 之间" },
  ],
  "engine.text-too-long": [
    { en: "the prompt is too long", zh: "提示词过长" },
    { en: "a text of {n} characters; at most {most} are read", zh: "文本有 {n} 个字符，至多读取 {most} 个" },
  ],
  "engine.unknown": [
    { en: "there is no such engine", zh: "没有这种引擎" },
    {
      en: '"{name}" is no engine: embedded, a1111=URL, comfyui=URL or sdcpp=URL',
      zh: "“{name}”不是引擎：可用 embedded、a1111=URL、comfyui=URL 或 sdcpp=URL",
    },
  ],
  "engine.vae-unfit": [
    { en: "the VAE does not fit this model", zh: "VAE 与此模型不匹配" },
    {
      en: "an autoencoder of {n} latent channels for a model of {own}",
      zh: "VAE 的潜空间有 {n} 个通道，模型为 {own} 个",
    },
  ],
  "engine.vocabulary-malformed": [{ en: "the model's vocabulary is malformed", zh: "模型的词表有误" }],
  "engine.weights-damaged": [{ en: "the file of weights is damaged", zh: "权重文件已损坏" }],
  "engine.weights-missing": [
    { en: "weights are missing", zh: "缺少权重" },
    { en: "the weights have no {name}", zh: "权重中没有 {name}" },
    { en: "no {name}: not a single-file checkpoint", zh: "没有 {name}：不是单文件模型" },
  ],
  "engine.weights-not-finite": [
    { en: "a weight is not finite", zh: "权重中有非有限数值" },
    { en: "number {n} of the weight {name} is not finite", zh: "权重 {name} 的第 {n} 个数不是有限数值" },
  ],
  "engine.weights-pickle": [
    {
      en: "this is a PyTorch pickle, which can run programs when it is read; convert it to safetensors",
      zh: "这是 PyTorch 的 pickle 文件，读取时可能执行程序；请转换为 safetensors",
    },
  ],
  "engine.weights-shape": [
    { en: "the weights have another shape than the model needs", zh: "权重形状与模型不符" },
    {
      en: "the weight {name} is [{shape}]; this configuration needs [{needed}]",
      zh: "权重 {name} 的形状为 [{shape}]，此配置需要 [{needed}]",
    },
    {
      en: "the adapter's module {module} does not fit a weight of [{shape}]",
      zh: "LoRA 的模块 {module} 与形状为 [{shape}] 的权重不符",
    },
    {
      en: "the parts of the adapter's module {module} do not fit each other",
      zh: "LoRA 模块 {module} 的各部分互不匹配",
    },
  ],
  "engine.weights-type": [
    { en: "weights of this type are not run", zh: "不支持此类型的权重" },
    {
      en: "the weight {name} is of type {type}; F32, F16 and BF16 are run",
      zh: "权重 {name} 的类型为 {type}；可运行 F32、F16 与 BF16",
    },
  ],
  "engine.worker-ended": [
    { en: "the thread of the engine ended", zh: "引擎线程已结束" },
    { en: "a worker thread of the engine ended", zh: "引擎的一个工作线程已结束" },
  ],
  "remote.address": [
    { en: "this is no address", zh: "地址无效" },
    { en: '"{address}" is no address', zh: "“{address}”不是有效地址" },
  ],
  "remote.answer-too-long": [
    { en: "the server's answer is too long", zh: "对方程序的应答过长" },
    { en: "the server's answer is longer than {n} bytes", zh: "对方程序的应答超过 {n} 字节" },
  ],
  "remote.cached-run": [
    { en: "no image was drawn: it came from a cache", zh: "结果取自缓存，未重新绘制" },
    { en: "{url} took {nodes} from its cache: no image was drawn", zh: "{url} 的 {nodes} 取自缓存：未重新绘制图像" },
  ],
  "remote.foreign": [
    { en: "another program answers at this address", zh: "该地址上应答的是其他程序" },
    { en: "{url} does not speak {name}'s API: {why}; {hint}", zh: "{url} 未提供 {name} 的接口：{why}；{hint}" },
  ],
  "remote.graph-malformed": [{ en: "the graph is no API graph of ComfyUI", zh: "该工作流不是 ComfyUI 的 API 格式" }],
  "remote.graph-refused": [
    { en: "the program refuses the graph", zh: "对方程序拒绝此工作流" },
    { en: "{url} refuses the graph: without a reason", zh: "{url} 拒绝此工作流，未说明理由" },
    { en: "{url} refuses the graph: {why}", zh: "{url} 拒绝此工作流：{why}" },
  ],
  "remote.interrupted": [
    { en: "somebody stopped it there", zh: "对方程序上有人停止了任务" },
    { en: "somebody stopped the job on {url}", zh: "有人在 {url} 上停止了任务" },
    { en: "somebody stopped the run on {url}", zh: "有人在 {url} 上停止了运行" },
  ],
  "remote.missing": [
    { en: "the program does not know this request", zh: "对方程序不支持此请求" },
    { en: "{url} answered {status}: {why}", zh: "{url} 应答 {status}：{why}" },
    { en: "{url} answered {status}", zh: "{url} 应答 {status}" },
  ],
  "remote.no-image": [
    { en: "the program gave no image", zh: "对方程序没有给出图像" },
    { en: "{url} answered without an image", zh: "{url} 的应答中没有图像" },
    { en: "{url} finished the run without an image", zh: "{url} 运行完毕，但没有图像" },
  ],
  "remote.refused": [
    { en: "the program refuses the request", zh: "对方程序拒绝此请求" },
    { en: "{url} answered {status}: {why}", zh: "{url} 应答 {status}：{why}" },
    { en: "{url} answered {status}", zh: "{url} 应答 {status}" },
  ],
  "remote.run-failed": [
    { en: "the run failed there", zh: "对方程序运行出错" },
    { en: "{url} says that the run failed", zh: "{url} 报告运行失败" },
    { en: "{url} says that the job failed: {why}", zh: "{url} 报告任务失败：{why}" },
    { en: "{url} failed in node {node}: {why}", zh: "{url} 在节点 {node} 出错：{why}" },
  ],
  "remote.seed-too-large": [
    { en: "the seed is too large for this program", zh: "种子过大，对方程序无法准确接收" },
    {
      en: "the seed {seed} is larger than this server's JSON can carry exactly",
      zh: "种子 {seed} 过大，对方程序的 JSON 无法准确传递",
    },
  ],
  "remote.timed-out": [
    { en: "it does not answer in time", zh: "未在限时内应答" },
    { en: "{url} has not answered within {n} s", zh: "{url} 在 {n} 秒内未应答" },
    { en: "{url} has not finished job {id} within a day", zh: "{url} 在一天内未完成任务 {id}" },
    { en: "{url} has not finished run {id} within a day", zh: "{url} 在一天内未完成运行 {id}" },
  ],
  "remote.too-old": [
    { en: "the program is too old", zh: "对方程序版本过旧" },
    {
      en: "{url} is an A1111 without a list of samplers; 1.0 and later have one",
      zh: "{url} 上的 A1111 没有采样方法列表；1.0 及以后版本才有",
    },
    {
      en: "{url} is a server of stable-diffusion.cpp without /sdcpp/v1 and /v1",
      zh: "{url} 上的 stable-diffusion.cpp 没有 /sdcpp/v1 与 /v1",
    },
    {
      en: "{url} does not describe its nodes one by one; ComfyUI has since April 2023",
      zh: "{url} 不能逐一说明节点；ComfyUI 自 2023 年 4 月起支持",
    },
  ],
  "remote.unauthorised": [
    { en: "it asks for a user name and password", zh: "它要求用户名与密码" },
    { en: "{url} answered {status}: {why}", zh: "{url} 应答 {status}（需要用户名与密码）：{why}" },
    { en: "{url} answered {status}", zh: "{url} 应答 {status}（需要用户名与密码）" },
  ],
  "remote.unreachable": [
    { en: "it does not answer", zh: "无应答" },
    { en: "{url} does not answer: {why}", zh: "{url} 无应答：{why}" },
  ],
  "file.not-found": [
    { en: "the file is not there", zh: "文件不存在" },
    { en: "there is no file {path}", zh: "没有文件 {path}" },
    { en: "the image is not where it was any more", zh: "图像已不在原处" },
    { en: "there is no such image", zh: "没有这幅图像" },
    { en: "the library has no such image", zh: "图库中没有这幅图像" },
  ],
  "image.empty": [{ en: "the file is empty", zh: "文件为空" }],
  "image.pixels-malformed": [{ en: "the pixels of the image cannot be decoded", zh: "无法解码此图像的像素" }],
  "image.too-many-pixels": [
    { en: "the image states more pixels than are decoded here", zh: "图像声明的像素数超过可解码的上限" },
  ],
  "image.unknown": [{ en: "this is no image that is known here", zh: "无法识别此图像" }],
  "image.unknown-kind": [
    { en: "the file is no image or video that is known here", zh: "该文件不是可识别的图像或视频" },
  ],
  "index.closed": [{ en: "the library has been closed", zh: "图库已关闭" }],
  "index.locked": [
    {
      en: "another process has the index open; the workbench keeps it up to date while it runs",
      zh: "另一进程正打开索引；工作台运行时由它保持更新",
    },
  ],
  "index.unreachable": [
    { en: "the database that DATABASE_URL names cannot be used", zh: "无法使用 DATABASE_URL 所指的数据库" },
  ],
  "job.finished": [
    { en: "this job is over", zh: "此任务已结束" },
    { en: "this reproduction is over", zh: "此复现已结束" },
  ],
  "job.not-found": [
    { en: "there is no such job", zh: "没有这个任务" },
    { en: "there is no such image", zh: "没有这幅图像" },
    { en: "there is no such reproduction", zh: "没有这次复现" },
  ],
  "library.folder-missing": [
    { en: "there is no such folder", zh: "没有这个文件夹" },
    { en: "there is no folder {path}", zh: "没有文件夹 {path}" },
  ],
  "library.folder-own": [
    { en: "the workspace's own images are in the library already", zh: "工作区自身的图像已在图库中" },
  ],
  "library.folder-relative": [{ en: "name the folder by its whole path", zh: "请填写文件夹的完整路径" }],
  "library.folders-many": [{ en: "these are too many folders", zh: "文件夹过多" }],
  "record.import-none": [{ en: "no history is being taken over", zh: "目前没有导入历史" }],
  "record.import-running": [{ en: "a history is being taken over already", zh: "已有历史正在导入" }],
  "record.no-folder": [{ en: "this folder is not watched", zh: "未在监看此文件夹" }],
  "record.no-proxy": [{ en: "no proxy answers at this address", zh: "此地址上没有代理" }],
  "record.none": [
    { en: "this server records no session", zh: "目前没有打开的会话" },
    { en: "no session is open to write this into", zh: "没有打开的会话可供写入" },
    { en: "there is no ledger to seal yet", zh: "尚无可封存的账本" },
  ],
  "record.port-taken": [
    { en: "the proxy's port is taken", zh: "代理端口已被占用" },
    { en: "port {port} cannot be used", zh: "无法使用端口 {port}" },
  ],
  "record.proxy-loop": [
    { en: "this address is a recording proxy already", zh: "该地址已是记录代理" },
    {
      en: "this is the workbench's own address; what it makes is recorded already",
      zh: "这是工作台自身的地址；其生成内容已在记录",
    },
  ],
  "record.running": [
    { en: "a session is being recorded already", zh: "已有会话正在记录" },
    { en: "session “{name}” is being recorded already", zh: "会话「{name}」已在记录中" },
  ],
  "record.server-failed": [
    { en: "the program gives no history", zh: "该程序没有给出历史" },
    { en: "{url} gives no history", zh: "{url} 没有给出历史" },
  ],
  "record.source-damaged": [
    { en: "the history cannot be read", zh: "无法读取此历史" },
    { en: "{file} cannot be read as a database: {why}", zh: "无法将 {file} 作为数据库读取：{why}" },
  ],
  "record.source-relative": [{ en: "name files and folders by their whole path", zh: "请填写文件与文件夹的完整路径" }],
  "record.source-too-large": [
    { en: "the history is too large", zh: "历史过大" },
    { en: "{file} is too long", zh: "{file} 过长" },
    { en: "{file} is larger than {n} bytes", zh: "{file} 超过 {n} 字节" },
  ],
  "record.source-unknown": [
    { en: "this gives no history that is known here", zh: "此处没有可识别的历史" },
    { en: "{source} gives no history of ComfyUI", zh: "{source} 没有 ComfyUI 的历史" },
    { en: "{source} has no log.html of Fooocus", zh: "{source} 没有 Fooocus 的 log.html" },
    { en: "{file} is no log of Fooocus", zh: "{file} 不是 Fooocus 的日志" },
    { en: "{folder} has no databases/invokeai.db", zh: "{folder} 中没有 databases/invokeai.db" },
    { en: "{file} has no table of images as InvokeAI keeps it", zh: "{file} 没有 InvokeAI 的图像表" },
  ],
  "server.bad-request": [{ en: "the request is malformed", zh: "请求有误" }],
  "server.busy": [{ en: "too many pictures are asked for at once", zh: "同时请求的图像过多" }],
  "server.gone": [{ en: "the program does not answer", zh: "程序没有应答" }],
  "server.foreign-host": [{ en: "this server is not called by that name", zh: "此服务不以该名称应答" }],
  "server.foreign-origin": [{ en: "another site sent this request", zh: "请求来自其他网站" }],
  "server.internal": [{ en: "the server made a mistake; its log says more", zh: "服务内部出错，详见其日志" }],
  "server.no-json": [
    { en: "the request is no JSON", zh: "请求不是 JSON" },
    { en: "send JSON, and say so in content-type", zh: "请发送 JSON，并在 content-type 中说明" },
    { en: "the request's body is no JSON", zh: "请求内容不是 JSON" },
  ],
  "server.no-token": [{ en: "this is not the workspace's token", zh: "工作区密钥无效" }],
  "server.not-found": [
    { en: "there is nothing at this address", zh: "此地址没有内容" },
    { en: "there is nothing at this place", zh: "此处没有内容" },
  ],
  "server.page-not-built": [
    { en: "the page is not built; run: npm run build", zh: "页面尚未构建；请运行 npm run build" },
  ],
  "server.stopping": [{ en: "the server is stopping", zh: "服务正在停止" }],
  "server.thread-ended": [{ en: "the thread that worked on this has ended", zh: "处理此事的线程已结束" }],
  "server.too-large": [{ en: "the request is larger than is taken here", zh: "请求过大" }],
  "tour.busy": [{ en: "an image of the tour is being drawn", zh: "导览图像正在绘制" }],
  "tour.order": [
    { en: "an earlier step comes first", zh: "请先完成前面的步骤" },
    { en: "this image is not there yet", zh: "此图像尚不存在" },
  ],
};

/** What went wrong, in both languages. */
export function faultText({ code = "", message }: Fault): Text {
  const [general, ...said] = FAULTS[code] ?? [];
  if (!general) return { en: message, zh: message };
  if (message === "" || message === general.en) return general;
  for (const text of said) {
    const values = valuesIn(text.en, message);
    if (values) return { en: message, zh: text.zh.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "") };
  }
  return { en: message, zh: `${general.zh}（${message}）` };
}

/** The values of a message by its pattern; `undefined` where it is no such message. */
function valuesIn(pattern: string, message: string): Readonly<Record<string, string>> | undefined {
  const parts = pattern.split(/\{(\w+)\}/);
  const source = parts.map((part, i) => (i % 2 === 0 ? literally(part) : `(?<${part}>[^]*?)`));
  return (
    new RegExp(`^${source.join("")}$`).exec(message)?.groups ??
    (parts.length === 1 && pattern === message ? {} : undefined)
  );
}

/** The same in the language of the page. */
export function faultWords(fault: Fault): string {
  return faultText(fault)[lang.value];
}
