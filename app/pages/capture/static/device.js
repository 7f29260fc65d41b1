/** @file The device's key and its proofs: DPoP, RFC 9449. The key cannot be read, also not by us. */

import { read, write } from "./store.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const text = new TextEncoder();

/** @type {Promise<{ pair: CryptoKeyPair, jwk: JsonWebKey, name: string }> | undefined} */
let made;

/** The device's key, its public half and its name; made once for each browser. */
export function device() {
  made ??= (async () => {
    /** @type {{ pair: CryptoKeyPair, name: string } | undefined} */
    let kept = await read("device");
    if (!kept) {
      const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
      kept = { pair, name: newName() };
      await write("device", kept);
    }
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", kept.pair.publicKey);
    return { pair: kept.pair, jwk: { kty, crv, x, y }, name: kept.name };
  })();
  return made;
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export function base64url(bytes) {
  const characters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte));
  return btoa(characters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** A name that nothing else has: 128 random bits. */
export function newName() {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** @param {unknown} value */
const part = (value) => base64url(text.encode(JSON.stringify(value)));

/**
 * The value of the `DPoP` header for one request.
 * @param {string} method
 * @param {string} address whole, without query
 * @param {string | null} token
 * @param {string | null} nonce that the server asked for
 */
export async function proof(method, address, token, nonce) {
  const { pair, jwk } = await device();
  /** @type {Record<string, unknown>} */
  const claims = {
    htm: method,
    htu: address,
    iat: Math.floor(Date.now() / 1000),
    jti: newName(),
  };
  if (token) claims.ath = base64url(await crypto.subtle.digest("SHA-256", text.encode(token)));
  if (nonce) claims.nonce = nonce;
  const signed = `${part({ typ: "dpop+jwt", alg: "ES256", jwk })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(SIGNING, pair.privateKey, text.encode(signed));
  return `${signed}.${base64url(signature)}`;
}
