/** @file The owner's photos while the page lives, and on them what the server saw there. */

import { make } from "./dom.js";
import { outline, placeOn, spaced } from "./regions.js";
import { words, wordsOr } from "./words.js";

/** @typedef {import("./regions.js").Region & { reason: string }} Seen */
/** @typedef {{ blob: Blob, address: string, evidence: string | undefined }} Photo */

const SVG = "http://www.w3.org/2000/svg";
/** The newest photo of each kind. @type {Map<string, Photo>} */
const photos = new Map();

/**
 * Remember the newest photo of a kind. @param {string} kind @param {Blob} blob
 * @param {string} [evidence] as which it arrived: another browser may send another later
 */
export function rememberPhoto(kind, blob, evidence) {
  const before = photos.get(kind);
  if (!blob.type.startsWith("image/")) return;
  if (before?.blob === blob) {
    before.evidence ??= evidence;
    return;
  }
  if (before) URL.revokeObjectURL(before.address);
  photos.set(kind, { blob, address: URL.createObjectURL(blob), evidence });
}

/** A small picture of the newest photo; null where there is none. @param {string} kind */
export function smallPhoto(kind) {
  const photo = photos.get(kind);
  return photo ? pictureOf(photo) : null;
}

/**
 * The photo that a piece of evidence is, with what the server saw on it; null where it saw nothing
 * or the photo is not here. What is drawn is said by `seenLines`, too.
 * @param {any} sent evidence as the API shows it
 */
export function shownPhoto(sent) {
  const photo = photos.get(sent.kind);
  if (!photo || photo.evidence !== sent.id || !sent.regions.length) return null;
  const holder = make("div", "", { class: "seen" });
  const picture = pictureOf(photo, () => holder.remove());
  const drawing = document.createElementNS(SVG, "svg");
  const outlines = sent.regions.map((/** @type {Seen} */ one) => outline(spaced(one))).join("");
  for (const [name, value] of [["viewBox", "0 0 1 1"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) {
    drawing.setAttribute(name, value);
  }
  drawing.append(path("others", `M0 0H1V1H0Z${outlines}`), path("ground", outlines), path("line", outlines));
  holder.append(picture, drawing);
  return holder;
}

/** @param {string} name @param {string} outlines */
function path(name, outlines) {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("class", name);
  made.setAttribute("d", outlines);
  return made;
}

/** Where what is wrong was seen, in words. @param {Seen[]} regions @returns {string[]} */
export function seenLines(regions) {
  return regions.map((one) =>
    wordsOr(`seen_${one.reason}`, words("seen")).replace("{place}", words(`place_${placeOn(one)}`)),
  );
}

/** A photo that the browser cannot show (HEIC) is left out. @param {Photo} photo @param {() => void} [leaveOut] */
function pictureOf(photo, leaveOut) {
  const picture = make("img", "", { alt: "", src: photo.address });
  picture.onerror = leaveOut ?? (() => picture.remove());
  return picture;
}
