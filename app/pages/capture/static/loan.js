/** @file A loan: what for and how much, the offers with what they cost, acceptance by voice. */

import { accepted, call, send } from "./api.js";
import { any, button, element, formatted, input, list, make, show, warn } from "./dom.js";
import { attempt, submitOf } from "./flow.js";
import { read, write } from "./store.js";
import { percent, words, yuan } from "./words.js";

const STEPS_FEN = [1_000_000, 3_000_000, 5_000_000, 8_000_000, 10_000_000, 20_000_000, 30_000_000];
const DECIDED = ["asking", "offered", "review", "declined", "accepted", "withdrawn", "expired"];
const WAIT = { Prefer: "wait=20" };

/** @param {string} name @param {string} value @param {string} text @returns {HTMLLabelElement} */
function chip(name, value, text) {
  const label = make("label");
  label.append(make("input", "", { type: "radio", name, value }), make("span", text));
  return label;
}

/** @param {string} name @returns {string} */
function chosen(name) {
  return /** @type {HTMLInputElement | null} */ (document.querySelector(`input[name="${name}"]:checked`))?.value ?? "";
}

/** @param {string} id @param {any[]} rows codes with names, or classes that hold some */
function fill(id, rows) {
  const select = element(id, HTMLSelectElement);
  if (select.options.length) return;
  select.append(make("option", words("choose"), { value: "" }));
  for (const row of rows) {
    if (!row.choices) select.append(make("option", row.name, { value: row.code }));
    else if (row.choices.length) {
      const group = make("optgroup", "", { label: row.name });
      group.append(...row.choices.map((/** @type {any} */ one) => make("option", one.name, { value: one.code })));
      select.append(group);
    }
  }
}

/** @param {import("./flow.js").Flow} flow */
export function enterWish(flow) {
  const form = element("wish-form", HTMLFormElement);
  button("wish-sources").onclick = () => flow.go("sources");
  fill("wish-role", flow.meta.roles);
  fill("wish-industry", flow.meta.industries);
  fill("wish-occupation", flow.meta.occupations);
  void attempt(null, async () => {
    const [{ purposes, promise }, { products }] = await Promise.all([call("GET", "/purposes"), call("GET", "/products")]);
    await write("ways", Object.fromEntries(products.flatMap((/** @type {any} */ one) => one.ways.map((/** @type {any} */ way) => [way.code, way.name]))));
    any("wish-purpose").replaceChildren(...purposes.map((/** @type {any} */ one) => chip("purpose", one.code, one.name)));
    any("wish-promise").replaceChildren(...formatted(promise.text));
    form.onchange = (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "purpose") offerSizes(purposes, products);
    };
    offerSizes(purposes, products);
    form.onsubmit = (event) => {
      event.preventDefault();
      const wish = wishOf(promise);
      if (wish === null) return;
      void attempt(submitOf(form), async () => {
        const declaration = await call("POST", "/declarations", { json: wish });
        const { amount_fen, tenor_months } = wish;
        const json = { declaration_id: declaration.id, amount_fen, tenor_months };
        const application = await call("POST", "/applications", { json });
        await write(`loan:${flow.view.id}`, application.id);
        flow.go("offers", application.id);
      });
    };
  });
}

/** Amounts and tenors of the product that is usual for the chosen purpose. @param {any[]} purposes @param {any[]} products */
function offerSizes(purposes, products) {
  const purpose = purposes.find((one) => one.code === chosen("purpose"));
  const fitting = products.filter((one) => !one.on_request && (!purpose || purpose.products.includes(one.code)));
  const product = fitting.find((one) => one.code === purpose?.products[0]) ?? fitting[0];
  const [amount, tenor] = [chosen("amount"), chosen("tenor")];
  const sizes = STEPS_FEN.filter((fen) => fen >= product.min_fen && fen <= product.max_fen);
  any("wish-amount").replaceChildren(...sizes.map((fen) => chip("amount", String(fen), yuan(fen))));
  any("wish-tenor").replaceChildren(
    ...product.tenors_months.map((/** @type {number} */ count) => chip("tenor", String(count), words("months", { count }))),
  );
  for (const box of document.querySelectorAll("#wish-amount input, #wish-tenor input")) {
    if (box instanceof HTMLInputElement) box.checked = [amount, tenor].includes(box.value);
  }
  show({ "wish-text-row": purpose?.needs_text ?? false });
}

