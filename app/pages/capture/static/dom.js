/** @file The document: elements by id, steps, and what is announced. */

import { words } from "./words.js";

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} ${id}`);
  return found;
}

/** @param {string} id */
export const button = (id) => element(id, HTMLButtonElement);
/** @param {string} id */
export const input = (id) => element(id, HTMLInputElement);
/** @param {string} id */
export const any = (id) => element(id, HTMLElement);
/** @param {string} id */
export const video = (id) => element(id, HTMLVideoElement);

/**
 * An element with a text; texts are never read as HTML.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [text]
 * @param {Record<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * @param {string} id
 * @param {readonly string[]} lines
 */
export function list(id, lines) {
  any(id).replaceChildren(...lines.map((line) => make("li", line)));
}

/**
 * Show some elements and hide others.
 * @param {Record<string, boolean>} shown
 */
export function show(shown) {
  for (const [id, visible] of Object.entries(shown)) any(id).hidden = !visible;
}

/** Say something that can wait. @param {string} text */
export function say(text) {
  any("status").textContent = text;
}

/** Say what went wrong and what to do; nothing takes it back. @param {string} [text] */
export function warn(text = "") {
  const alert = any("alert");
  alert.textContent = text;
  alert.hidden = text === "";
  if (text) alert.scrollIntoView({ block: "nearest" });
}

/** Copy a link and say so; where the browser does not let us, show it. @param {string} address @param {string} sentence */
export async function copyLink(address, sentence) {
  const copied = await navigator.clipboard?.writeText(address).then(() => true, () => false);
  warn(copied ? sentence : address);
}

const OF = 6;
const PLACES = { phone: 1, consent: 2, paper: 3, digits: 4, face: 5, result: 6 };

/**
 * Show one step and move the focus to its title.
 * @param {string} name
 * @param {boolean} [counted] whether it is one of the minute's
 */
export function showStep(name, counted = true) {
  for (const section of document.querySelectorAll("main > section[id^='step-']")) {
    /** @type {HTMLElement} */ (section).hidden = section.id !== `step-${name}`;
  }
  const place = counted ? /** @type {Record<string, number>} */ (PLACES)[name] : 0;
  any("progress").textContent = place ? words("progress", { place, of: OF }) : "";
  any("bar").style.setProperty("--done", String((place ?? 0) / OF));
  warn();
  say("");
  const title = document.querySelector(`#step-${name} h1`);
  if (title instanceof HTMLElement) {
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

/**
 * The few marks of our own texts (Markdown): headings, lists, bold words, paragraphs.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function formatted(text) {
  /** @type {HTMLElement[]} */
  const made = [];
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    if (line.startsWith("# ")) continue;
    const item = /^[-*] (.*)$/.exec(line);
    const heading = /^#+ (.*)$/.exec(line) ?? /^\*\*(.+)\*\*$/.exec(line);
    if (item) {
      const last = made[made.length - 1];
      const into = last instanceof HTMLUListElement ? last : make("ul");
      if (into !== last) made.push(into);
      into.append(make("li", plain(item[1])));
    } else {
      made.push(heading ? make("h3", plain(heading[1])) : make("p", plain(line)));
    }
  }
  return made;
}

/** @param {string} text */
function plain(text) {
  return text.replaceAll("**", "");
}
