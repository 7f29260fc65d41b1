/** @file Digits read aloud into one recording, one row after the other. */

import { close, openMicrophone } from "./camera.js";
import { any, button, element, make, say, show, warn } from "./dom.js";
import { attempt, watchInterruptions } from "./flow.js";
import { recordVoice } from "./recorder.js";
import { words } from "./words.js";

const LEVEL_MS = 100;
const QUIET = 0.04;
const LOUD = 0.99;
const QUIET_LOOKS = 30;
const MAX_MS = 50_000; // the server takes a minute
export const READING_MS = 40_000; // what reading takes, and the begin of the upload

/**
 * @typedef {object} Task
 * @property {string} title
 * @property {string} lead
 * @property {() => Promise<string[]>} rows draws what is to be read
 * @property {(recording: Blob) => Promise<void>} done
 */

/** @param {Task} task @returns {import("./flow.js").Leave} */
export function enterDigits(task) {
  /** @type {() => void} */
  let end = () => undefined;
  any("digits-title").textContent = task.title;
  any("digits-lead").textContent = task.lead;

  const reset = () => {
    end();
    end = () => undefined;
    show({ "digits-live": false, "digits-start": true, "digits-next": false, "digits-done": false, "digits-again": false });
  };
  const begin = async () => {
    const stream = await openMicrophone();
    const level = levelOf(stream);
    const unwatch = watchInterruptions(stream, (why) => {
      reset();
      warn(words(why));
    });
    end = () => {
      clearTimeout(timer);
      unwatch();
      level();
      close(stream);
    };
    const timer = setTimeout(() => {
      reset();
      warn(words("digits_long"));
    }, MAX_MS);
    try {
      const rows = await task.rows();
      const recording = recordVoice(stream);
      await recording.started;
      readRows(rows, async () => {
        unwatch();
        const blob = await recording.stop();
        reset();
        show({ "digits-start": false });
        say(words("digits_checked"));
        try {
          await task.done(blob);
        } finally {
          say("");
          show({ "digits-start": true });
        }
      });
    } catch (error) {
      reset();
      throw error;
    }
  };
  reset();
  button("digits-start").onclick = () => void attempt(button("digits-start"), begin);
  button("digits-again").onclick = () => {
    reset();
    void attempt(button("digits-start"), begin);
  };
  return reset;
}

/** @param {string[]} rows @param {() => Promise<void>} done */
function readRows(rows, done) {
  let place = 0;
  const showRow = () => {
    const last = place === rows.length - 1;
    any("digits-row").textContent = words("digits_row", { place: place + 1, of: rows.length });
    const shown = any("digits-shown");
    shown.replaceChildren(...grouped(rows[place]));
    shown.setAttribute("aria-label", [...rows[place]].join(" "));
    show({ "digits-live": true, "digits-start": false, "digits-next": !last, "digits-done": last, "digits-again": true });
    button(last ? "digits-done" : "digits-next").focus({ preventScroll: true });
  };
  button("digits-next").onclick = () => {
    place += 1;
    showRow();
  };
  button("digits-done").onclick = () => void attempt(button("digits-done"), done);
  showRow();
}

/** In two groups, as one says a long number. @param {string} row */
function grouped(row) {
  const half = Math.ceil(row.length / 2);
  return [row.slice(0, half), row.slice(half)].map((digits) => make("span", digits));
}

/** Show how loud it is; returns how to end it. @param {MediaStream} stream @returns {() => void} */
function levelOf(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const meter = element("digits-level", HTMLMeterElement);
  let quiet = 0;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    meter.value = Math.min(1, Math.sqrt(peak));
    quiet = peak < QUIET ? quiet + 1 : 0;
    const hint = peak >= LOUD ? words("hint_loud") : quiet > QUIET_LOOKS ? words("hint_quiet") : "";
    if (any("digits-hint").textContent !== hint) any("digits-hint").textContent = hint;
  }, LEVEL_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
