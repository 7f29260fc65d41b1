/** @file Bills, statements and invoices: each by consent, sent in chunks, and what was read of them. */

import { call } from "./api.js";
import { any, button, element, input, list, make, show, warn } from "./dom.js";
import { attempt, submitOf } from "./flow.js";
import { announce, sendChunks } from "./uploads.js";
import { words, yuan } from "./words.js";

const WAIT = { Prefer: "wait=20" };
const SHOWN = 6; // features

/**
 * @param {import("./flow.js").Flow} flow
 * @param {string} [application] to go back to
 * @returns {import("./flow.js").Leave}
 */
export function enterSources(flow, application) {
  let left = false;
  /** @type {any[]} */
  let sources = [];
  const form = element("sources-form", HTMLFormElement);
  const showAll = async () => {
    sources = (await call("GET", "/sources")).sources.filter((/** @type {any} */ one) => one.takes_files);
    if (left) return;
    renderFiles(sources, follow);
  };
  const follow = async () => {
    await showAll();
    show({ "sources-progress": true });
    any("sources-progress").textContent = words("sources_reading");
    let profile = await call("GET", "/profile", { headers: WAIT });
    while (!left && profile.is_moving) profile = await call("GET", "/profile", { headers: WAIT });
    if (left) return;
    show({ "sources-progress": false });
    renderKnown(profile);
    await showAll();
  };
  form.onchange = () => choose(sources);
  form.onsubmit = (event) => {
    event.preventDefault();
    const source = chosen(sources);
    const file = input("sources-file").files?.[0];
    if (!source || !file) return warn(words("sources_no_file"));
    if (!source.consents.length && !input("sources-agreed").checked) return warn(words("sources_agree"));
    void attempt(submitOf(form), async () => {
      await sendFile(source, file, input("sources-password").value);
      input("sources-file").value = input("sources-password").value = "";
      await follow();
    });
  };
  button("sources-back").onclick = () => (application ? flow.go("wish") : history.back());
  void attempt(null, async () => {
    await showAll();
    any("sources-kinds").replaceChildren(...sources.map((one) => kindChip(one)));
    renderKnown(await call("GET", "/profile"));
  });
  return () => {
    left = true;
  };
}

/** @param {any} source @returns {HTMLLabelElement} */
function kindChip(source) {
  const label = make("label");
  label.append(make("input", "", { type: "radio", name: "source", value: source.source }), make("span", source.name));
  return label;
}

/** @param {any[]} sources @returns {any} */
function chosen(sources) {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name='source']:checked"));
  return sources.find((one) => one.source === box?.value);
}

/** The text of the chosen source's consent, and how to get its file. @param {any[]} sources */
function choose(sources) {
  const source = chosen(sources);
  if (!source) return;
  const [use] = source.uses;
  any("sources-how").textContent = words(`sources_how_${source.source}`);
  any("sources-text").textContent = use.text;
  const agreed = input("sources-agreed");
  if (source.consents.length) agreed.checked = true;
  agreed.disabled = source.consents.length > 0;
  show({ "sources-take": true });
}

/** @param {any} source @param {File} file @param {string} password */
async function sendFile(source, file, password) {
  if (!source.consents.length) {
    const [{ use }] = source.uses; // the one whose text was shown
    await call("POST", "/source-consents", { json: { source: source.source, use, version: source.version } });
  }
  /** @type {import("./uploads.js").Sent} */
  const item = { blob: file, address: null, sent: 0 };
  /** @type {Record<string, string>} */
  const metadata = { filename: file.name.slice(-200), ...(password ? { password } : {}) };
  const begin = async () => (item.address = await announce(`/sources/${source.source}/files`, file, metadata));
  const told = () => {
    any("sources-progress").textContent = words("sources_sending", { share: Math.floor((100 * item.sent) / file.size) });
  };
  show({ "sources-progress": true });
  told();
  try {
    await sendChunks(item, begin, told);
  } finally {
    show({ "sources-progress": false });
  }
}

