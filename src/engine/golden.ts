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
    sha256: "9e3afbf056791dfceae9303f391c0bed65edcfe2c6d942dda64684743ff078bc",
    first: [-0.5354718565940857, -0.6315110325813293, -0.6078715324401855, -0.6398271322250366],
  },
  "scenes-128, Euler a": {
    sha256: "f8ed5326c728aa014f664c812fea14d51e86a2774de7fd473a1b5f5175f78ac2",
    first: [-0.13925966620445251, -0.17292726039886475, -0.1801026314496994, -0.18028366565704346],
  },
};

/** SHA-256 of the weight files of the model that comes with the package, by their paths in its folder. */
export const GOLDEN_WEIGHTS: Readonly<Record<string, string>> = {
  "text_encoder_2/model.safetensors": "617ec32632635592cee3a7d5f90445a9ec4a7715d1a17123330c112f9c4af2d6",
  "unet/diffusion_pytorch_model.safetensors": "8048dd753558c7089825ea7d286b5458a3f69f103dbd78ec274891035e5d96f0",
  "vae/diffusion_pytorch_model.safetensors": "5afd346a94a1625976269ca0f2151e6a1d91d82bfdbf53c0c61aeffa328453a6",
  "linocut.safetensors": "7ad2dc0fd3daec9ff49c9545e837604f89f5cfb1aafc9995f7e0b6fb1cbfd9c6",
  "penguin.safetensors": "0d47c052aa6d1148ef91a45370821569bf50502859a195c98b8c152a0c3970ca",
};
