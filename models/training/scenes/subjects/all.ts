/** Every subject by its tag. */

import type { Tag } from "../tags.ts";
import { bird } from "./bird.ts";
import { boat } from "./boat.ts";
import { car } from "./car.ts";
import { cat } from "./cat.ts";
import { house } from "./house.ts";
import { mushroom } from "./mushroom.ts";
import { rabbit } from "./rabbit.ts";
import { robot } from "./robot.ts";
import { rocket } from "./rocket.ts";
import type { Subject } from "./subject.ts";
import { whale } from "./whale.ts";

export const SUBJECTS: { readonly [S in Tag<"subject">]: Subject } = {
  cat,
  rabbit,
  bird,
  whale,
  robot,
  house,
  car,
  boat,
  rocket,
  mushroom,
};
