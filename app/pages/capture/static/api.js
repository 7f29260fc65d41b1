/** @file The public API, as any app calls it: proofs, tokens renewed silently, patience offline. */

import { device, newName, proof } from "./device.js";
import { read, remove, write } from "./store.js";
import { language } from "./words.js";

const BASE = `${location.origin}/api/v1`;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 8000;
const MAX_BUSY = 20;
const SIGNED_IN = "signed_in"; // in the store: whether there is a session
export const CONFINED = "confined"; // in the store: the onboarding that was handed over to this device
const EARLY_MS = 60_000; // tokens are renewed so long before they expire

/** What the server refused, by its stable code; `message` is in the owner's language. */
export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} detail @param {number} [retryS] */
  constructor(status, code, detail, retryS = 0) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryS = retryS;
  }
}

/** The owner has to sign in (again). */
export class SignedOut extends Error {}

/** @typedef {{ json?: unknown, body?: BodyInit, headers?: Record<string, string>, open?: boolean }} Asked */
/** @typedef {{ access: string, until: number }} Access */

/** @type {Access | null} */
let access = null;
/** @type {string | null} */
let nonce = null;

/** Have those who listen told whether the server can be reached. @param {boolean} reached */
function tellReached(reached) {
  window.dispatchEvent(new CustomEvent("reached", { detail: reached }));
}

/** A pause that the end of an outage cuts short. @param {number} ms @returns {Promise<void>} */
export function pause(ms) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    window.addEventListener("online", go);
  });
}

/**
 * One request until it has an answer, however often the network or the server fails meanwhile.
 * What is sent again is the same request: a POST keeps its idempotency key.
 * @param {string} method
 * @param {string} path below the API, or a whole path of this origin
 * @param {Asked} asked
 * @returns {Promise<Response>} of any status but 5xx and 401
 */
export async function send(method, path, asked = {}) {
  const address = path.startsWith("/api/") ? location.origin + path : BASE + path;
  /** @type {Record<string, string>} */
  const key = method === "POST" && !asked.open ? { "Idempotency-Key": newName() } : {};
  let wait = FIRST_PAUSE_MS;
  let renewed = false;
  let proved = false;
  for (let busy = 0; ; ) {
    const token = asked.open ? null : await currentAccess();
    /** @type {Response} */
    let answer;
    try {
      answer = await signed(method, address, token, { ...asked, headers: { ...key, ...asked.headers } });
    } catch {
      tellReached(false);
      await pause(wait);
      wait = Math.min(wait * 2, MAX_PAUSE_MS);
      continue;
    }
    tellReached(true);
    if (answer.headers.has("Kaihu-Sandbox")) window.dispatchEvent(new Event("sandbox"));
    const asksNonce = answer.headers.get("DPoP-Nonce");
    if (answer.status === 401 && asksNonce && !proved) {
      [nonce, proved] = [asksNonce, true];
    } else if (answer.status === 401 && !asked.open && !renewed) {
      [access, renewed] = [null, true];
    } else if (answer.status === 401 && !asked.open) {
      await forgetSession();
      throw new SignedOut();
    } else if ([502, 503, 504].includes(answer.status) && busy++ < MAX_BUSY) {
      await pause(1000 * Number(answer.headers.get("Retry-After") ?? 1));
    } else {
      return answer;
    }
  }
}

/**
 * The JSON of an answer. Throws `Refusal` and `SignedOut`.
 * @param {string} method
 * @param {string} path
 * @param {Asked} [asked]
 * @returns {Promise<any>}
 */
export async function call(method, path, asked) {
  return (await accepted(await send(method, path, asked))).json();
}

/** The answer, unless it is a problem (RFC 9457). @param {Response} answer */
export async function accepted(answer) {
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const retryS = Number(answer.headers.get("Retry-After") ?? 0);
  throw new Refusal(answer.status, problem.code ?? "unknown", problem.detail ?? answer.statusText, retryS);
}

/**
 * @param {string} method
 * @param {string} address
 * @param {string | null} token
 * @param {Asked} asked
 */
async function signed(method, address, token, asked) {
  /** @type {Record<string, string>} */
  const headers = { "Accept-Language": language, ...asked.headers };
  headers.DPoP = await proof(method, address.split("?")[0], token, nonce);
  if (token) headers.Authorization = `DPoP ${token}`;
  if (asked.json !== undefined) headers["Content-Type"] = "application/json";
  const body = asked.json === undefined ? asked.body : JSON.stringify(asked.json);
  return fetch(address, { method, headers, body, credentials: "same-origin", cache: "no-store" });
}

/** Ask for a code to be sent: names the attempt. @param {string} phone @returns {Promise<string>} */
export async function askCode(phone) {
  return (await call("POST", "/auth/codes", { json: { phone }, open: true })).attempt;
}

/** @param {string} attempt @param {string} phone @param {string} code */
export async function signIn(attempt, phone, code) {
  const json = { attempt, phone, code, device: (await device()).name, cookie: true };
  keep(await call("POST", "/auth/tokens", { json, open: true }));
  await remove(CONFINED);
  await write(SIGNED_IN, true);
}

/** Go on with an onboarding that another device has handed over. @param {string} token */
export async function useHandover(token) {
  const json = { token, cookie: true };
  const session = await call("POST", "/handovers/session", { json, open: true });
  keep(session);
  await write(CONFINED, { onboarding: session.onboarding_id, consents: {} });
  await write(SIGNED_IN, true);
}

/** Whether a session is kept from before; its refresh token is in a cookie that no script reads. */
export async function isSignedIn() {
  return (await read(SIGNED_IN)) !== undefined;
}

/** @param {{ access: string, expires_in: number }} tokens */
function keep(tokens) {
  access = { access: tokens.access, until: Date.now() + tokens.expires_in * 1000 };
}

async function forgetSession() {
  access = null;
  await remove(CONFINED);
  await remove(SIGNED_IN);
}

/** A token that is good for a while. Throws `SignedOut`. @returns {Promise<string>} */
async function currentAccess() {
  if (access && access.until - Date.now() > EARLY_MS) return access.access;
  await locked(async () => {
    if (access && access.until - Date.now() > EARLY_MS) return;
    if (!(await isSignedIn())) throw new SignedOut(); // another tab may have signed out meanwhile
    try {
      keep(await call("POST", "/auth/refresh", { json: {}, open: true }));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      await forgetSession();
      throw new SignedOut();
    }
  });
  return /** @type {Access} */ (access).access;
}

/** @type {Promise<unknown>} */
let turn = Promise.resolve();

/** One at a time, in all tabs: a refresh token works once. @param {() => Promise<void>} work */
function locked(work) {
  if (navigator.locks) return navigator.locks.request("kaihu-refresh", work);
  const mine = turn.then(work, work);
  turn = mine.catch(() => undefined);
  return mine;
}