/** What the form says; null, and a sentence, where something is open. @param {any} promise */
function wishOf(promise) {
  const value = (/** @type {string} */ id) => element(id, HTMLSelectElement).value;
  const wish = {
    purpose: chosen("purpose"),
    purpose_text: any("wish-text-row").hidden ? "" : input("wish-text").value,
    amount_fen: Number(chosen("amount")),
    tenor_months: Number(chosen("tenor")),
    role: value("wish-role"),
    industry: value("wish-industry"),
    occupation: value("wish-occupation"),
    promise: { version: promise.version, sha256: promise.sha256 },
  };
  const whole = wish.purpose && wish.amount_fen && wish.tenor_months && wish.role && wish.industry && wish.occupation;
  if (whole && input("wish-promised").checked) return wish;
  warn(words(whole ? "wish_promise" : "wish_open"));
  return null;
}

/**
 * @param {import("./flow.js").Flow} flow
 * @param {string} id of the application
 * @returns {import("./flow.js").Leave}
 */
export function enterOffers(flow, id) {
  let left = false;
  /** @type {any[]} */
  let offers = [];
  const follow = async () => {
    render({ state: "scoring", offers: [], advice: [], would_help: [], question: null });
    for (;;) {
      const application = await call("GET", `/applications/${id}`, { headers: WAIT });
      if (left) return;
      await renderApplication(application);
      if (DECIDED.includes(application.state)) return;
    }
  };
  /** @param {any} application */
  const renderApplication = async (application) => {
    render(application);
    any("offers-question").replaceChildren();
    if (application.question) renderQuestion(application, id, () => attempt(null, follow));
    offers = application.offers;
    if (application.state === "offered") await renderOffers(offers);
    if (application.state === "accepted") await linkContract(id);
  };
  button("offers-person").onclick = () =>
    void attempt(button("offers-person"), async () => {
      await call("POST", `/applications/${id}/human-review`);
      await follow();
    });
  button("offers-sources").onclick = () => flow.go("sources", id);
  const form = element("offers-form", HTMLFormElement);
  button("offers-show").onclick = () => void attempt(button("offers-show"), () => showPlan(chosen("offer")));
  form.onsubmit = (event) => {
    event.preventDefault();
    const offer = offers.find((one) => one.id === chosen("offer"));
    flow.go("digits", acceptance(flow, offer, id));
  };
  void attempt(null, follow);
  return () => {
    left = true;
  };
}

/** @param {any} application */
function render(application) {
  const state = DECIDED.includes(application.state) ? application.state : "scoring";
  any("offers-title").dataset.mark = state === "accepted" ? "✓" : state === "scoring" ? "…" : "";
  any("offers-title").textContent = words(`loan_${state}`);
  any("offers-lead").textContent = words(`loan_lead_${state}`);
  list("offers-advice", [...application.advice, ...application.would_help]);
  show({ "offers-form": state === "offered", "offers-person": application.person_may_be_asked === true, "offers-sources": ["offered", "declined"].includes(state), "offers-contract": false });
  list("offers-advice", [...application.advice, ...application.would_help, ...(application.limit_advice ?? [])]);
  show({ "offers-form": state === "offered", "offers-person": application.person_may_be_asked === true, "offers-contract": false });
}

/** @param {any} application @param {string} id @param {() => Promise<void>} follow */
function renderQuestion(application, id, follow) {
  any("offers-lead").textContent = application.question.text;
  any("offers-question").replaceChildren(
    ...application.question.answers.map((/** @type {any} */ answer) => {
      const made = make("button", answer.text, { type: "button", class: "button" });
      made.onclick = () =>
        void attempt(made, async () => {
          await call("POST", `/applications/${id}/answer`, { json: { answer: answer.code } });
          await follow();
        });
      return made;
    }),
  );
}

