/** @file How a live picture of a paper looks: pure arithmetic on grey values, 0 to 255. */

/** @typedef {"dark" | "glare" | "blurred" | "edges"} Hint */
/**
 * @typedef {object} Looks
 * @property {number} light mean of the frame
 * @property {number} glare share of the frame that is blown out in patches
 * @property {number} sharpness variance of the Laplacian (Pech-Pacheco et al., ICPR 2000)
 * @property {number} edges sides of the frame, 0 to 4, along which an edge runs
 */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

/** Set by hand on drawn sheets and a table; hints only advise, the server judges the photo. */
export const RULES = { dark: 60, glare: 0.02, sharpness: 60, edges: 3, edge: 14, blown: 250, patch: 6 };
const BAND = 0.09; // of the picture's width, on both sides of a frame's line

/**
 * @param {Uint8Array | Uint8ClampedArray} grey row by row
 * @param {number} width
 * @param {number} height
 * @param {Box} box where the paper should be
 * @returns {Looks}
 */
export function measure(grey, width, height, box) {
  const { light, sharpness, glare } = inside(grey, width, box);
  return { light, glare, sharpness, edges: edgesSeen(grey, width, height, box) };
}

/** @param {Uint8Array | Uint8ClampedArray} grey @param {number} width @param {Box} box */
function inside(grey, width, box) {
  let sum = 0;
  let count = 0;
  let second = 0;
  let first = 0;
  let blown = 0;
  for (let y = box.top + 1; y < box.top + box.height - 1; y++) {
    let run = 0;
    for (let x = box.left + 1; x < box.left + box.width - 1; x++) {
      const at = y * width + x;
      const value = grey[at];
      const bend = grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * value;
      sum += value;
      first += bend;
      second += bend * bend;
      count += 1;
      run = value >= RULES.blown ? run + 1 : 0;
      if (run > RULES.patch) blown += 1; // white paper is grey to a camera; a lamp's image is not
    }
  }
  const mean = first / count;
  return { light: sum / count, sharpness: second / count - mean * mean, glare: blown / count };
}

/** @param {Uint8Array | Uint8ClampedArray} grey @param {number} width @param {number} height @param {Box} box */
function edgesSeen(grey, width, height, box) {
  const band = Math.round(BAND * width);
  const rows = { from: box.top, to: box.top + box.height, step: width };
  const columns = { from: box.left, to: box.left + box.width, step: 1 };
  const sides = [
    strongest(grey, rows, box.left, band, 1, width),
    strongest(grey, rows, box.left + box.width, band, 1, width),
    strongest(grey, columns, box.top, band, width, height),
    strongest(grey, columns, box.top + box.height, band, width, height),
  ];
  return sides.filter((step) => step >= RULES.edge).length;
}

/**
 * The greatest mean step of brightness across a line near to a side.
 * @param {Uint8Array | Uint8ClampedArray} grey
 * @param {{ from: number, to: number, step: number }} along
 * @param {number} side
 * @param {number} band
 * @param {number} across the step from one line to the next
 * @param {number} limit how many lines there are
 */
function strongest(grey, along, side, band, across, limit) {
  let best = 0;
  for (let line = Math.max(2, side - band); line < Math.min(limit - 2, side + band); line++) {
    let sum = 0;
    let count = 0;
    for (let place = along.from; place < along.to; place += 2) {
      const at = line * across + place * along.step;
      sum += grey[at + across] - grey[at - across];
      count += 1;
    }
    best = Math.max(best, Math.abs(sum) / count);
  }
  return best;
}

/** What to say first about a picture; null where it is good. @param {Looks} looks @returns {Hint | null} */
export function hintOf(looks) {
  if (looks.light < RULES.dark) return "dark";
  if (looks.edges < RULES.edges) return "edges";
  if (looks.glare > RULES.glare) return "glare";
  if (looks.sharpness < RULES.sharpness) return "blurred";
  return null;
}

/**
 * When the shutter goes by itself and when it is the owner's: by itself after `good` good looks in a
 * row, the owner's after two hints of one kind, so that nobody is stuck with a hint that is wrong.
 * @param {readonly (Hint | null)[]} hints newest last
 * @param {number} good
 */
export function shutter(hints, good) {
  const last = hints.slice(-good);
  const counts = new Map();
  for (const hint of hints) if (hint) counts.set(hint, (counts.get(hint) ?? 0) + 1);
  return {
    fires: last.length === good && last.every((hint) => hint === null),
    free: [...counts.values()].some((count) => count >= 2),
  };
}
