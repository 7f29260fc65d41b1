/** @file Where a photo shows what is wrong: shares of its width and height, as the server tells them. */

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Region */

const SPACE = 0.02; // around a region, so that what is wrong is not hidden by the line
const ROWS = ["top", "middle", "bottom"];
const COLUMNS = ["left", "centre", "right"];

/** A region with some space around it, within the photo. @param {Region} region @returns {Region} */
export function spaced(region) {
  return {
    left: Math.max(0, region.left - SPACE),
    top: Math.max(0, region.top - SPACE),
    right: Math.min(1, region.right + SPACE),
    bottom: Math.min(1, region.bottom + SPACE),
  };
}

/** The outline of a region, as an SVG path in a picture of 1 by 1. @param {Region} region */
export function outline({ left, top, right, bottom }) {
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}

/** In which ninth of the photo the middle of a region is: `top_left` to `bottom_right`. @param {Region} region */
export function placeOn({ left, top, right, bottom }) {
  const third = (/** @type {number} */ share) => Math.min(2, Math.floor(share * 3));
  return `${ROWS[third((top + bottom) / 2)]}_${COLUMNS[third((left + right) / 2)]}`;
}
