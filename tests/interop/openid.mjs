// @openid4vc/openid4vp and dcql as a worker: one JSON request a line on standard input, one answer a line on
// standard output, as in bench/js/reference.mjs. It is told everything, so it opens no connection.
//
//   {"do": "ask", "payload": {...}}                      -> {"result": URL}, as a verifier
//   {"do": "take", "payload": {...}, "answer": {...}, "shown": {id: [credential, ...]}}
//                                                        -> {"result": {"satisfied": bool}}, as a verifier
//   {"do": "read", "url": URL}                           -> {"result": {"client", "query"}}, as a wallet
//   {"do": "match", "query": {...}, "credentials": [...]} -> {"result": {"satisfied": bool}}, as a wallet
import {createHash, webcrypto} from 'node:crypto';
import {createInterface} from 'node:readline';
import {Openid4vpClient, Openid4vpVerifier} from '@openid4vc/openid4vp';
import {DcqlPresentationResult, DcqlQuery} from 'dcql';

globalThis.crypto ??= webcrypto;

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
  async match({query, credentials}) {
    return {satisfied: DcqlQuery.query(parsed(query), credentials.map(described)).can_be_satisfied};
  }
};

for await(const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = {result: await operations[request.do](request)};
  } catch(error) {
    answer = {error: `${error.name}: ${error.message}`};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
