/** @file Which step is shown, and what brings the next. */

import { CONFINED, Refusal, SignedOut, call, isSignedIn, pause, send } from "./api.js";
import { enterConsent, isConsented } from "./consent.js";
import { READING_MS, enterDigits } from "./digits.js";
import { any, button, copyLink, list, show, showStep, warn } from "./dom.js";
import { enterElsewhere, enterHandover, renderAnother, takeToken } from "./elsewhere.js";
import { enterFace } from "./face.js";
import { enterOffers, enterWish } from "./loan.js";
import { enterPaper } from "./paper.js";
import { offerPerson, renderPerson } from "./person.js";
import { rememberPhoto, shownPhoto } from "./photos.js";
import { enterResult, placeOf, renderResult, renderSlots, sentOf, stateOf, stepOf } from "./result.js";
import { enterPhone } from "./sign-in.js";
import { enterSources } from "./sources.js";
import { clear, read } from "./store.js";
import { Queue, draw } from "./uploads.js";
import { words } from "./words.js";

const AT_WORK = ["paper", "digits", "face", "result", "elsewhere"]; // steps beside which the slots stand

/** @type {import("./flow.js").Leave} */
let leave = () => undefined;
let step = "wait";
/** @type {string | undefined} the kind of evidence that the step takes */
let taking;
let watching = false;
let goesBack = false; // by the browser's button: that adds no step to go back to

/** @type {import("./flow.js").Flow} */
const flow = { meta: null, view: null, consents: {}, queue: new Queue("", () => undefined, () => undefined), confined: false, receive, next, go };

/** Show a step. @param {string} name @param {any} [detail] */
function go(name, detail) {
  leave(name);
  leave = () => undefined;
  const place = { name, detail: typeof detail === "string" ? detail : null };
  if (goesBack || step === "wait") history.replaceState(place, "");
  else history.pushState(place, "");
  goesBack = false;
  step = name;
  taking = detail?.done ? undefined : kindOf(name, detail);
  showStep(name, !detail?.done);
  show({ slots: isWorking(), "sign-out": !["phone", "handover"].includes(name) });
  if (AT_WORK.includes(name)) renderSlots(flow, taking);
  renderAdvice();
  renderWays();
  leave = enter(name, detail) ?? leave;
}

/** What else an owner can do, on any step. */
function renderWays() {
  renderPerson(flow);
  renderAnother(flow);
}

/** Whether there is something to be sent, or looked at: nothing is, once it is decided. */
function isWorking() {
  return AT_WORK.includes(step) && flow.view.state === "open";
}

/** @param {string} name @param {any} detail @returns {string | undefined} */
function kindOf(name, detail) {
  const kinds = /** @type {Record<string, string>} */ ({ paper: detail, digits: "voice_clip", face: "face_video" });
  return kinds[name];
}

/** What was wrong with a piece stands where it is taken again, on its photo where that is still here. */
function renderAdvice() {
  const { state, advice } = taking ? stateOf(flow, taking) : { state: "", advice: [] };
  const again = ["retry", "refused"].includes(state);
  if (taking) document.querySelector(`#step-${step} h1`)?.after(any("again-advice"));
  const photo = taking && state === "retry" ? shownPhoto(sentOf(flow, taking)) : null;
  list("again-list", again ? advice : []);
  any("again-photo").replaceChildren(...(photo ? [photo] : []));
  show({ "again-advice": again && advice.length > 0 });
}

/** @param {string} name @param {any} detail @returns {import("./flow.js").Leave | void} */
function enter(name, detail) {
  if (name === "phone") return enterPhone(flow);
  if (name === "handover") return enterHandover(flow);
  if (name === "elsewhere") return enterElsewhere(flow);
  if (name === "consent") return enterConsent(flow);
  if (name === "paper") return enterPaper(flow, detail);
  if (name === "digits") return enterDigits(detail?.done ? detail : voiceTask());
  if (name === "face") return enterFace(flow);
  if (name === "result") return enterResult(flow, startNew);
  if (name === "wish") return enterWish(flow);
  if (name === "sources") return enterSources(flow, detail);
  if (name === "offers") return enterOffers(flow, detail);
}

/** The digits of an onboarding. @returns {import("./digits.js").Task} */
function voiceTask() {
  let challenge = "";
  return {
    title: words("digits_title"),
    lead: words("digits_lead"),
    rows: async () => {
      const drawn = await draw(flow.view.id, "voice", READING_MS);
      challenge = drawn.id;
      return [drawn.asked.first, drawn.asked.second];
    },
    done: async (recording) => {
      await flow.queue.add("voice_clip", recording, challenge);
      await next();
    },
  };
}

/** Go to what is to be done next. */
async function next() {
  if (!(await isSignedIn())) return go("phone");
  flow.meta ??= await readMeta();
  if (flow.view === null) await begin(false);
  if (flow.view.state !== "open") {
    const application = flow.view.decision === "approved" ? await read(`loan:${flow.view.id}`) : null;
    return application ? go("offers", application) : go("result");
  }
  if (flow.view.handed_over && !flow.confined) return go("elsewhere");
  if (!isConsented(flow)) return go("consent");
  /** @type {string[]} */
  const open = flow.view.missing.filter((/** @type {string} */ kind) => !flow.queue.holds(kind));
  if (open.length === 0) return go("result");
  go(...stepOf(open.sort((a, b) => placeOf(a) - placeOf(b))[0]));
}

