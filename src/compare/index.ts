/** `seedproof/compare`: fingerprints of images. */

export { DIHEDRAL, type Dihedral, type Luma, type Pdq, pdq, pdqDihedral, pdqDistance } from "./pdq.ts";
