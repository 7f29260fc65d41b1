/** @file Recordings: which container and codec, and the bytes. */

import { MediaTrouble } from "./camera.js";

const H264 = ["video/webm;codecs=h264", "video/x-matroska;codecs=avc1"];
const VP8 = ["video/webm;codecs=vp8", "video/webm"];
const MP4 = ["video/mp4;codecs=avc1.42E01E", "video/mp4;codecs=avc1", "video/mp4"];
const OPUS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
const AAC = ["audio/mp4;codecs=mp4a.40.2", "audio/mp4"];
export const VIDEO_BITS = 600_000;
export const AUDIO_BITS = 64_000;
const START_MS = 6000;

/** WebKit says that it writes WebM where it writes none that can be read; no name of a browser is asked. */
export function isWebKit() {
  return "webkitPresentationMode" in HTMLVideoElement.prototype;
}

/**
 * The first type that can be recorded: H.264, which phones encode in hardware, then VP8; never VP9
 * or AV1, of which Android makes three pictures a second.
 * @param {(type: string) => boolean} supports
 * @param {boolean} webKit
 * @returns {string} empty where the browser has to choose
 */
export function videoType(supports, webKit) {
  const order = webKit ? [...MP4, ...VP8] : [...H264, ...VP8, ...MP4];
  return order.find(supports) ?? "";
}

/** @param {(type: string) => boolean} supports @param {boolean} webKit */
export function audioType(supports, webKit) {
  const order = webKit ? [...AAC, ...OPUS] : [...OPUS, ...AAC];
  return order.find(supports) ?? "";
}

/**
 * @typedef {object} Recording
 * @property {Promise<void>} started once the recorder says that it records
 * @property {() => Promise<Blob>} stop the whole recording
 */

/** @param {MediaStream} stream @param {MediaRecorderOptions} options @returns {Recording} */
export function record(stream, options) {
  const recorder = new MediaRecorder(stream, options);
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = (event) => {
    if (event.data.size) parts.push(event.data);
  };
  /** @type {Promise<void>} */
  const started = new Promise((resolve, reject) => {
    recorder.onstart = () => resolve();
    recorder.onerror = () => reject(new MediaTrouble("busy"));
    setTimeout(() => reject(new MediaTrouble("busy")), START_MS); // nothing comes of the device
  });
  /** @type {Promise<Blob>} */
  const stopped = new Promise((resolve) => {
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
  });
  recorder.start(1000);
  return {
    started,
    stop: () => {
      if (recorder.state !== "inactive") recorder.stop();
      return stopped;
    },
  };
}

/** @param {MediaStream} stream */
export function recordFace(stream) {
  const mimeType = videoType(supported, isWebKit());
  return record(stream, { mimeType, videoBitsPerSecond: VIDEO_BITS });
}

/** @param {MediaStream} stream */
export function recordVoice(stream) {
  const mimeType = audioType(supported, isWebKit());
  return record(stream, { mimeType, audioBitsPerSecond: AUDIO_BITS });
}

/** @param {string} type */
const supported = (type) => MediaRecorder.isTypeSupported(type);
