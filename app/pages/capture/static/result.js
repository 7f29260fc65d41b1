/** @file What was sent and how it stands; the decision, and what to do next. */

import { any, button, list, make, show } from "./dom.js";
import { attempt } from "./flow.js";
import { PAPERS } from "./paper.js";
import { seenLines, shownPhoto, smallPhoto } from "./photos.js";
import { words } from "./words.js";

const MARKS = /** @type {Record<string, string>} */ ({
  accepted: "✓", analysing: "…", sending: "↑", retry: "!", refused: "!", declined: "✕", review: "?",
});
const OUTCOMES = /** @type {Record<string, string>} */ ({ approved: "✓", waiting: "…", review: "…" });
const ORDER = [...PAPERS, "voice_clip", "face_video"];

/** A piece of evidence as the server shows it. @param {import("./flow.js").Flow} flow @param {string} kind */
export function sentOf(flow, kind) {
  return flow.view.evidence.find((/** @type {any} */ one) => one.kind === kind);
}

/** The state of a piece: as it is sent, or as the server says. @param {import("./flow.js").Flow} flow @param {string} kind */
export function stateOf(flow, kind) {
  const item = flow.queue.items.get(kind);
  const sent = sentOf(flow, kind);
  if (item) {
    const share = Math.round((100 * item.sent) / item.blob.size);
    return { state: item.refusal ? "refused" : "sending", advice: item.refusal ? [item.refusal] : [], share };
  }
  if (!sent) return { state: "open", advice: [], share: 0 };
  const fields = sent.fields.map((/** @type {any} */ field) => field.advice);
  return { state: sent.state, advice: [...sent.advice, ...seenLines(sent.regions), ...fields], share: 0 };
}

/** The order of the minute: kinds that the page does not know come last. @param {string} kind */
export function placeOf(kind) {
  const place = ORDER.indexOf(kind);
  return place < 0 ? ORDER.length : place;
}

/** Where an owner takes a piece again. @param {string} kind @returns {[string, string?]} */
export function stepOf(kind) {
  if (PAPERS.includes(kind)) return ["paper", kind];
  return [kind === "voice_clip" ? "digits" : "face"];
}

/**
 * @param {import("./flow.js").Flow} flow
 * @param {string} [taking] what the step takes: what is wrong with it stands there, not here
 */
export function renderSlots(flow, taking) {
  /** @type {any[]} */
  const required = flow.meta.evidence.filter((/** @type {any} */ one) => one.required && !isWaived(flow, one));
  const kinds = required.sort((a, b) => placeOf(a.kind) - placeOf(b.kind));
  const open = flow.view.state === "open";
  const focused = document.activeElement?.id;
  any("slots-list").replaceChildren(
    ...kinds.map((kind) => {
      const { state, advice, share } = stateOf(flow, kind.kind);
      const slot = make("li", "", { class: "slot", "data-state": state, "data-kind": kind.kind });
      const text = make("div", kind.name);
      text.append(make("div", words(`state_${state}`, { share }), { class: "state" }));
      slot.append(make("span", MARKS[state] ?? "", { class: "mark", "aria-hidden": "true" }), text);
      const small = state === "open" ? null : smallPhoto(kind.kind);
      if (small) slot.append(small);
      if (kind.kind === taking) return slot;
      const photo = open && state === "retry" ? shownPhoto(sentOf(flow, kind.kind)) : null;
      if (photo) slot.append(photo);
      if (advice.length) {
        const lines = make("ul");
        lines.append(...[...new Set(advice)].map((line) => make("li", String(line))));
        slot.append(lines);
      }
      if (open && ["retry", "refused"].includes(state)) {
        const label = words(`again_${stepOf(kind.kind)[0]}`);
        const again = make("button", label, {
          type: "button", class: "button small", id: `again-${kind.kind}`, "aria-label": `${label}: ${kind.name}`,
        });
        again.onclick = () => flow.go(...stepOf(kind.kind));
        slot.append(again);
      }
      return slot;
    }),
  );
  if (focused?.startsWith("again-")) document.getElementById(focused)?.focus();
}

/** Whether a person looks instead, and nothing was sent. @param {import("./flow.js").Flow} flow @param {any} kind */
function isWaived(flow, kind) {
  return flow.view.person_asked && kind.consent === "biometric" && stateOf(flow, kind.kind).state === "open";
}

/** How an onboarding stands, as one word of ours. @param {import("./flow.js").Flow} flow */
export function outcomeOf(flow) {
  const { state, decision } = flow.view;
  if (state === "decided") return decision;
  if (state !== "open") return state;
  const kinds = flow.view.missing.filter((/** @type {string} */ kind) => !flow.queue.holds(kind));
  return kinds.length ? "again" : "waiting";
}

/** @param {import("./flow.js").Flow} flow @param {() => Promise<void>} startNew */
export function enterResult(flow, startNew) {
  renderResult(flow);
  button("result-go").onclick = () => {
    if (flow.view.decision === "approved") flow.go("wish");
    else void flow.next();
  };
  button("result-new").onclick = () => void attempt(button("result-new"), startNew);
}

/** @param {import("./flow.js").Flow} flow */
export function renderResult(flow) {
  const outcome = outcomeOf(flow);
  any("result-title").dataset.mark = OUTCOMES[outcome] ?? "!";
  const said = outcome === "review" && flow.view.person_asked ? "person" : outcome;
  any("result-title").textContent = words(`result_${said}`);
  const goesOn = outcome === "approved" && flow.confined;
  any("result-lead").textContent = words(goesOn ? "result_lead_confined" : `result_lead_${said}`);
  list("result-advice", flow.view.state === "decided" ? flow.view.advice : []);
  button("result-go").textContent = words(outcome === "approved" ? "go_loan" : "go_again");
  const over = ["expired", "withdrawn", "declined"].includes(outcome);
  show({ "result-go": (outcome === "approved" && !flow.confined) || outcome === "again", "result-new": over && !flow.confined });
}
