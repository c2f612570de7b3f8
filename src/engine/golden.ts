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
    sha256: "9edc0aa1543fa155c6398e277c98443cb26f31639d47154f6c142fbeb2b03edd",
    first: [-0.4865933060646057, -0.5221031308174133, -0.481467604637146, -0.5100228786468506],
  },
  "scenes-128, Euler a": {
    sha256: "3db78e9206f0980f2be82b3fbe82beb16bf8fbfa5d33042a4307c3293905d41d",
    first: [-0.14249089360237122, -0.1539638191461563, -0.15606914460659027, -0.15968580543994904],
  },
};

/** SHA-256 of the weight files of the model that comes with the package, by their paths in its folder. */
export const GOLDEN_WEIGHTS: Readonly<Record<string, string>> = {
  "text_encoder_2/model.safetensors": "228073e98d1dde664dbda69d5f9d0e2ec5e595532ea1d9a548ec5d5607ec82a0",
  "unet/diffusion_pytorch_model.safetensors": "db7297ccb53c2a47cfd79250aec1152ad91a5a09015545f778416186b10ec877",
  "vae/diffusion_pytorch_model.safetensors": "5afd346a94a1625976269ca0f2151e6a1d91d82bfdbf53c0c61aeffa328453a6",
  "linocut.safetensors": "418d61f7a81c28dfe00e554c022481b3eee8ebdbe3428b0846d7f3c744103b07",
  "penguin.safetensors": "ff9c8069029403b6e5062f727a649972b03fe1a9e6b9cb7d9fce6981c6d15ccf",
};
