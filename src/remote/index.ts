/** `seedproof/remote`: other programs' interfaces as recipes, and recipes as their requests. */

export { type A1111Request, a1111Request, recipeOfA1111Request } from "./a1111-request.ts";
