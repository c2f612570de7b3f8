/** The Studio: A1111's form, the picture as it comes out of the noise, the engine, and the batch. */

import { useEffect } from "preact/hooks";
import { EnginePane } from "./engine-pane.tsx";
import { FormPane } from "./form.tsx";
import { go } from "./generate-buttons.tsx";
import { Preview } from "./preview.tsx";
import { listen, obstacle } from "./state.ts";
import { Strip } from "./strip.tsx";
import "../styles/studio.css";

/** The screen. */
export function StudioScreen() {
  useEffect(listen, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && obstacle.value === undefined) go();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <div class="studio">
      <FormPane />
      <Preview />
      <EnginePane />
      <Strip />
    </div>
  );
}
