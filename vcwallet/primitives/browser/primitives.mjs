// What `vcwallet.primitives.browser` calls, of the audited libraries of @noble. Everything is a Uint8Array but
// names of curves and numbers; nothing is decided here that Python can decide. `undefined` says "no".

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { aeskw, gcm } from "@noble/ciphers/aes.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { argon2id as argon2 } from "@noble/hashes/argon2.js";
import { sha512 } from "@noble/hashes/sha2.js";

const CURVES = { "P-256": p256, "P-384": p384, "P-521": p521 };
// (r, n - s) is as good as (r, s) to OpenSSL and to every specification that is read here.
const ECDSA = { prehash: true, lowS: false, format: "compact", extraEntropy: false };

/**
 * RFC 8032 without the cofactor: the encoding of [S]B - [k]A is R, byte for byte.
 *
 * The library's own check multiplies both sides by eight, so it accepts signatures whose R or key has a part of
 * small order, and OpenSSL does not. One credential must not be right on a phone and wrong on a desk.
 */
export function ed25519Verify(publicKey, signature, message) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const { Point } = ed25519;
  let key;
  try {
    // As OpenSSL decodes a key: y of p and more, and a sign of x = 0. Callers have refused both before.
    key = Point.fromBytes(publicKey, true);
  } catch {
    return false;
  }
  const s = littleEndian(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  const r = signature.subarray(0, 32);
  const k = littleEndian(sha512(joined(r, publicKey, message))) % Point.Fn.ORDER;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k)).toBytes();
  return expected.every((octet, place) => octet === r[place]);
}

export function ed25519Public(seed) {
  return ed25519.getPublicKey(seed);
}

export function ed25519Sign(seed, message) {
  return ed25519.sign(message, seed);
}

/** SEC 1, compressed or not, or `undefined` for bytes that are no point in one of these two forms. */
export function ecdsaPoint(name, point, compressed) {
  const { Point } = CURVES[name];
  const { BYTES } = Point.Fp;
  const short = point.length === 1 + BYTES && (point[0] === 2 || point[0] === 3);
  if (!short && !(point.length === 1 + 2 * BYTES && point[0] === 4)) return undefined;
  try {
    return Point.fromBytes(point).toBytes(compressed);
  } catch {
    return undefined;
  }
}

export function ecdsaVerify(name, point, signature, message) {
  // The library throws for another length.
  if (signature.length !== 2 * CURVES[name].Point.Fn.BYTES) return false;
  return CURVES[name].verify(signature, message, point, ECDSA);
}

export function ecdsaPublic(name, scalar) {
  return CURVES[name].getPublicKey(scalar, true);
}

export function ecdsaSign(name, scalar, message) {
  return CURVES[name].sign(message, scalar, ECDSA);
}

export function x25519Public(scalar) {
  return x25519.getPublicKey(scalar);
}

export function chacha20Poly1305Encrypt(key, nonce, data, associated) {
  return chacha20poly1305(key, nonce, associated).encrypt(data);
}

export function chacha20Poly1305Decrypt(key, nonce, sealed, associated) {
  return opened(chacha20poly1305(key, nonce, associated), sealed, 16);
}

export function aesGcmDecrypt(key, nonce, sealed, associated) {
  return opened(gcm(key, nonce, associated), sealed, 16);
}

export function aesKeyWrap(wrappingKey, key) {
  return aeskw(wrappingKey).encrypt(key);
}

export function aesKeyUnwrap(wrappingKey, wrapped) {
  return opened(aeskw(wrappingKey), wrapped, 24);
}

/** RFC 9106, or `undefined` where the browser does not give the memory. Python keeps the ceiling of the costs. */
export function argon2id(passphrase, salt, m, t, p, dkLen) {
  try {
    return argon2(passphrase, salt, { m, t, p, dkLen, maxmem: 2 ** 32 - 1 });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function opened(cipher, sealed, shortest) {
  if (sealed.length < shortest) return undefined;
  try {
    return cipher.decrypt(sealed);
  } catch {
    return undefined;
  }
}

function littleEndian(octets) {
  let number = 0n;
  for (let place = octets.length - 1; place >= 0; place--) number = (number << 8n) | BigInt(octets[place]);
  return number;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
