/** The invitation to the tour: on an empty Read, until it was taken or put off. */

import { signal } from "@preact/signals";
import { keep, kept } from "../keep.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { go } from "../route.ts";
import { link } from "../server.ts";
import { TOUR } from "./texts.ts";
import "../styles/invitation.css";

const answered = signal(kept("tour.answered") !== undefined);

/** Goes to the tour; it is not asked about again. */
export function takeTour(): void {
  answer();
  go("tour");
}

function answer(): void {
  keep("tour.answered", "yes");
  answered.value = true;
}

/** The card; nothing without a key, where the tour could draw nothing. */
export function Invitation() {
  if (answered.value || link.value !== "linked") return null;
  const began = kept("tour.at") !== undefined;
  return (
    <section class="invitation" aria-labelledby="invitation-head">
      <h3 class="serif" id="invitation-head">
        {t(TOUR.invite)}
      </h3>
      <p>{t(TOUR.inviteText)}</p>
      <p class="actions">
        <button type="button" class="button" onClick={takeTour}>
          <Icon name="play" /> {t(began ? TOUR.goOn : TOUR.take)}
        </button>
        <button type="button" class="link" onClick={answer}>
          {t(TOUR.notNow)}
        </button>
      </p>
    </section>
  );
}
