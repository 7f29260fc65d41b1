/** @file Going on on another device: the link that this one shows, and the one that it opened. */

import { Refusal, call, isSignedIn, pause, send, useHandover } from "./api.js";
import { any, button, copyLink, element, show } from "./dom.js";
import { attempt } from "./flow.js";
import { language, words } from "./words.js";

const MARK = "#handover=";
const LOOK_MS = 3000; // between two looks whether the other device has begun, or is done

let token = ""; // of the link that was opened; in memory alone
let shownUntil = 0;
let following = false;

/** Take a link's token out of the address, so that no history keeps it. @returns {boolean} whether there was one */
export function takeToken() {
  if (!location.hash.startsWith(MARK)) return false;
  token = location.hash.slice(MARK.length);
  history.replaceState(null, "", location.pathname + location.search);
  return true;
}

window.addEventListener("hashchange", () => location.hash.startsWith(MARK) && location.reload());

/** Say whose onboarding it is before anything is filmed: a stranger's link would open an account for the stranger. @param {import("./flow.js").Flow} flow */
export function enterHandover(flow) {
  any("handover-whose").textContent = "";
  show({ "handover-go": false });
  button("handover-no").onclick = () => void flow.next();
  button("handover-go").onclick = () =>
    void attempt(button("handover-go"), async () => {
      if (await isSignedIn()) await send("POST", "/auth/logout").catch(() => undefined);
      await useHandover(token);
      flow.view = null;
      await flow.next();
    });
  void attempt(null, async () => {
    const { phone } = await call("POST", "/handovers/owner", { json: { token }, open: true });
    any("handover-whose").textContent = words("handover_whose", { phone });
    show({ "handover-go": true });
  });
}

/** @param {import("./flow.js").Flow} flow */
export function renderAnother(flow) {
  const open = flow.view?.state === "open" && !flow.confined;
  show({ another: open && !flow.view.handed_over });
  if (!open) return;
  button("another-show").onclick = () => void attempt(button("another-show"), () => showLink(flow));
  if (flow.view.handed_over) void follow(flow);
}

/** @param {import("./flow.js").Flow} flow */
async function showLink(flow) {
  const made = await call("POST", `/onboardings/${flow.view.id}/handover`);
  const picture = element("another-qr", HTMLImageElement);
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(new Blob([made.qr_svg], { type: "image/svg+xml" }));
  const until = new Date(made.expires_at);
  const time = until.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  any("another-until").textContent = words("another_until", { time });
  button("another-copy").onclick = () => void copyLink(made.link, words("another_copied"));
  show({ "another-shown": true });
  shownUntil = until.getTime();
  void follow(flow);
}

/** See that it goes on elsewhere, and how. @param {import("./flow.js").Flow} flow */
async function follow(flow) {
  if (following) return;
  following = true;
  try {
    while (flow.view?.state === "open" && (flow.view.handed_over || Date.now() < shownUntil)) {
      await pause(LOOK_MS);
      const before = flow.view;
      const view = await call("GET", `/onboardings/${before.id}`).catch(ignored);
      if (!view || flow.view !== before) continue;
      flow.receive(view);
      if (view.handed_over !== before.handed_over || view.state !== before.state) await flow.next();
    }
  } finally {
    following = false;
    show({ "another-shown": Date.now() < shownUntil });
  }
}

/** @param {unknown} error */
function ignored(error) {
  if (!(error instanceof Refusal)) throw error;
}

/** @param {import("./flow.js").Flow} flow */
export function enterElsewhere(flow) {
  shownUntil = 0;
  show({ "another-shown": false });
  button("elsewhere-back").onclick = () =>
    void attempt(button("elsewhere-back"), async () => {
      flow.view = await call("DELETE", `/onboardings/${flow.view.id}/handover`);
      await flow.next();
    });
}
