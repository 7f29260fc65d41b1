/** @file Consents: one to the terms, one of its own to face and voice (PIPL, article 29). */

import { call } from "./api.js";
import { element, formatted, warn } from "./dom.js";
import { attempt, submitOf } from "./flow.js";
import { read, write } from "./store.js";
import { words } from "./words.js";

/** Whether the texts in force were consented to, here. @param {import("./flow.js").Flow} flow */
export async function isConsented(flow) {
  const given = await read(`consents:${flow.view.id}`);
  return flow.meta.consents.every((/** @type {any} */ text) => given?.[text.kind] === text.version);
}

/** @param {import("./flow.js").Flow} flow */
export function enterConsent(flow) {
  const form = element("consent-form", HTMLFormElement);
  for (const text of flow.meta.consents) {
    const card = form.querySelector(`[data-consent="${text.kind}"] .text`);
    card?.replaceChildren(...formatted(text.text));
  }
  form.onsubmit = (event) => {
    event.preventDefault();
    const boxes = [...form.querySelectorAll("input")];
    const open = boxes.find((box) => !box.checked);
    if (open) {
      warn(words("consent_open"));
      open.focus();
      return;
    }
    void attempt(submitOf(form), async () => {
      /** @type {Record<string, string>} */
      const given = {};
      for (const { kind, version } of flow.meta.consents) {
        await call("POST", `/onboardings/${flow.view.id}/consents`, { json: { kind, version } });
        given[kind] = version;
      }
      await write(`consents:${flow.view.id}`, given);
      await flow.next();
    });
  };
}
