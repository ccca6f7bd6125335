// jose and @sd-jwt/core as a worker: one JSON request a line on standard input, one answer a line on standard
// output, as in bench/js/reference.mjs. It is told everything, so it opens no connection.
//
//   {"do": "sign-jwt", "header": {...}, "jwk": {...}, "text": payload}            -> {"result": token}
//   {"do": "verify-jwt", "algorithm": alg, "jwk": {...}, "text": token}           -> {"result": payload}
//   {"do": "issue-sd-jwt", "header": {...}, "jwk": {...}, "text": payload, "frame": {...}}
//   {"do": "present-sd-jwt", "algorithm": alg, "jwk": {...}, "text": token, "shown": {...}}
//   {"do": "verify-sd-jwt", "algorithm": alg, "jwk": {...}, "text": token}
import {createHash, randomBytes, webcrypto} from 'node:crypto';
import {createInterface} from 'node:readline';
import {SDJwtInstance} from '@sd-jwt/core';
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
function sdJwt(jwk, algorithm) {
  return new SDJwtInstance({
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
    }
  });
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
  async 'verify-sd-jwt'({text, algorithm, jwk}) {
    return JSON.stringify((await sdJwt(jwk, algorithm).verify(text)).payload);
  }
};

for await (const line of createInterface({input: process.stdin})) {
  let reply;
  try {
    const request = JSON.parse(line);
    reply = {result: await operations[request.do](request)};
  } catch(error) {
    reply = {error: String(error.message ?? error)};
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}
