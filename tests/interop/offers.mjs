// @openid4vc/openid4vci and oauth2 as an issuer: one JSON request a line on standard input, one answer a line on
// standard output, as in openid.mjs. Whoever asks carries the wallet's requests here, so it opens no connection.
//
//   {"do": "offer", "issuer": URL, "configurations": {...}, "offered": [id, ...], "code": tx_code or null,
//    "now": ISO date}                                     -> {"result": link}
//   {"do": "answer", "path", "body": {...}, "bearer", "gives": credential, "now"}
//                                                         -> {"result": {"status", "document", "proven"}}
import {createHash, randomBytes, webcrypto} from 'node:crypto';
import {answer} from './lines.mjs';
import {Ed25519VerificationKey2020} from '@digitalcredentials/ed25519-verification-key-2020';
import {
  HashAlgorithm, Oauth2AuthorizationServer, Oauth2ServerErrorResponseError, clientAuthenticationAnonymous,
  setGlobalConfig
} from '@openid4vc/oauth2';
import {Openid4vciIssuer} from '@openid4vc/openid4vci';
import * as jose from 'jose';

globalThis.crypto ??= webcrypto;
setGlobalConfig({allowInsecureUrls: true});  // the site of the tests is this computer

const PREAUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';
const own = await jose.generateKeyPair('ES256', {extractable: true});
const ownJwk = await jose.exportJWK(own.publicKey);

async function keyOf(signer) {
  if(signer.method === 'jwk') {
    return signer.publicJwk;
  }
  const [did] = signer.didUrl.split('#');
  const key = Ed25519VerificationKey2020.fromFingerprint({fingerprint: did.slice('did:key:'.length)});
  return {kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key._publicKeyBuffer).toString('base64url')};
}

const callbacks = {
  hash: (data, name) => createHash((name ?? HashAlgorithm.Sha256).replace('-', '')).update(data).digest(),
  generateRandom: length => randomBytes(length),
  fetch() {
    throw new Error('fetch was asked for');
  },
  clientAuthentication: clientAuthenticationAnonymous(),
  async signJwt(signer, {header, payload}) {
    const jwt = await new jose.SignJWT(payload).setProtectedHeader({...header, jwk: undefined, alg: 'ES256'})
      .sign(own.privateKey);
    return {jwt, signerJwk: ownJwk};
  },
  async verifyJwt(signer, {compact}) {
    const signerJwk = await keyOf(signer);
    try {
      await jose.compactVerify(compact, await jose.importJWK(signerJwk, signer.alg));
      return {verified: true, signerJwk};
    } catch {
      return {verified: false};
    }
  }
};
const issuer = new Openid4vciIssuer({callbacks});
const server = new Oauth2AuthorizationServer({callbacks});
let state;

const answers = {
  '/.well-known/openid-credential-issuer': () => state.metadata.credentialIssuer,
  '/.well-known/oauth-authorization-server': () => state.metadata.authorizationServers[0],
  async '/token'({body, now}) {
    const request = {method: 'POST', url: `${state.id}/token`, headers: new Headers()};
    const parsed = server.parseAccessTokenRequest({accessTokenRequest: body, request});
    await server.verifyPreAuthorizedCodeAccessTokenRequest({
      authorizationServerMetadata: state.metadata.authorizationServers[0],
      accessTokenRequest: parsed.accessTokenRequest, grant: parsed.grant, request,
      expectedPreAuthorizedCode: state.code, expectedTxCode: state.typed ?? undefined, now: new Date(now)
    });
    const given = await server.createAccessTokenResponse({
      authorizationServer: state.id, audience: state.id, subject: 'pupil', expiresInSeconds: 300,
      tokenType: 'Bearer', now: new Date(now),
      signer: {method: 'jwk', alg: 'ES256', publicJwk: ownJwk}
    });
    state.token = given.access_token;
    state.code = randomBytes(8).toString('hex');  // it is good once
    return given;
  },
  '/nonce'() {
    state.nonce = randomBytes(16).toString('base64url');
    return issuer.createNonceResponse({cNonce: state.nonce});
  },
  async '/credential'({body, bearer, gives, now}) {
    if(!state.token || bearer !== `Bearer ${state.token}`) {
      throw new Oauth2ServerErrorResponseError({error: 'invalid_token'}, {status: 401});
    }
    const parsed = issuer.parseCredentialRequest({issuerMetadata: state.metadata, credentialRequest: body});
    const [jwt] = parsed.proofs?.jwt ?? [];
    const proven = await issuer.verifyCredentialRequestJwtProof({
      issuerMetadata: state.metadata, jwt, expectedNonce: state.nonce, now: new Date(now)
    });
    state.nonce = undefined;
    state.proven = proven.header.kid ?? null;
    return issuer.createCredentialResponse({credentialRequest: parsed, credentials: [{credential: gives}]});
  }
};

const operations = {
  async offer({issuer: id, configurations, offered, code, now}) {
    state = {id, code: randomBytes(16).toString('base64url'), typed: code, proven: null};
    state.metadata = {
      originalDraftVersion: 'V1',
      credentialIssuer: issuer.createCredentialIssuerMetadata({
        credential_issuer: id, credential_endpoint: `${id}/credential`, nonce_endpoint: `${id}/nonce`,
        credential_configurations_supported: configurations
      }),
      authorizationServers: [server.createAuthorizationServerMetadata({
        issuer: id, token_endpoint: `${id}/token`, grant_types_supported: [PREAUTHORIZED],
        'pre-authorized_grant_anonymous_access_supported': true
      })]
    };
    state.metadata.knownCredentialConfigurations =
      issuer.getKnownCredentialConfigurationsSupported(state.metadata.credentialIssuer);
    const made = await issuer.createCredentialOffer({
      issuerMetadata: state.metadata, credentialConfigurationIds: offered,
      grants: {[PREAUTHORIZED]: {
        'pre-authorized_code': state.code,
        ...code ? {tx_code: {input_mode: 'numeric', length: code.length}} : {}
      }}
    });
    return made.credentialOffer;
  },
  async answer(request) {
    try {
      const document = await answers[request.path](request);
      return {status: 200, document, proven: state.proven};
    } catch(error) {
      if(!(error instanceof Oauth2ServerErrorResponseError)) {
        throw error;
      }
      return {status: error.status, document: error.errorResponse, proven: null};
    }
  }
};

await answer(operations);
