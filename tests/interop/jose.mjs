// jose and @sd-jwt/core as a worker: one JSON request a line on standard input, one answer a line on standard
// output, as in bench/js/reference.mjs. It is told everything, so it opens no connection.
//
//   {"do": "sign-jwt", "header": {...}, "jwk": {...}, "text": payload}            -> {"result": token}
//   {"do": "verify-jwt", "algorithm": alg, "jwk": {...}, "text": token}           -> {"result": payload}
//   {"do": "issue-sd-jwt", "header": {...}, "jwk": {...}, "text": payload, "frame": {...}}
//   {"do": "present-sd-jwt", "algorithm": alg, "jwk": {...}, "text": token, "shown": {...}}
//   {"do": "verify-sd-jwt", "algorithm": alg, "jwk": {...}, "text": token}
//   {"do": "issue-sd-jwt-vc", "header": {...}, "jwk": {...}, "text": payload, "frame": {...}}
//   {"do": "answer-sd-jwt-vc", "algorithm": alg, "jwk": holder's, "text": token, "shown": {...}, "claims": {...}}
//   {"do": "verify-sd-jwt-vc", "algorithm": alg, "jwk": issuer's, "text": token, "nonce": n} -> the claims
//   {"do": "verify-jwt-presentation", "text": token, "audience": a, "nonce": n, "holder": jwk, "issuer": jwk}
import {createHash, randomBytes, webcrypto} from 'node:crypto';
import {answer} from './lines.mjs';
import {SDJwtInstance} from '@sd-jwt/core';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {CompactSign, compactVerify, importJWK, jwtVerify} from 'jose';

// jose asks for the global of browsers, which Node has from 20 on; Debian's own Node may be 18.
globalThis.crypto ??= webcrypto;

async function sign(bytes, header, jwk) {
  return new CompactSign(bytes).setProtectedHeader(header).sign(await importJWK(jwk, header.alg));
}

async function verify(token, algorithm, jwk) {
  return compactVerify(token, await importJWK(jwk, algorithm), {algorithms: [algorithm]});
}

// @sd-jwt/core leaves cryptography to its caller; here it is jose's.
function sdJwt(jwk, algorithm, Kind = SDJwtInstance) {
  return new Kind({
    hasher: (data, name) => createHash(name.replace('-', '')).update(
      typeof data === 'string' ? data : new Uint8Array(data)).digest(),
    hashAlg: 'sha-256',
    saltGenerator: length => randomBytes(length).toString('base64url'),
    signAlg: algorithm,
    signer: async data => {
      const [header, payload] = data.split('.').map(part => Buffer.from(part, 'base64url'));
      const token = await sign(payload, JSON.parse(header.toString()), jwk);
      if(!token.startsWith(`${data}.`)) {
        throw new Error('the two packages write the token differently');
      }
      return token.slice(data.length + 1);
    },
    verifier: async (data, signature) => {
      await verify(`${data}.${signature}`, algorithm, jwk);
      return true;
    },
    kbSignAlg: algorithm,
    kbSigner: async data => {
      const [header, payload] = data.split('.').map(part => Buffer.from(part, 'base64url'));
      return (await sign(payload, JSON.parse(header.toString()), jwk)).split('.')[2];
    },
    // The holder's key is the one that the issuer named, and nobody else's.
    kbVerifier: async (data, signature, {cnf}) => {
      const {alg} = JSON.parse(Buffer.from(data.split('.')[0], 'base64url').toString());
      await verify(`${data}.${signature}`, alg, cnf.jwk);
      return true;
    }
  });
}

// A presentation as a JWT with a JWT in it, in the form of data model 1.1 (OpenID4VP 1.0, appendix B.1.3.1.5).
async function verifyPresentation({text, audience, nonce, holder, issuer, at}) {
  const key = await importJWK(holder, 'EdDSA');
  const {payload} = await jwtVerify(text, key, {
    audience, algorithms: ['EdDSA'], currentDate: new Date(at)});
  if(payload.nonce !== nonce) {
    throw new Error('nonce');
  }
  const [inner] = payload.vp.verifiableCredential;
  const read = await jwtVerify(inner, await importJWK(issuer, 'ES256'), {algorithms: ['ES256']});
  if(read.payload.sub !== payload.iss) {
    throw new Error('shown by another than it was issued to');
  }
  return JSON.stringify(read.payload);
}

// Open Badges 3.0, "Verify a Credential VC-JWT Signature", with the issuer's published did.json.
async function verifyBadge(text, document) {
  const {kid} = JSON.parse(Buffer.from(text.split('.')[0], 'base64url').toString());
  const {publicKeyJwk} = document.verificationMethod.find(one => one.id === kid);
  const {payload, protectedHeader} = await jwtVerify(
    text, await importJWK(publicKeyJwk, 'ES256'), {typ: 'JWT', algorithms: ['ES256']});
  const seconds = date => Date.parse(date) / 1000;
  const agreed = {
    iss: payload.iss === (payload.issuer.id ?? payload.issuer),
    sub: payload.sub === payload.credentialSubject.id,
    jti: payload.jti === payload.id,
    nbf: payload.nbf === seconds(payload.validFrom),
    exp: payload.exp === (payload.validUntil && seconds(payload.validUntil)),
    kid: protectedHeader.kid.startsWith(`${payload.iss}#`)
  };
  const wrong = Object.keys(agreed).filter(claim => !agreed[claim]);
  if(wrong.length > 0) {
    throw new Error(`claims: ${wrong}`);
  }
  return JSON.stringify(payload);
}

const operations = {
  'verify-badge': ({text, document}) => verifyBadge(text, document),
  'sign-jwt': ({text, header, jwk}) => sign(Buffer.from(text), header, jwk),
  async 'verify-jwt'({text, algorithm, jwk}) {
    return new TextDecoder('utf-8', {fatal: true}).decode((await verify(text, algorithm, jwk)).payload);
  },
  'issue-sd-jwt': ({text, header, jwk, frame}) =>
    sdJwt(jwk, header.alg).issue(JSON.parse(text), frame, {header}),
  'present-sd-jwt': ({text, algorithm, jwk, shown}) => sdJwt(jwk, algorithm).present(text, shown),
  'issue-sd-jwt-vc': ({text, header, jwk, frame}) =>
    sdJwt(jwk, header.alg, SDJwtVcInstance).issue(JSON.parse(text), frame, {header}),
  'answer-sd-jwt-vc': ({text, algorithm, jwk, shown, claims}) =>
    sdJwt(jwk, algorithm, SDJwtVcInstance).present(text, shown, {kb: {payload: claims}}),
  async 'verify-sd-jwt-vc'({text, algorithm, jwk, nonce, audience}) {
    const read = await sdJwt(jwk, algorithm, SDJwtVcInstance).verify(text, {keyBindingNonce: nonce});
    if(read.kb.payload.aud !== audience) {
      throw new Error('audience');
    }
    return JSON.stringify(read.payload);
  },
  'verify-jwt-presentation': verifyPresentation,
  async 'verify-sd-jwt'({text, algorithm, jwk}) {
    return JSON.stringify((await sdJwt(jwk, algorithm).verify(text)).payload);
  }
};

await answer(operations);
