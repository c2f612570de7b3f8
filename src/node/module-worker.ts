/** Threads that run a module of this package, built or from its TypeScript sources. */

import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * A thread that runs the module `name` (without its ending) beside the module `base`, an `import.meta.url`. From
 * TypeScript sources the thread first takes the loader for them.
 */
export function moduleWorker(base: string, name: string, options: WorkerOptions): Worker {
  if (!base.endsWith(".ts")) return new Worker(new URL(`${name}.js`, base), options);
  const module = JSON.stringify(new URL(`${name}.ts`, base).href);
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${module}); })`;
  return new Worker(code, { ...options, eval: true });
}
