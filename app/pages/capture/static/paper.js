/** @file A paper: by the rear camera with hints and a shutter of its own, or from a file. */

import { PAPER_SIZES, close, openCamera, otherCamera, play } from "./camera.js";
import { any, button, element, input, show, video } from "./dom.js";
import { attempt } from "./flow.js";
import { shutter } from "./quality.js";
import { words } from "./words.js";

/** Width over height of a card (ISO/IEC 7810 ID-1) and of a licence's sheet. */
const SHAPES = /** @type {Record<string, number>} */ ({ licence: 1.414 });
const CARD_SHAPE = 85.6 / 53.98;
const LOOK_MS = 250;
const GOOD_LOOKS = 3;
const KEPT_LOOKS = 16;
const SMALL_WIDTH = 320;
const MIN_LONG = 1280;
const MIN_SHORT = 720;
const HINT_MS = 1200; // a hint stays so long, to be read and heard
export const PAPERS = ["id_card_front", "id_card_back", "licence"];

/** @typedef {import("./quality.js").Hint} Hint */

/** @type {MediaStream | null} One stream for all papers: it is asked for once. */
let stream = null;
/** @type {Worker | null} */
let worker = null;

/**
 * @param {import("./flow.js").Flow} flow
 * @param {string} kind
 * @returns {import("./flow.js").Leave}
 */
export function enterPaper(flow, kind) {
  any("paper-title").textContent = words(`paper_${kind}`);
  any("paper-lead").textContent = words(`paper_lead_${kind === "licence" ? "licence" : "card"}`);
  const picture = video("paper-video");
  /** @type {() => void} */
  let stopLooking = () => undefined;
  let taken = false;

  const take = async (/** @type {Blob} */ photo) => {
    if (taken) return;
    taken = true;
    await flow.queue.add(kind, photo, null);
    await flow.next();
  };
  const shoot = async () => take(await still(picture));
  const look = () => {
    show({ "paper-live": true, "paper-open": false, "paper-shutter": true, "paper-hint": true });
    stopLooking();
    stopLooking = lookAt(picture, SHAPES[kind] ?? CARD_SHAPE, () => void shoot());
  };
  const openWith = async (/** @type {string | undefined} */ camera) => {
    close(stream);
    stream = await openCamera("environment", PAPER_SIZES, camera);
    await focusByItself(stream);
    await play(picture, stream);
    show({ "paper-other": (await otherCamera(stream)) !== undefined });
    look();
  };

  show({ "paper-live": false, "paper-open": true, "paper-shutter": false, "paper-hint": false });
  button("paper-open").onclick = () => void attempt(button("paper-open"), () => openWith(undefined));
  button("paper-other").onclick = () =>
    void attempt(button("paper-other"), async () => openWith(stream ? await otherCamera(stream) : undefined));
  button("paper-shutter").onclick = () => void attempt(button("paper-shutter"), shoot);
  for (const id of ["paper-file", "paper-camera"]) {
    input(id).value = "";
    input(id).onchange = () => {
      const file = input(id).files?.[0];
      if (file) void attempt(null, () => take(file));
    };
  }
  if (stream?.active) look();

  return (to) => {
    stopLooking();
    if (to === "paper") return;
    close(stream);
    stream = null;
    picture.srcObject = null;
    show({ "paper-other": false });
  };
}

/** Cameras with a fixed focus stay as they are. @param {MediaStream} opened */
async function focusByItself(opened) {
  const track = opened.getVideoTracks()[0];
  /** @type {any} */
  const able = track.getCapabilities?.() ?? {};
  if (!able.focusMode?.includes("continuous")) return;
  const wanted = /** @type {any} */ ({ advanced: [{ focusMode: "continuous" }] });
  await track.applyConstraints(wanted).catch(() => undefined);
}

/** The whole picture as a JPEG, in the camera's own size. @param {HTMLVideoElement} picture @returns {Promise<Blob>} */
async function still(picture) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.videoWidth, picture.videoHeight];
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.9);
  });
}

/**
 * Look at the picture a few times a second, say what to change, and fire when it is good.
 * @param {HTMLVideoElement} picture
 * @param {number} shape
 * @param {() => void} fire
 * @returns {() => void} look no more
 */
function lookAt(picture, shape, fire) {
  worker ??= new Worker(new URL("./quality-worker.js", import.meta.url), { type: "module" });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const sides = [picture.videoWidth, picture.videoHeight].sort((a, b) => a - b);
  const large = sides[0] >= MIN_SHORT && sides[1] >= MIN_LONG;
  /** @type {(Hint | null)[]} */
  const hints = [];
  let saidAt = 0;
  let waiting = false;
  button("paper-shutter").disabled = large;
  sayHint(large ? "hint_wait" : "hint_small");

  worker.onmessage = (event) => {
    waiting = false;
    /** @type {Hint | null} */
    const hint = event.data;
    hints.push(hint);
    if (hints.length > KEPT_LOOKS) hints.shift();
    const { fires, free } = shutter(hints, GOOD_LOOKS);
    any("paper-frame").classList.toggle("good", hint === null);
    if (free) button("paper-shutter").disabled = false;
    if (performance.now() - saidAt > HINT_MS && large) {
      saidAt = performance.now();
      sayHint(hint === null ? "hint_good" : `hint_${hint}`);
    }
    if (fires && large) {
      stop();
      fire();
    }
  };
  const timer = setInterval(() => {
    if (waiting || !pen || !picture.videoWidth) return;
    const scale = SMALL_WIDTH / Math.max(picture.videoWidth, picture.videoHeight);
    canvas.width = Math.round(picture.videoWidth * scale);
    canvas.height = Math.round(picture.videoHeight * scale);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const box = boxIn(canvas.width, canvas.height, shape);
    placeFrame(picture, box, canvas.width);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    waiting = true;
    worker?.postMessage({ pixels: data, width: canvas.width, height: canvas.height, box }, [data.buffer]);
  }, LOOK_MS);
  const stop = () => clearInterval(timer);
  return stop;
}

/** Where the paper should be. @param {number} width @param {number} height @param {number} shape */
function boxIn(width, height, shape) {
  const across = Math.round(Math.min(width * 0.88, height * 0.84 * shape));
  const down = Math.round(across / shape);
  return { left: (width - across) >> 1, top: (height - down) >> 1, width: across, height: down };
}

/** Draw the frame over the preview, which may be letter-boxed. @param {HTMLVideoElement} picture @param {{ width: number, height: number }} box @param {number} width */
function placeFrame(picture, box, width) {
  const shown = Math.min(picture.clientWidth / picture.videoWidth, picture.clientHeight / picture.videoHeight);
  const scale = (shown * picture.videoWidth) / width;
  const frame = element("paper-frame", HTMLDivElement);
  frame.style.width = `${Math.round(box.width * scale)}px`;
  frame.style.height = `${Math.round(box.height * scale)}px`;
}

/** @param {string} key */
function sayHint(key) {
  const text = words(key);
  if (any("paper-hint").textContent !== text) any("paper-hint").textContent = text;
}
