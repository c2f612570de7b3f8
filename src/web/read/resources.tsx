/** Models and adapters that a recipe names, each with what is known of its file. */

import type { Text } from "../../base/texts.ts";
import type { FileReading } from "../../label/file-reading.ts";
import type { FoundModel } from "../../model/find.ts";
import type { Recipe, TypedHash } from "../../recipe/recipe.ts";
import { t } from "../language.ts";
import { Hash } from "../parts/hash.tsx";
import { type FoundFiles, lit } from "./state.ts";
import { READ } from "./texts.ts";
import { litBy } from "./value.tsx";

/** Whether a file is here: full square, half, dashed, or crossed. */
type Presence = "here" | "known" | "dashed" | "differs";

const ADAPTERS: Readonly<Record<string, string>> = {
  lora: "LoRA",
  lycoris: "LyCORIS",
  hypernetwork: "Hypernetwork",
  embedding: "Embedding",
  controlnet: "ControlNet",
  ipadapter: "IP-Adapter",
  t2i: "T2I-Adapter",
};

/** The list of resources. */
export function Resources(props: {
  readonly reading: FileReading;
  readonly recipe: Recipe;
  readonly found: FoundFiles | undefined;
}) {
  const { reading, recipe, found } = props;
  const { models, adapters } = recipe;
  const isService = reading.reproducibility.missing.includes("service");
  return (
    <section class="resources">
      <h3>{t(READ.resources)}</h3>
      {models.length + adapters.length === 0 ? <p class="note">{t(READ.noResources)}</p> : null}
      <ul>
        {models.map((model, i) => (
          <Resource
            key={`${model.role}${model.name}`}
            kind={t(READ[model.role])}
            name={model.name}
            path={`/models/${i}`}
            hashes={model.hashes}
            found={found?.models[i]}
            isService={isService && model.role === "checkpoint"}
          />
        ))}
        {adapters.map((adapter, i) => (
          <Resource
            key={`${adapter.type}${adapter.name}`}
            kind={ADAPTERS[adapter.type] ?? adapter.type}
            name={adapter.weight === undefined ? adapter.name : `${adapter.name} × ${adapter.weight}`}
            path={`/adapters/${i}`}
            hashes={adapter.hashes}
            found={found?.adapters[i]}
            isService={false}
          />
        ))}
      </ul>
    </section>
  );
}

function Resource(props: {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  readonly hashes: readonly TypedHash[];
  readonly found: FoundModel | undefined;
  readonly isService: boolean;
}) {
  const { kind, name, path, hashes, found, isService } = props;
  const { presence, words } = presenceOf(hashes, found, isService);
  return (
    <li class={`resource${lit.value?.startsWith(path) ? " lit" : ""}`} data-value={path}>
      <span class="label">{kind}</span>
      <span class="name">
        <button type="button" class="plain" {...litBy(path)}>
          {name}
        </button>{" "}
        {hashes.map(({ kind: hashKind, value }) => (
          <Hash key={hashKind + value} hex={value} kind={hashKind} />
        ))}
      </span>
      <span class={`presence presence-${presence}`}>
        <i aria-hidden="true" />
        {t(words)}
      </span>
    </li>
  );
}

function presenceOf(
  hashes: readonly TypedHash[],
  found: FoundModel | undefined,
  isService: boolean,
): { readonly presence: Presence; readonly words: Text } {
  if (isService) return { presence: "dashed", words: READ.heldByService };
  if (found?.by === "hash") return { presence: "here", words: READ.here };
  if (found?.by === "name") return { presence: "known", words: READ.hereByName };
  if (found?.by === "other") return { presence: "differs", words: READ.otherHash };
  if (hashes.length === 0) return { presence: "dashed", words: READ.nameOnly };
  return { presence: "known", words: found ? READ.fileMissing : READ.hashKnown };
}
