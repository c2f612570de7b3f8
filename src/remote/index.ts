/** `seedproof/remote`: other programs' servers as engines, their requests as recipes, and recipes as their requests. */

export { a1111Engine } from "./a1111-engine.ts";
export { type A1111Request, a1111Request, recipeOfA1111Request } from "./a1111-request.ts";
export { comfyuiEngine } from "./comfyui-engine.ts";
export type { RemoteHost, SocketEvents } from "./host.ts";
export { sdcppEngine } from "./sdcpp-engine.ts";
export { REMOTE_LIMITS } from "./server.ts";
