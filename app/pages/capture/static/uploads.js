/** @file Files on their way: small ones at once, others resumably (tus 1.0), kept until they arrived. */

import { Refusal, accepted, call, pause, send } from "./api.js";
import { readAll, remove, write } from "./store.js";

export const SMALL_BYTES = 200_000; // about 16 s at 100 kbit/s
export const CHUNK_BYTES = 131_072; // twice what the server takes at least
const MAX_WAIT_S = 60;
const MAX_BEGINS = 3;
const TUS = { "Tus-Resumable": "1.0.0" };
const LOST = [404, 409, 410]; // of an upload that the server does not hold as we think it does
const KEPT = ["challenge_unusable", "file_known"]; // the same statuses, of an upload that it does hold
const MAX_CHUNKS = 64; // a large file goes in larger pieces

/**
 * @typedef {object} Item
 * @property {string} onboarding
 * @property {string} kind
 * @property {Blob} blob
 * @property {string | null} challenge
 * @property {string | null} address of the upload, once it was begun
 * @property {string} refusal what the server said to it; empty as long as it may be sent
 * @property {number} sent bytes that have arrived
 */

/** @param {Item} item */
const keyOf = (item) => `upload:${item.onboarding}:${item.kind}`;

/** Sends one file after the other; those that answer a challenge go first, for they expire. */
export class Queue {
  /** @param {string} onboarding @param {(view: any, item: Item) => void} received @param {() => void} changed */
  constructor(onboarding, received, changed) {
    this.onboarding = onboarding;
    this.received = received;
    this.changed = changed;
    /** @type {Map<string, Item>} */
    this.items = new Map();
    this.running = false;
  }

  /** Go on with what an earlier visit left; what is of another onboarding is forgotten. */
  async resume() {
    for (const item of await readAll("upload:")) {
      if (item.onboarding === this.onboarding) this.items.set(item.kind, item);
      else await remove(keyOf(item));
    }
    void this.run();
  }

  /** @param {string} kind @param {Blob} blob @param {string | null} challenge */
  async add(kind, blob, challenge) {
    const item = { onboarding: this.onboarding, kind, blob, challenge, address: null, refusal: "", sent: 0 };
    this.items.set(kind, item);
    this.changed();
    await write(keyOf(item), item);
    void this.run();
  }

  /** Whether a file of a kind is on its way. @param {string} kind */
  holds(kind) {
    const item = this.items.get(kind);
    return item !== undefined && item.refusal === "";
  }

  /** @returns {Item | undefined} */
  next() {
    const waiting = [...this.items.values()].filter((item) => item.refusal === "");
    return waiting.find((item) => item.challenge) ?? waiting[0];
  }

  async run() {
    if (this.running) return;
    this.running = true;
    try {
      for (let item = this.next(); item; item = this.next()) await this.sendItem(item);
    } finally {
      this.running = false;
    }
  }

  /** @param {Item} item */
  async sendItem(item) {
    try {
      const view = item.blob.size <= SMALL_BYTES ? await sendWhole(item) : await sendParts(item, this.changed);
      this.received(view, item); // before it is dropped: at every moment one of the two knows of the piece
      if (this.items.get(item.kind) === item) await this.drop(item);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 429 && error.retryS <= MAX_WAIT_S) {
        await pause(error.retryS * 1000);
        return;
      }
      item.refusal = error.message;
      await remove(keyOf(item));
    }
    this.changed();
  }

  /** @param {Item} item */
  async drop(item) {
    this.items.delete(item.kind);
    await remove(keyOf(item));
  }
}

/** @param {Item} item @returns {Promise<any>} the onboarding then */
async function sendWhole(item) {
  const form = new FormData();
  if (item.challenge) form.append("challenge_id", item.challenge);
  form.append("file", item.blob, item.kind);
  return call("PUT", `/onboardings/${item.onboarding}/evidence/${item.kind}`, { body: form });
}

/** @param {Item} item @param {() => void} changed @returns {Promise<any>} */
async function sendParts(item, changed) {
  await sendChunks(item, () => begin(item), changed);
  return call("GET", `/onboardings/${item.onboarding}`);
}