/** @param {any[]} sources @param {() => Promise<void>} changed */
function renderFiles(sources, changed) {
  const rows = sources.flatMap((source) => source.files.map((/** @type {any} */ file) => fileRow(source, file, changed)));
  any("sources-list").replaceChildren(...rows, ...sources.filter((one) => one.consents.length).map((one) => consentRow(one, changed)));
}

/** What is consented to, and how to take it back. @param {any} source @param {() => Promise<void>} changed */
function consentRow(source, changed) {
  const row = make("li", "", { class: "slot", "data-state": "open" });
  const text = make("div", source.name);
  text.append(make("div", words("sources_until", { day: source.consents[0].ends_at.slice(0, 10) }), { class: "state" }));
  const withdraw = async () => {
    for (const { id } of source.consents) await call("DELETE", `/source-consents/${id}`);
  };
  row.append(make("span", "", { class: "mark", "aria-hidden": "true" }), text, action(words("sources_withdraw"), source.name, withdraw, changed));
  return row;
}

/** @param {any} source @param {any} file @param {() => Promise<void>} changed @returns {HTMLLIElement} */
function fileRow(source, file, changed) {
  const good = file.state === "read" && file.is_used;
  const row = make("li", "", { class: "slot", "data-state": good ? "accepted" : file.state === "reading" ? "analysing" : "retry" });
  const text = make("div", `${source.name}: ${file.name}`);
  text.append(make("div", stateOf(file), { class: "state" }));
  row.append(make("span", good ? "✓" : file.state === "reading" ? "…" : "!", { class: "mark", "aria-hidden": "true" }), text);
  const told = [...file.faults, ...file.rows_not_read].map((/** @type {any} */ one) => one.text);
  if (told.length) {
    const lines = make("ul");
    lines.append(...[...new Set(told)].slice(0, SHOWN).map((line) => make("li", line)));
    row.append(lines);
  }
  const path = `/sources/${source.source}/files/${file.id}`;
  if (file.state === "locked") row.append(unlock(file, path, changed));
  row.append(action(words("sources_delete"), file.name, () => call("DELETE", path), changed));
  return row;
}

/** @param {any} file */
function stateOf(file) {
  if (file.state !== "read") return words(`sources_${file.state}`);
  if (!file.is_used) return words("sources_unused");
  if (file.rows <= 1) return words("sources_one");
  return words("sources_read", { rows: file.rows, first: file.first_day, last: file.last_day });
}

/** @param {any} file @param {string} path @param {() => Promise<void>} changed */
function unlock(file, path, changed) {
  const form = make("form");
  const box = make("input", "", { "aria-label": `${words("sources_unlock")}: ${file.name}`, autocomplete: "off", maxlength: "100", required: "" });
  const go = make("button", words("sources_unlock"), { class: "button small" });
  form.append(box, go);
  form.onsubmit = (event) => {
    event.preventDefault();
    void attempt(go, async () => {
      await call("PUT", `${path}/password`, { json: { password: box.value } });
      await changed();
    });
  };
  return form;
}

/** @param {string} text @param {string} of @param {() => Promise<any>} work @param {() => Promise<void>} changed */
function action(text, of, work, changed) {
  const made = make("button", text, { type: "button", class: "button small", "aria-label": `${text}: ${of}` });
  made.onclick = () =>
    void attempt(made, async () => {
      await work();
      await changed();
    });
  return made;
}

/** What is known of the business. @param {any} profile */
function renderKnown(profile) {
  const { thickness, features } = profile;
  show({ "sources-known": thickness !== null });
  if (thickness === null) return;
  any("sources-points").textContent = words("sources_points", { points: Math.round(thickness.points), advice: thickness.advice });
  const counted = features.filter((/** @type {any} */ one) => one.unit === "fen").slice(0, SHOWN);
  list("sources-features", counted.map((/** @type {any} */ one) => `${one.name}: ${yuan(one.value)}`));
}
