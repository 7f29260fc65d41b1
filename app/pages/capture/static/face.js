/** @file The face video: the server's actions one after the other, filmed without a cut. */

import { FACE_SIZES, close, frameRate, nextFrame, openCamera, play } from "./camera.js";
import { any, button, element, input, say, show, video, warn } from "./dom.js";
import { attempt, watchInterruptions } from "./flow.js";
import { recordFace } from "./recorder.js";
import { draw } from "./uploads.js";
import { language, words, wordsOr } from "./words.js";

const TAIL_S = 1.2; // recorders lose some of the end
const MIN_RATE = 10; // pictures a second: below it a blink is not seen
const MEASURED_MS = 1000;
export const ACTING_MS = 25_000; // filming, and the begin of the upload

/** On which side of the mirrored preview an action is shown: a mirror keeps the owner's sides. */
const SIDES = /** @type {Record<string, [string, string]>} */ ({
  turn_left: ["left", "←"],
  turn_right: ["right", "→"],
  look_up: ["up", "↑"],
  look_down: ["down", "↓"],
});

/** @typedef {{ action: string, at: number, until: number }} Cue */

/** @param {import("./flow.js").Flow} flow @returns {import("./flow.js").Leave} */
export function enterFace(flow) {
  const picture = video("face-video");
  /** @type {MediaStream | null} */
  let stream = null;
  /** @type {AbortController | null} */
  let filming = null;

  const reset = () => {
    filming?.abort();
    filming = null;
    window.speechSynthesis?.cancel();
    show({ "face-cue": false, "face-progress": false, "face-open": stream === null, "face-begin": stream !== null, slots: true, person: true });
    any("face-side").textContent = "";
  };
  const open = async () => {
    close(stream);
    stream = await openCamera("user", FACE_SIZES);
    show({ "face-live": true, "face-lead": false });
    await play(picture, stream);
    any("face-live").style.setProperty("--ratio", String(picture.videoWidth / picture.videoHeight));
    reset();
    button("face-begin").focus({ preventScroll: true });
  };
  const begin = async () => {
    if (!stream?.active) await open();
    const camera = /** @type {MediaStream} */ (stream);
    say(words("face_measuring"));
    const fast = await fastEnough(picture, camera);
    say("");
    if (!fast) {
      warn(words("camera_too_slow"));
      return;
    }
    const asked = await draw(flow.view.id, "face", ACTING_MS);
    const control = new AbortController();
    filming = control;
    const unwatch = watchInterruptions(camera, (why) => {
      reset();
      warn(words(why));
    });
    show({ "face-begin": false, "face-cue": true, "face-progress": true, slots: false, person: false });
    window.scrollTo(0, 0);
    try {
      const blob = await film(camera, picture, asked.asked.cues, control.signal);
      if (blob === null) return;
      await flow.queue.add("face_video", blob, asked.id);
      await flow.next();
    } finally {
      unwatch();
      if (filming === control) reset();
    }
  };
  show({ "face-live": false, "face-lead": true });
  reset();
  button("face-open").onclick = () => void attempt(button("face-open"), open);
  button("face-begin").onclick = () => void attempt(button("face-begin"), begin);
  return () => {
    close(stream);
    stream = null;
    picture.srcObject = null;
    reset();
  };
}

/** Whether the camera films fast enough, at a smaller size if it must. @param {HTMLVideoElement} picture @param {MediaStream} stream */
async function fastEnough(picture, stream) {
  const track = stream.getVideoTracks()[0];
  for (const [width, height] of [[0, 0], [480, 360], [320, 240]]) {
    if (width) await track.applyConstraints({ width: { ideal: width }, height: { ideal: height } }).catch(() => undefined);
    if ((await frameRate(picture, MEASURED_MS)) >= MIN_RATE) return true;
  }
  return false;
}

/**
 * Film while the cues are shown; they count from the first picture after the recorder has begun.
 * @param {MediaStream} stream
 * @param {HTMLVideoElement} picture
 * @param {Cue[]} cues
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>} null where it was broken off
 */
async function film(stream, picture, cues, signal) {
  const recording = recordFace(stream);
  await recording.started;
  const began = await nextFrame(picture);
  const end = cues[cues.length - 1].until + TAIL_S;
  const progress = element("face-progress", HTMLProgressElement);
  cue(words("cue_straight"), "");
  let shown = -1;
  for (;;) {
    const now = await tick(signal);
    if (now === null) break;
    const at = (now - began) / 1000;
    progress.value = Math.min(1, at / end);
    const due = cues.filter((one) => one.at <= at).length - 1;
    if (due > shown) {
      shown = due;
      cue(wordsOr(`cue_${cues[due].action}`, cues[due].action), cues[due].action);
    }
    if (shown === cues.length - 1 && at > cues[shown].until && at <= end) cue(words("cue_still"), "");
    if (at >= end) return recording.stop();
  }
  void recording.stop();
  return null;
}

/** @param {AbortSignal} signal @returns {Promise<number | null>} null once it is broken off */
function tick(signal) {
  return new Promise((resolve) => {
    requestAnimationFrame((now) => resolve(signal.aborted ? null : now));
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
}

/** Show and say what to do. @param {string} text @param {string} action */
function cue(text, action) {
  const shown = any("face-cue");
  if (shown.textContent === text) return;
  shown.textContent = text;
  const [side, arrow] = SIDES[action] ?? ["", ""];
  any("face-side").dataset.side = side;
  any("face-side").textContent = arrow;
  if (!input("face-spoken").checked || !window.speechSynthesis) return;
  window.speechSynthesis.cancel();
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.lang = language;
  spoken.rate = 1.2;
  window.speechSynthesis.speak(spoken);
}
