/** @file Looks at pictures beside the page, so that the preview never stutters. */

import { hintOf, measure } from "./quality.js";

self.onmessage = (/** @type {MessageEvent} */ event) => {
  const { pixels, width, height, box } = event.data;
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    grey[at] = (pixels[4 * at] * 77 + pixels[4 * at + 1] * 150 + pixels[4 * at + 2] * 29) >> 8;
  }
  self.postMessage(hintOf(measure(grey, width, height, box)));
};