/** @typedef {{ blob: Blob, address: string | null, sent: number }} Sent what goes in chunks (tus 1.0) */

/**
 * Send a file in chunks, from where the server says it stands.
 * @param {Sent} item
 * @param {() => Promise<string>} begin at a new address
 * @param {() => void} changed
 */
export async function sendChunks(item, begin, changed) {
  const size = Math.max(CHUNK_BYTES, Math.ceil(item.blob.size / MAX_CHUNKS));
  let offset = await arrived(item);
  let begins = 0;
  while (offset < item.blob.size) {
    if (item.address === null && begins++ === MAX_BEGINS) throw new Refusal(410, "upload_lost", "");
    const address = item.address ?? (await begin());
    const chunk = item.blob.slice(offset, offset + size);
    const answer = await send("PATCH", address, {
      body: chunk,
      headers: { ...TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
    });
    if (answer.ok) {
      offset = Number(answer.headers.get("Upload-Offset") ?? offset + chunk.size);
    } else {
      const refusal = await refusalOf(answer);
      if (!LOST.includes(refusal.status) || KEPT.includes(refusal.code)) throw refusal;
      const before = offset;
      offset = await arrived(item);
      if (offset === before && item.address !== null) throw refusal;
    }
    item.sent = offset;
    changed();
  }
}

/** @param {Response} answer @returns {Promise<Refusal>} */
async function refusalOf(answer) {
  return accepted(answer).then(
    () => new Refusal(answer.status, "unknown", ""),
    (refusal) => refusal,
  );
}

/** How much of a file the server has; 0 and no address where it has to be begun. @param {Sent} item */
async function arrived(item) {
  if (item.address === null) return 0;
  const answer = await send("HEAD", item.address, { headers: TUS });
  if (answer.ok) return Number(answer.headers.get("Upload-Offset") ?? 0);
  item.address = null;
  return 0;
}

/** @param {Item} item @returns {Promise<string>} */
async function begin(item) {
  /** @type {Record<string, string>} */
  const metadata = { kind: item.kind, ...(item.challenge ? { challenge_id: item.challenge } : {}) };
  item.address = await announce(`/onboardings/${item.onboarding}/uploads`, item.blob, metadata);
  await write(keyOf(item), item);
  return item.address;
}

/**
 * Announce a file that will come in chunks.
 * @param {string} path
 * @param {Blob} blob
 * @param {Record<string, string>} metadata
 * @returns {Promise<string>} where to send it
 */
export async function announce(path, blob, metadata) {
  const pairs = Object.entries({ ...metadata, sha256: await digest(blob) }).map(([name, text]) => `${name} ${base64(text)}`);
  const headers = { ...TUS, "Upload-Length": String(blob.size), "Upload-Metadata": pairs.join(",") };
  const answer = await accepted(await send("POST", path, { headers }));
  return new URL(answer.headers.get("Location") ?? "", location.origin).pathname;
}

/** UTF-8 in base64, as tus has its metadata. @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** SHA-256 in lower-case hex. @param {Blob} blob */
async function digest(blob) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @typedef {object} Draw
 * @property {string} id
 * @property {any} asked
 */

/**
 * A challenge to act on: one that was drawn before and may still be answered, or a new one. The
 * server knows which, so that a reload, a call, a hidden tab, another browser and a cleared store
 * cost no draw.
 * @param {string} onboarding
 * @param {"face" | "voice"} kind
 * @param {number} neededMs how long acting and the begin of the upload take
 * @returns {Promise<Draw>}
 */
export async function draw(onboarding, kind, neededMs) {
  const path = `/onboardings/${onboarding}/challenges`;
  const answer = await accepted(await send("GET", path));
  const until = serverTime(answer) + neededMs;
  const { challenges } = await answer.json();
  const open = challenges.find(
    (/** @type {any} */ one) => one.kind === kind && Date.parse(one.expires_at) > until,
  );
  return open ?? call("POST", path, { json: { kind } });
}

/** When an answer was made, by the server's clock: that of a phone may be wrong. @param {Response} answer */
function serverTime(answer) {
  return Date.parse(answer.headers.get("Date") ?? "") || Date.now();
}
