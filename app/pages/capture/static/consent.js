/** @file Consents: one to the terms, one of its own to face and voice (PIPL, article 29). */

import { CONFINED, call } from "./api.js";
import { element, formatted, warn } from "./dom.js";
import { attempt, submitOf } from "./flow.js";
import { read, write } from "./store.js";
import { words } from "./words.js";

/** The texts that are asked for: of face and voice only where no person was. @param {import("./flow.js").Flow} flow @returns {any[]} */
function textsOf(flow) {
  return flow.meta.consents.filter((/** @type {any} */ text) => text.kind === "terms" || !flow.view.person_asked);
}

/** Whether the texts in force were consented to. @param {import("./flow.js").Flow} flow */
export function isConsented(flow) {
  return textsOf(flow).every((/** @type {any} */ text) => flow.consents[text.kind] === text.version);
}

/** @param {import("./flow.js").Flow} flow */
export function enterConsent(flow) {
  const form = element("consent-form", HTMLFormElement);
  const asked = textsOf(flow);
  for (const text of flow.meta.consents) {
    const card = form.querySelector(`[data-consent="${text.kind}"]`);
    card?.querySelector(".text")?.replaceChildren(...formatted(text.text));
    card?.toggleAttribute("hidden", !asked.includes(text));
  }
  form.onsubmit = (event) => {
    event.preventDefault();
    const boxes = [...form.querySelectorAll("input")].filter((box) => !box.closest("[hidden]"));
    const open = boxes.find((box) => !box.checked);
    if (open) {
      warn(words("consent_open"));
      open.focus();
      return;
    }
    void attempt(submitOf(form), async () => {
      for (const { kind, version } of asked) {
        await call("POST", `/onboardings/${flow.view.id}/consents`, { json: { kind, version } });
        flow.consents[kind] = version;
      }
      if (flow.confined) await write(CONFINED, { ...(await read(CONFINED)), consents: flow.consents });
      await flow.next();
    });
  };
}
