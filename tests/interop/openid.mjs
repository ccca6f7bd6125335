// @openid4vc/openid4vp and dcql as a worker: one JSON request a line on standard input, one answer a line on
// standard output, as in bench/js/reference.mjs. It is told everything, and asks only a desk of this computer.
//
//   {"do": "ask", "payload": {...}}                      -> {"result": URL}, as a verifier
//   {"do": "take", "payload": {...}, "answer": {...}, "shown": {id: [credential, ...]}}
//                                                        -> {"result": {"satisfied": bool}}, as a verifier
//   {"do": "read", "url": URL}                           -> {"result": {"client", "query"}}, as a wallet
//   {"do": "fetch", "url": URL, "key": JWK, "now": ISO date}
//                                                        -> {"result": {"payload"}}, as a wallet at a desk
//   {"do": "send", "payload": {...}, "token": {...}}     -> {"result": {"status", "document"}}
//   {"do": "match", "query": {...}, "credentials": [...]} -> {"result": {"satisfied": bool}}, as a wallet
import {createHash, randomUUID, webcrypto} from 'node:crypto';
import {answer} from './lines.mjs';
import {Openid4vpClient, Openid4vpVerifier} from '@openid4vc/openid4vp';
import {DcqlPresentationResult, DcqlQuery} from 'dcql';
import {setGlobalConfig} from '@openid4vc/oauth2';
import * as jose from 'jose';

globalThis.crypto ??= webcrypto;
setGlobalConfig({allowInsecureUrls: true});  // the desk of the tests is this computer

const refuse = name => () => {
  throw new Error(`${name} was asked for`);
};
const callbacks = {
  hash: (data, name) => createHash(name.replace('-', '')).update(data).digest(),
  fetch: refuse('fetch'),
  verifyJwt: refuse('verifyJwt'),
  signJwt: refuse('signJwt'),
  encryptJwe: refuse('encryptJwe'),
  decryptJwe: refuse('decryptJwe'),
  getX509CertificateMetadata: refuse('getX509CertificateMetadata')
};
// Its clock is the computer's; the desk of the tests has one of its own.
async function at(now, work) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length ? given : [now]));
    }
    static now() {
      return new Real(now).getTime();
    }
  };
  try {
    return await work();
  } finally {
    globalThis.Date = Real;
  }
}

const atADesk = key => ({
  ...callbacks,
  fetch(url, options) {
    if(new URL(url).hostname !== '127.0.0.1') {
      throw new Error(`${url} was asked for`);
    }
    return fetch(url, options);
  },
  async verifyJwt(signer, {compact}) {
    try {
      await jose.compactVerify(compact, await jose.importJWK(key, signer.alg));
      return {verified: true, signerJwk: key};
    } catch {
      return {verified: false};
    }
  },
  async encryptJwe({publicJwk, alg, enc, apu, apv}, data) {
    const jwe = await new jose.CompactEncrypt(new TextEncoder().encode(data))
      .setProtectedHeader({alg, enc, kid: publicJwk.kid})
      .setKeyManagementParameters({apu: jose.base64url.decode(apu), apv: jose.base64url.decode(apv)})
      .encrypt(await jose.importJWK(publicJwk, alg));
    return {encryptionJwk: publicJwk, jwe};
  }
});
const verifier = new Openid4vpVerifier({callbacks});
const wallet = new Openid4vpClient({callbacks});

function parsed(query) {
  const read = DcqlQuery.parse(query);
  DcqlQuery.validate(read);
  return read;
}

const described = credential => ({
  credential_format: 'ldp_vc',
  cryptographic_holder_binding: true,
  type: ['https://www.w3.org/2018/credentials#VerifiableCredential',
    'https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential'],
  claims: credential
});

const operations = {
  async ask({payload}) {
    const made = await verifier.createOpenId4vpAuthorizationRequest({authorizationRequestPayload: payload});
    return made.authorizationRequest;
  },
  async take({payload, answer, shown}) {
    verifier.validateOpenid4vpAuthorizationResponsePayload({
      authorizationRequestPayload: payload, authorizationResponsePayload: answer});
    const result = DcqlPresentationResult.fromDcqlPresentation(
      Object.fromEntries(Object.entries(shown).map(([id, all]) => [id, all.map(described)])),
      {dcqlQuery: parsed(payload.dcql_query)});
    return {satisfied: result.can_be_satisfied};
  },
  async read({url}) {
    const {params} = wallet.parseOpenid4vpAuthorizationRequest({authorizationRequest: url});
    const read = await wallet.resolveOpenId4vpAuthorizationRequest({authorizationRequestPayload: params});
    return {
      client: read.client.prefix, query: parsed(read.dcql.query),
      answered: read.authorizationRequestPayload.response_uri ?? null
    };
  },
  async fetch({url, key, now}) {
    const here = new Openid4vpClient({callbacks: atADesk(key)});
    const {params} = here.parseOpenid4vpAuthorizationRequest({authorizationRequest: url});
    const read = await at(now, () => here.resolveOpenId4vpAuthorizationRequest({
      authorizationRequestPayload: params}));
    parsed(read.dcql.query);
    return {payload: read.authorizationRequestPayload, client: read.client.prefix};
  },
  async send({payload, token}) {
    const here = new Openid4vpClient({callbacks: atADesk(null)});
    const made = await here.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: payload,
      authorizationResponsePayload: {vp_token: token},
      jarm: {
        encryption: {nonce: randomUUID()},
        serverMetadata: {
          authorization_encryption_alg_values_supported: ['ECDH-ES'],
          authorization_encryption_enc_values_supported: ['A128GCM', 'A256GCM']
        }
      }
    });
    const {response} = await here.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: payload, jarm: made.jarm,
      authorizationResponsePayload: made.authorizationResponsePayload
    });
    return {status: response.status, document: await response.json()};
  },
  async match({query, credentials}) {
    return {satisfied: DcqlQuery.query(parsed(query), credentials.map(described)).can_be_satisfied};
  }
};

await answer(operations);
