// What `vcwallet.primitives.browser.bls` calls, of the audited @noble/curves. Points are its own objects, numbers
// are big-endian octets of one length each, one after the other. `undefined` says "no".

import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";

const { G1, G2, fields, pairingBatch } = bls12_381;
const SCALAR_BYTES = 32;

export const g1 = (octets) => point(G1.Point, octets, 48);
export const g2 = (octets) => point(G2.Point, octets, 96);
export const g2Base = () => G2.Point.BASE;
// An identity that was computed has other coordinates than the one that the library writes.
export const compressed = (one) => (one.is0() ? one.constructor.ZERO : one).toBytes(true);
export const added = (one, other) => one.add(other);
export const subtracted = (one, other) => one.subtract(other);
export const negated = (one) => one.negate();
export const times = (one, scalar) => one.multiplyUnsafe(number(scalar));
export const g1Mapped = (octets) => G1.mapToCurve(number(octets));

/** Only public scalars come here to be verified with; no issuing key belongs in a page. */
export function g1Sum(points, scalars) {
  const numbers = points.map((_, place) => number(scalars.subarray(SCALAR_BYTES * place, SCALAR_BYTES * (place + 1))));
  return mulAddUnsafe(G1.Point, points, numbers);
}

/** The library refuses the identity, whose pairing with anything is one. */
export function pairingsCancel(points, others) {
  const pairs = points.map((g1, place) => ({ g1, g2: others[place] })).filter(({ g1, g2 }) => !g1.is0() && !g2.is0());
  return fields.Fp12.eql(pairingBatch(pairs, true), fields.Fp12.ONE);
}

/** Of the subgroup, and not its identity. That the octets are its one form is seen by making that form of it. */
function point(Point, octets, length) {
  if (octets.length !== length) return undefined;
  let found;
  try {
    found = Point.fromBytes(octets);
  } catch {
    return undefined;
  }
  const written = found.toBytes(true);
  if (found.is0() || !written.every((octet, place) => octet === octets[place])) return undefined;
  return found;
}

function number(octets) {
  let made = 0n;
  for (const octet of octets) made = (made << 8n) | BigInt(octet);
  return made;
}