/** @param {any[]} offers */
async function renderOffers(offers) {
  const ways = (await read("ways")) ?? {};
  const open = offers.filter((one) => one.state === "open");
  any("offers-list").replaceChildren(
    ...open.map((offer, place) => {
      const label = make("label", "", { class: "offer" });
      const box = make("input", "", { type: "radio", name: "offer", value: offer.id });
      box.checked = place === 0;
      box.onchange = () => show({ "offers-plan-box": false, "offers-show": true });
      const title = make("strong", titleOf(offer));
      for (const gain of gainsOf(offer, open)) title.append(make("em", words(gain)));
      label.append(box, title, ...factsOf(offer, ways[offer.repayment] ?? ""));
      return label;
    }),
  );
  show({ "offers-plan-box": false, "offers-show": true });
}

/** @param {any} offer */
const titleOf = (offer) => words("offer_title", { amount: yuan(offer.principal_fen), count: offer.tenor_months });
/** All that a loan costs beside what was lent, fen. @param {any} offer */
const costOf = (offer) => (offer.interest_fen ?? 0) + (offer.fee_fen ?? 0);

/** In what an offer is the best of several. @param {any} offer @param {any[]} offers @returns {string[]} */
function gainsOf(offer, offers) {
  const least = (/** @type {(one: any) => number} */ of) =>
    offers.every((other) => other === offer || of(other) > of(offer));
  if (offers.length < 2) return [];
  return [...(least(costOf) ? ["offer_cheapest"] : []), ...(least((one) => one.instalment_fen) ? ["offer_lowest_instalment"] : [])];
}

/** The same figures of each offer at the same places, so that offers can be compared. @param {any} offer @param {string} way */
function factsOf(offer, way) {
  const whole = words("offer_whole", { whole: yuan(offer.principal_fen + costOf(offer)) });
  const facts = [
    ["offer_first", yuan(offer.instalment_fen), way],
    ["offer_cost", yuan(costOf(offer)), whole],
    ["offer_simple", percent(offer.simple_rate_bp ?? 0), ""],
    ["offer_compound", percent(offer.irr_bp ?? 0), ""],
  ];
  return facts.map(([name, figure, more]) => {
    const fact = make("span", `${words(name)} `, { class: "fact" });
    fact.append(make("b", figure), " ", make("small", more));
    return fact;
  });
}

/** @param {string} offer */
async function showPlan(offer) {
  const { instalments } = await call("GET", `/offers/${offer}/schedule`);
  any("offers-plan").replaceChildren(
    ...instalments.map((/** @type {any} */ one) => {
      const row = make("tr");
      row.append(make("td", one.due), make("td", yuan(one.total_fen)), make("td", yuan(one.interest_fen + one.fee_fen)));
      return row;
    }),
  );
  show({ "offers-plan-box": true, "offers-show": false });
}

/** @param {string} id */
async function linkContract(id) {
  const answer = await accepted(await send("GET", `/applications/${id}/contract`));
  const link = element("offers-contract", HTMLAnchorElement);
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(await answer.blob());
  link.hidden = false;
}

/**
 * Accept an offer: digits are read aloud, and the voice is compared.
 * @param {import("./flow.js").Flow} flow
 * @param {any} offer
 * @param {string} application
 * @returns {import("./digits.js").Task}
 */
function acceptance(flow, offer, application) {
  let verification = "";
  return {
    title: words("accept_title"),
    lead: words("accept_lead", { offer: titleOf(offer), whole: yuan(offer.principal_fen + costOf(offer)) }),
    rows: async () => {
      const asked = await call("POST", "/me/verifications", { json: { purpose: "offer" } });
      verification = asked.id;
      return [asked.digits];
    },
    done: async (recording) => {
      const form = new FormData();
      form.append("file", recording, "voice");
      let result = await call("PUT", `/me/verifications/${verification}/recording`, { body: form, headers: WAIT });
      while (result.state === "analysing") result = await call("GET", `/me/verifications/${verification}`, { headers: WAIT });
      if (result.state !== "verified") {
        warn(result.advice.join(" ") || words("accept_unsure"));
        return;
      }
      await call("POST", `/offers/${offer.id}/acceptance`, { json: { verification_id: verification } });
      flow.go("offers", application);
    },
  };
}
