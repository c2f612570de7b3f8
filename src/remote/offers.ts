/** What a server offers, and what of it a recipe means: models by hash or name, samplers and schedules by any spelling. */

import type { OfferedModel } from "../engine/engine.ts";
import { sameHash } from "../recipe/hashes.ts";
import type { ModelRef, Named, TypedHash } from "../recipe/recipe.ts";
import { readSampler, readScheduler } from "../recipe/samplers.ts";

/** The offered spelling of a sampler: the recorded one where it is offered, else the same method with the same variant. */
export function offeredSampler(sampler: Named, offered: readonly string[]): string | undefined {
  if (offered.includes(sampler.raw)) return sampler.raw;
  const read = offered.map((name) => ({ name, ...readSampler(name) }));
  const same = read.filter(({ sampler: { id }, scheduler }) => id === sampler.id && !scheduler);
  return (same.find(({ sampler: { variant } }) => variant === sampler.variant) ?? same[0])?.name;
}

/** A1111 before 1.9 had the schedule in the sampler's name. */
export function offeredSamplerWith(sampler: Named, schedule: Named, offered: readonly string[]): string | undefined {
  return offered.find((name) => {
    const read = readSampler(name);
    return read.sampler.id === sampler.id && read.scheduler?.id === schedule.id;
  });
}

/** The offered spelling of a schedule. */
export function offeredSchedule(schedule: Named, offered: readonly string[]): string | undefined {
  if (offered.includes(schedule.raw)) return schedule.raw;
  return offered.find((name) => readScheduler(name).id === schedule.id);
}

/** The offered model that a recipe names: by a hash that both state, else by its name. */
export function offeredModel({ name, hashes }: Pick<ModelRef, "name" | "hashes">, offered: readonly OfferedModel[]) {
  const byHash = offered.find((model) => shareHash(model.hashes, hashes));
  return byHash ?? offered.find((model) => sameName(model.name, name));
}

/** Whether two lists of hashes have one in common. The first ten digits of a SHA-256 are the AutoV2 hash. */
export function shareHash(a: readonly TypedHash[], b: readonly TypedHash[]): boolean {
  return withShort(a).some((one) => withShort(b).some((other) => sameHash(one, other)));
}

/** The kinds that two lists of hashes can be compared by. */
export function commonKinds(a: readonly TypedHash[], b: readonly TypedHash[]): boolean {
  return withShort(a).some((one) => withShort(b).some((other) => one.kind === other.kind));
}

function withShort(hashes: readonly TypedHash[]): TypedHash[] {
  const short = hashes
    .filter(({ kind }) => kind === "sha256")
    .map(({ value }): TypedHash => ({ kind: "autov2", value: value.slice(0, 10) }));
  return [...hashes, ...short];
}

/** Whether two names are of one file: folders, endings, and a hash in brackets do not count. */
export function sameName(a: string, b: string): boolean {
  return bareName(a) === bareName(b);
}

function bareName(name: string): string {
  return name
    .replace(/ \[[0-9a-f]{8,64}\]$/i, "")
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.(?:safetensors|ckpt|pt|pth|bin|gguf|sft)$/i, "")
    .toLowerCase();
}

/** The offered one of a list of names. */
export function offeredName(name: string, offered: readonly string[]): string | undefined {
  return offered.find((one) => one === name) ?? offered.find((one) => sameName(one, name));
}