/**
 * Go on with the newest onboarding, also one that is decided; begin one where there is none.
 * @param {boolean} anew begin another although one has ended
 */
async function begin(anew) {
  const confined = await read(CONFINED);
  flow.confined = confined !== undefined;
  if (confined) return goOnWith(await call("GET", `/onboardings/${confined.onboarding}`), confined.consents);
  const { consents } = await call("GET", "/me");
  consents.sort((/** @type {any} */ a, /** @type {any} */ b) => a.given_at.localeCompare(b.given_at));
  const newest = consents[consents.length - 1]?.onboarding_id;
  const view = newest && !anew ? await call("GET", `/onboardings/${newest}`) : await call("POST", "/onboardings");
  const given = consents.filter((/** @type {any} */ one) => one.onboarding_id === view.id);
  await goOnWith(view, Object.fromEntries(given.map((/** @type {any} */ one) => [one.kind, one.version])));
}

/** @param {any} view @param {Record<string, string>} consents */
async function goOnWith(view, consents) {
  flow.consents = consents;
  flow.queue = new Queue(view.id, receive, changed);
  receive(view);
  await flow.queue.resume();
}

async function startNew() {
  await begin(true);
  await next();
}

/** Sign out, and leave nothing of the owner on a phone that others use, too. */
async function signOut() {
  await send("POST", "/auth/logout").catch(() => undefined);
  await clear();
  location.reload();
}

/** What the server says of the onboarding. @param {any} view @param {import("./uploads.js").Item} [item] that has arrived */
function receive(view, item) {
  flow.view = view;
  if (item) rememberPhoto(item.kind, item.blob, sentOf(flow, item.kind)?.id);
  changed();
  void watch();
}

/** Show how things stand; the owner stays in the step that they are in. */
function changed() {
  for (const item of flow.queue.items.values()) rememberPhoto(item.kind, item.blob);
  renderWays();
  if (!AT_WORK.includes(step)) return;
  renderSlots(flow, taking);
  if (!isWorking()) show({ slots: false });
  if (step === "result") renderResult(flow);
}

/** @param {any} view */
const isMoving = (view) =>
  view.state === "open" && view.evidence.some((/** @type {any} */ one) => one.state === "analysing");

/** Wait for what is being analysed; one request at a time. */
async function watch() {
  if (watching || !flow.queue.onboarding) return;
  watching = true;
  try {
    while (flow.view && isMoving(flow.view)) {
      const of = flow.view.id;
      try {
        const view = await call("GET", `/onboardings/${of}`, { headers: { Prefer: "wait=20" } });
        if (flow.view?.id !== of) continue;
        const same = JSON.stringify(view) === JSON.stringify(flow.view);
        flow.view = view;
        // A server with too many listeners answers at once: ask slowly, and leave what is shown under the finger.
        if (same) {
          await pause(1000);
          continue;
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await pause(5000);
      }
      changed();
    }
  } finally {
    watching = false;
  }
}

/** Why this browser cannot do it, by what it can do and never by its name. */
function blockedBy() {
  if (!window.isSecureContext) return "blocked_insecure";
  if (!window.crypto?.subtle || !window.indexedDB) return "blocked_old";
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return "blocked_camera";
  return null;
}

function showBlocked(/** @type {string} */ why) {
  showStep("blocked");
  any("blocked-why").textContent = words(why);
  if (why === "blocked_camera") offerPerson(() => void next());
  button("copy-link").onclick = () => void copyLink(location.href, words("copied"));
}

/** @param {unknown} error */
function fail(error) {
  if (error instanceof SignedOut) {
    flow.view = null;
    go("phone");
    warn(words("signed_out"));
  } else if (error instanceof Refusal && error.code === "consent_missing") {
    flow.consents = {};
    void next();
  } else {
    warn(error instanceof Refusal && error.message ? error.message : words("trouble"));
  }
}

/** @type {Promise<any> | undefined} */
let metaAsked;
/** Texts, lists and limits; asked for once, while the owner types their number. */
function readMeta() {
  metaAsked ??= call("GET", "/meta", { open: true });
  return metaAsked;
}

async function start() {
  const blocked = blockedBy();
  if (blocked) return showBlocked(blocked);
  if (takeToken()) go("handover");
  else await next();
  await readMeta();
}

button("sign-out").onclick = () => void signOut();
window.addEventListener("unhandledrejection", (event) => fail(event.reason));
window.addEventListener("reached", (event) => {
  any("offline").hidden = /** @type {CustomEvent} */ (event).detail;
});
window.addEventListener("sandbox", () => {
  any("sandbox").hidden = false;
});
window.addEventListener("popstate", (event) => {
  const { name, detail } = event.state ?? {};
  const open = flow.view?.state === "open";
  goesBack = true;
  if (open && name === "paper") go(name, detail);
  else void next();
});
void start();
