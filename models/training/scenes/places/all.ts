/** Every place by its tag. */

import type { Tag } from "../tags.ts";
import { beach } from "./beach.ts";
import { city } from "./city.ts";
import { desert } from "./desert.ts";
import { forest } from "./forest.ts";
import { meadow } from "./meadow.ts";
import { moon } from "./moon.ts";
import { mountains } from "./mountains.ts";
import type { Place } from "./place.ts";

export const PLACES: { readonly [P in Tag<"place">]: Place } = { meadow, forest, beach, desert, city, mountains, moon };
