/** A screen that is fetched when it is first opened: the first view stays small. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";

const TEXTS = {
  loading: { en: "Opening …", zh: "正在打开……" },
  failed: {
    en: "This part of the page could not be fetched. Reload the page.",
    zh: "页面的这一部分无法取得。请重新载入。",
  },
} as const satisfies Record<string, Text>;

/** The component that a module gives, fetched once. */
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let fetched: ComponentType | undefined;
  return function Lazy() {
    const [state, setState] = useState<"loading" | "failed" | "here">(fetched ? "here" : "loading");
    useEffect(() => {
      if (fetched) return;
      load().then(
        (view) => {
          fetched = view;
          setState("here");
        },
        () => setState("failed"),
      );
    }, []);
    if (fetched) {
      const View = fetched;
      return <View />;
    }
    return (
      <p class="note lazy" role={state === "failed" ? "alert" : "status"}>
        {t(state === "failed" ? TEXTS.failed : TEXTS.loading)}
      </p>
    );
  };
}
