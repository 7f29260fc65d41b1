/** @file A person instead of face and voice: asked for on any step, and taken back. */

import { call } from "./api.js";
import { any, button, element, show, warn } from "./dom.js";
import { attempt } from "./flow.js";
import { words } from "./words.js";

/** @param {import("./flow.js").Flow} flow */
export function renderPerson(flow) {
  const open = !flow.view || flow.view.state === "open";
  const asked = flow.view?.person_asked === true;
  show({ "person-ask": open && !asked, "person-camera": open && asked });
  button("person-ask").onclick = () => void attempt(button("person-ask"), () => ask(flow));
  button("person-camera").onclick = () => void attempt(button("person-camera"), () => change(flow, "DELETE"));
}

/** The terms are needed for the papers; nothing else is. @param {import("./flow.js").Flow} flow */
async function ask(flow) {
  if (!flow.view) {
    warn(words("person_sign_in"));
    return;
  }
  const terms = flow.meta.consents.find((/** @type {any} */ text) => text.kind === "terms");
  if (flow.consents.terms !== terms.version) {
    const box = element("consent-form", HTMLFormElement).querySelector("input[name='terms']");
    if (!(box instanceof HTMLInputElement) || !box.checked) {
      warn(words("person_terms"));
      if (box instanceof HTMLInputElement) box.focus();
      return;
    }
    const json = { kind: terms.kind, version: terms.version };
    await call("POST", `/onboardings/${flow.view.id}/consents`, { json });
    flow.consents.terms = terms.version;
  }
  await change(flow, "POST");
}

/** @param {import("./flow.js").Flow} flow @param {string} method */
async function change(flow, method) {
  flow.view = await call(method, `/onboardings/${flow.view.id}/person`);
  element("person", HTMLDetailsElement).open = false;
  await flow.next();
}

/** A browser without camera or microphone can send papers from files. @param {() => void} goOn */
export function offerPerson(goOn) {
  show({ "person-ask": true });
  element("person", HTMLDetailsElement).open = true;
  button("person-ask").onclick = () => {
    any("step-blocked").hidden = true;
    goOn();
  };
}
