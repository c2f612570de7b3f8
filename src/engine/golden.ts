/** What the reference mode of this version gives for the examinations; written by golden/engine.ts. */

import type { GoldenResults } from "./examinations.ts";

/** Golden results by the name of the examination. */
export const GOLDEN: GoldenResults = {
  "noise torch-cpu": {
    sha256: "27531dc13b4d07e12d691e092f5980e82103dfabf1cf3e743e4725119c5799fe",
    first: [0.7801160216331482, 0.3999825119972229, -1.5699676275253296, 0.20944172143936157],
  },
  "noise torch-cpu-libm": {
    sha256: "3b32f56d16a40b187cc25d0a2a3552552ad3721779509cd3d93fa489c8dc366a",
    first: [0.7801160216331482, 0.3999825119972229, -1.5699676275253296, 0.20944146811962128],
  },
  "noise nv": {
    sha256: "5aff10b1c12b336e97227a554cef09459fb337f809f1cb705bb36058e25a8a03",
    first: [-0.7934783101081848, 0.40961992740631104, 0.3730485141277313, -1.0091685056686401],
  },
  "text encoder": {
    sha256: "3ebcd0539666295ca918bc596910faa33f4441a3e5cb0c2f8bc813d0f5509cfa",
    first: [-0.34114575386047363, 0.012403219938278198, 0.00046521425247192383, 1.6160790920257568],
  },
  unet: {
    sha256: "0328db78d519eb36fb5f0093c20bfbb69dab5e9833608ca9891f1db86a31a674",
    first: [-0.8035001158714294, -0.7453153729438782, -0.7438340783119202, -0.7653384804725647],
  },
  "vae decoder": {
    sha256: "3870b36a0b55f390fcb4193eb13c5cdca5a1186ea9bbfdeb2aa10baf87773b40",
    first: [0.8308932781219482, 0.8295824527740479, 0.8719163537025452, 0.8897615075111389],
  },
  "vae encoder": {
    sha256: "2a74ad221722708f7de9060c759405c4ee10094e41b574426130ba0b69365ca5",
    first: [0.5780315399169922, 0.6796818375587463, 0.6943836212158203, 0.7083591222763062],
  },
};

/** Golden pictures of the model that comes with the package, by the name of the examination. */
export const GOLDEN_PICTURES: GoldenResults = {
  "scenes-128, DPM++ 2M Karras": {
    sha256: "361dfc27e3bdd3098ef3397426073ff71742a47e7a79558525936346c5acc714",
    first: [-0.5089010000228882, -0.573348879814148, -0.5323256254196167, -0.5590242147445679],
  },
  "scenes-128, Euler a": {
    sha256: "e72f88c8803d6ab59e884c98717cd9ec9083d0d2577a5a27a1b60f22ffa2373a",
    first: [-0.12592917680740356, -0.13951872289180756, -0.15115198493003845, -0.1549571305513382],
  },
};

/** SHA-256 of the weight files of the model that comes with the package, by their paths in its folder. */
export const GOLDEN_WEIGHTS: Readonly<Record<string, string>> = {
  "text_encoder_2/model.safetensors": "d13bc5f6fb1ad33d32a0e1eb388152e165ad1c6188be13b0f51fd62da5d62496",
  "unet/diffusion_pytorch_model.safetensors": "96673c8ee9adc59339a2c883b7611a97c648428f8d752b0195375f81e6c03127",
  "vae/diffusion_pytorch_model.safetensors": "5afd346a94a1625976269ca0f2151e6a1d91d82bfdbf53c0c61aeffa328453a6",
  "linocut.safetensors": "f1b269c13d4c6a2bcc5ce4a586a209af86ef5fa46ffe7e7aadc52eea4a74034a",
  "penguin.safetensors": "857f0a808382a78087ebf5e61953f61047bd62feafb5057d06da361cd91cb582",
};
