/** @file Sentences of the page, in its language; they stand in the page itself. */

const holder = /** @type {HTMLScriptElement} */ (document.getElementById("words"));

/** @type {Record<string, string>} */
const sentences = JSON.parse(holder.text);

/** The language of the page, as a BCP 47 tag. */
export const language = document.documentElement.lang;

/**
 * A sentence by its key, `{name}` replaced by its value.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function words(key, values = {}) {
  const sentence = sentences[key];
  if (sentence === undefined) throw new Error(`no sentence ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * A sentence where there is one for a key that the server chose.
 * @param {string} key
 * @param {string} otherwise
 */
export function wordsOr(key, otherwise) {
  return sentences[key] ?? otherwise;
}

/** Money as it is written: whole yuan without cents, others with both digits of them. @param {number} fen */
export function yuan(fen) {
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency: "CNY",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: fen % 100 ? 2 : 0,
  }).format(fen / 100);
}

/** Hundredths of a percent, in percent. @param {number} points */
export function percent(points) {
  return `${(points / 100).toFixed(2)}%`;
}
