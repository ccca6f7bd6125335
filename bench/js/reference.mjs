// The JavaScript reference stack as a worker: one JSON request a line on standard input, one answer a line
// on standard output. It is told everything (contexts, keys, documents), so it opens no connection.
//
//   {"do": "setup", "contexts": {url: json}, "keys": {name: {id, controller, publicKeyMultibase, secretKeyMultibase}}}
//   {"do": "issue" | "derive" | "verify" | "present" | "verify-presentation", "suite": name, "key": name,
//    "text": json text, "times": n, ...}  ->  {"seconds": s, "processor": s, "result": last result as JSON, "memory": peak bytes}
import {webcrypto} from 'node:crypto';
import {createInterface} from 'node:readline';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as bbs from '@digitalbazaar/bbs-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';

// The packages ask for the global of browsers, which Node has from 20 on; Debian's own Node may be 18.
globalThis.crypto ??= webcrypto;

const documents = new Map();
const keys = new Map();

async function documentLoader(url) {
  const document = documents.get(url);
  if(document === undefined) {
    throw new Error(`not known here: ${url}`);
  }
  // "static" lets jsonld.js keep the processed context, as its documentation advises.
  return {contextUrl: null, documentUrl: url, document, tag: 'static'};
}

function suiteOf(name, key, {created, mandatory, selective} = {}) {
  const signer = key?.signer();
  const date = created;
  const disclosing = library => new DataIntegrityProof({signer, date, cryptosuite:
    selective ? library.createDiscloseCryptosuite({selectivePointers: selective}) :
      key ? library.createSignCryptosuite({mandatoryPointers: mandatory}) :
        library.createVerifyCryptosuite()});
  switch(name) {
    case 'eddsa-rdfc-2022':
      return new DataIntegrityProof({signer, date, cryptosuite: eddsaRdfc});
    case 'ecdsa-rdfc-2019':
      return new DataIntegrityProof({signer, date, cryptosuite: ecdsaRdfc});
    case 'eddsa-jcs-2022':
      return new DataIntegrityProof({signer, date, cryptosuite:
        key ? eddsaJcs.createSignCryptosuite() : eddsaJcs.createVerifyCryptosuite()});
    case 'ecdsa-jcs-2019':
      return new DataIntegrityProof({signer, date, cryptosuite:
        key ? ecdsaJcs.createSignCryptosuite() : ecdsaJcs.createVerifyCryptosuite()});
    case 'ecdsa-sd-2023':
      return disclosing(ecdsaSd);
    case 'bbs-2023':
      return disclosing(bbs);
    case 'Ed25519Signature2020':
      return new Ed25519Signature2020({key, date});
  }
  throw new Error(`no suite ${name}`);
}

function demand(result) {
  if(!result.verified) {
    throw new Error(JSON.stringify(result, (_, value) => value instanceof Error ?
      {message: value.message, errors: value.errors} : value));
  }
  return result;
}

// Everything has a status list here, and nobody looks at it: the other side does not either.
const checkStatus = async () => ({verified: true});

const operations = {
  async issue({suite, key, text, ...options}) {
    return vc.issue({
      credential: JSON.parse(text), suite: suiteOf(suite, keys.get(key), options), documentLoader});
  },
  async derive({suite, text, selective}) {
    return vc.derive({
      verifiableCredential: JSON.parse(text), suite: suiteOf(suite, undefined, {selective}), documentLoader});
  },
  async verify({suite, text}) {
    demand(await vc.verifyCredential({
      credential: JSON.parse(text), suite: suiteOf(suite), documentLoader, checkStatus}));
    return true;
  },
  async present({suite, key, text, challenge, domain, ...options}) {
    return vc.signPresentation({
      presentation: JSON.parse(text), suite: suiteOf(suite, keys.get(key), options), documentLoader,
      challenge, domain});
  },
  async 'verify-presentation'({suite, text, challenge, domain}) {
    demand(await vc.verify({
      presentation: JSON.parse(text), suite: suiteOf(suite), documentLoader, checkStatus, challenge, domain}));
    return true;
  }
};

async function setup({contexts, keys: given}) {
  for(const [url, document] of Object.entries(contexts)) {
    documents.set(url, document);
  }
  for(const [name, {id, controller, publicKeyMultibase, secretKeyMultibase}] of Object.entries(given)) {
    const library = publicKeyMultibase.startsWith('z6Mk') ? Ed25519Multikey :
      publicKeyMultibase.startsWith('zUC7') ? Bls12381Multikey : EcdsaMultikey;
    const method = {
      '@context': 'https://w3id.org/security/multikey/v1', id, type: 'Multikey', controller, publicKeyMultibase};
    keys.set(name, await library.from({...method, secretKeyMultibase}));
    documents.set(id, method);
    documents.set(controller, {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: controller, verificationMethod: [method], assertionMethod: [id], authentication: [id]});
  }
}

async function answer(request) {
  if(request.do === 'setup') {
    await setup(request);
    return {};
  }
  const operation = operations[request.do];
  let result;
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  for(let n = 0; n < request.times; ++n) {
    result = JSON.stringify(await operation(request));
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const {user, system} = process.cpuUsage(before);
  return {seconds, processor: (user + system) / 1e6, result, memory: process.resourceUsage().maxRSS * 1024};
}

for await (const line of createInterface({input: process.stdin})) {
  let reply;
  try {
    reply = await answer(JSON.parse(line));
  } catch(error) {
    reply = {error: String(error.message ?? error)};
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}
