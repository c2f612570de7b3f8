/** Read inside the workbench: its examples, and the screens that a reading can be taken to. */

import type { Recipe } from "../../recipe/recipe.ts";
import { t } from "../language.ts";
import type { MenuItem } from "../parts/menu.tsx";
import { takeToReproduce } from "../reproduce/state.ts";
import { go } from "../route.ts";
import { takeRecipe } from "../studio/state.ts";
import { Invitation } from "../tour/invitation.tsx";
import { EXAMPLES } from "./examples.ts";
import { ReadScreen } from "./screen.tsx";
import { type OpenedFile, openBytes } from "./state.ts";
import { READ } from "./texts.ts";

/** The screen. */
export function WorkbenchRead() {
  return (
    <ReadScreen
      beginnings={<Examples />}
      buttons={({ recipe }) => (recipe ? <UseButtons recipe={recipe} /> : null)}
      sendTo={sendTo}
    />
  );
}

/** Where an opened file can be taken. */
function sendTo(file: OpenedFile): MenuItem[] {
  return [{ label: t(READ.toReproduce), act: () => void takeToReproduce(file.name, new Blob([file.bytes])) }];
}

/** The form of the Studio with all values, or all but the seed. */
function UseButtons({ recipe }: { readonly recipe: Recipe }) {
  const use = (seed: boolean): void => {
    takeRecipe(recipe, seed);
    go("studio");
  };
  return (
    <span class="joined">
      <button type="button" title={t(READ.useAllText)} onClick={() => use(true)}>
        {t(READ.useAll)}
      </button>
      <button type="button" title={t(READ.remixText)} onClick={() => use(false)}>
        {t(READ.remix)}
      </button>
    </span>
  );
}

function Examples() {
  return (
    <>
      <Invitation />
      <h3>{t(READ.examples)}</h3>
      <ul class="examples">
        {EXAMPLES.map(({ name, url, small, about }) => (
          <li key={name}>
            <button type="button" onClick={() => openExample(name, url)}>
              <img src={small} alt="" width={96} height={96} loading="lazy" />
              <span>
                <span class="serif">{name}</span>
                <span class="note">{t(about)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="note">
        {t(READ.alone)}{" "}
        <a href="/offline/read.html" download="seedproof-read.html">
          {t(READ.aloneSave)}
        </a>
      </p>
    </>
  );
}

async function openExample(name: string, url: string): Promise<void> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  await openBytes(name, bytes);
}
