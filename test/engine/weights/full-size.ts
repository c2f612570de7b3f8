/** Configurations of full-size diffusers folders: SD 1.x's and SDXL's, as their authors published them. */

export const VOCABULARY = { "<|startoftext|>": 49_406, "<|endoftext|>": 49_407 };

const UNET = {
  sd1: { cross_attention_dim: 768 },
  sdxl: {
    block_out_channels: [320, 640, 1280],
    cross_attention_dim: 2048,
    attention_head_dim: [5, 10, 20],
    use_linear_projection: true,
    transformer_layers_per_block: [1, 2, 10],
    addition_embed_type: "text_time",
    addition_time_embed_dim: 256,
    projection_class_embeddings_input_dim: 2816,
    down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
  },
};
const VAE = {
  block_out_channels: [128, 256, 512, 512],
  layers_per_block: 2,
  latent_channels: 4,
  down_block_types: Array(4).fill("DownEncoderBlock2D"),
  up_block_types: Array(4).fill("UpDecoderBlock2D"),
};
const TEXT = {
  text0: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    vocab_size: 49_408,
  },
  text1: {
    ...{
      hidden_size: 1280,
      intermediate_size: 5120,
      num_hidden_layers: 32,
      num_attention_heads: 20,
      vocab_size: 49_408,
    },
    ...{ hidden_act: "gelu", projection_dim: 1280, architectures: ["CLIPTextModelWithProjection"] },
  },
};

/** Where each network's weights lie in a folder. */
export const FULL_SIZE = {
  sd1: {
    unet: "unet/diffusion_pytorch_model.safetensors",
    vae: "vae/diffusion_pytorch_model.safetensors",
    text0: "text_encoder/model.safetensors",
  },
  sdxl: {
    unet: "unet/diffusion_pytorch_model.safetensors",
    vae: "vae/diffusion_pytorch_model.safetensors",
    text0: "text_encoder/model.safetensors",
    text1: "text_encoder_2/model.safetensors",
  },
} as const;

/** Everything of a folder but its weights, by path. */
export function folderText(family: "sd1" | "sdxl"): Record<string, string> {
  const files: Record<string, unknown> = {
    "unet/config.json": UNET[family],
    "vae/config.json": VAE,
    "scheduler/scheduler_config.json": { beta_schedule: "scaled_linear" },
  };
  for (const [i, suffix] of (family === "sdxl" ? ["", "_2"] : [""]).entries()) {
    files[`text_encoder${suffix}/config.json`] = TEXT[`text${i as 0 | 1}`];
    files[`tokenizer${suffix}/vocab.json`] = VOCABULARY;
  }
  const texts = Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)]));
  for (const path of Object.keys(texts).filter((name) => name.endsWith("vocab.json"))) {
    texts[path.replace("vocab.json", "merges.txt")] = "#version: 0.2";
  }
  return texts;
}
