/** @file What steps know of the whole, and how a step tries something. */

import { MediaTrouble } from "./camera.js";
import { Refusal } from "./api.js";
import { warn } from "./dom.js";
import { words } from "./words.js";

/**
 * @typedef {object} Flow
 * @property {any} meta texts, lists and limits in force (`GET /meta`)
 * @property {any} view the onboarding as the server last showed it
 * @property {Record<string, string>} consents versions that were consented to, by kind
 * @property {import("./uploads.js").Queue} queue
 * @property {boolean} confined to the one onboarding that another device handed over to this one
 * @property {(view: any) => void} receive what the server says of the onboarding
 * @property {() => Promise<void>} next go to what is to be done next
 * @property {(name: string, detail?: any) => void} go go to a step
 */

/** @typedef {(to: string) => void} Leave what a step does when another begins */

/**
 * Try something once; its button waits meanwhile, and a refusal is said in words.
 * @param {HTMLButtonElement | null} button
 * @param {() => Promise<void>} work
 */
export async function attempt(button, work) {
  if (button?.getAttribute("aria-busy") === "true") return;
  warn();
  for (const name of ["aria-busy", "aria-disabled"]) button?.setAttribute(name, "true");
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal && error.code !== "consent_missing") warn(error.message || words("trouble"));
    else if (error instanceof MediaTrouble) warn(words(`media_${error.trouble}`));
    else throw error;
  } finally {
    for (const name of ["aria-busy", "aria-disabled"]) button?.removeAttribute(name);
  }
}

/** @param {HTMLFormElement} form @returns {HTMLButtonElement | null} */
export function submitOf(form) {
  return form.querySelector("button:not([type='button'])");
}

/**
 * Call once when whatever is recorded cannot be whole: the tab is hidden, the phone is turned, the
 * device is taken away by a call.
 * @param {MediaStream} stream
 * @param {(why: string) => void} tell
 * @returns {() => void} listen no more
 */
export function watchInterruptions(stream, tell) {
  const control = new AbortController();
  const once = (/** @type {string} */ why) => {
    if (control.signal.aborted) return;
    control.abort();
    tell(why);
  };
  const { signal } = control;
  const hidden = () => document.hidden && once("interrupted_hidden");
  document.addEventListener("visibilitychange", hidden, { signal });
  window.addEventListener("orientationchange", () => once("interrupted_turned"), { signal });
  for (const track of stream.getTracks()) {
    track.addEventListener("mute", () => once("interrupted_taken"), { signal });
    track.addEventListener("ended", () => once("interrupted_taken"), { signal });
  }
  return () => control.abort();
}
