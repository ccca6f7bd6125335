// Verifiers of badges as they are published, one JSON request a line in, one JSON answer a line out.
//
//   {"do": "setup", "documents": {url: json}}              what is published: contexts, did.json, status lists
//   {"do": "digitalbazaar" | "dcc", "text": credential}     -> {"result": {"verified": boolean, "said": text}}
//   {"do": "digitalbazaar-presentation", "text": presentation, "domain", "challenge"}
//
// Nothing else is answered: an address that is asked for and not published is in "asked".
import {createInterface} from 'node:readline';
import {webcrypto} from 'node:crypto';

globalThis.crypto ??= webcrypto;
// Standard output is for answers; a package that logs must not write there.
console.log = console.info = console.error;

const documents = new Map();
const unknown = new Set();

function published(url) {
  if(!documents.has(url)) {
    unknown.add(url);
    throw new Error(`not published: ${url}`);
  }
  return documents.get(url);
}

globalThis.fetch = async input => {
  const url = typeof input === 'string' ? input : input.url ?? input.href;
  const headers = {'content-type': 'application/json'};
  try {
    return new Response(JSON.stringify(published(url)), {status: 200, headers});
  } catch(error) {
    return new Response(JSON.stringify({error: error.message}), {status: 404, headers});
  }
};

function controlled(did) {
  if(did.startsWith('did:key:')) {
    const name = did.slice('did:key:'.length);
    const method = {id: `${did}#${name}`, type: 'Multikey', controller: did, publicKeyMultibase: name};
    return {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did, verificationMethod: [method],
      assertionMethod: [method.id], authentication: [method.id]
    };
  }
  return published(`https://${did.slice('did:web:'.length)}/.well-known/did.json`);
}

async function documentLoader(url) {
  let document;
  if(url.startsWith('did:')) {
    const [did] = url.split('#');
    document = controlled(did);
    if(url !== did) {
      const method = document.verificationMethod.find(one => one.id === url);
      document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
    }
  } else {
    document = published(url);
  }
  return {contextUrl: null, documentUrl: url, document};
}

const vc = await import('@digitalbazaar/vc');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const status = await import('@digitalbazaar/vc-bitstring-status-list');
const dcc = await import('@digitalcredentials/verifier-core');

const suite = new DataIntegrityProof({cryptosuite});
const checkStatus = options => status.checkStatus({...options, verifyMatchingIssuers: true});

function told(result) {
  return JSON.stringify(result, (_, value) => value instanceof Error ?
    {name: value.name, message: value.message, errors: value.errors, cause: value.cause} : value);
}

const operations = {
  async digitalbazaar({text}) {
    const result = await vc.verifyCredential({
      credential: JSON.parse(text), suite, documentLoader, checkStatus});
    return {verified: result.verified, said: told(result)};
  },
  async 'digitalbazaar-presentation'({text, domain, challenge}) {
    const result = await vc.verify({
      presentation: JSON.parse(text), suite, documentLoader, checkStatus, domain, challenge});
    return {verified: result.verified, said: told(result)};
  },
  async dcc({text}) {
    const result = await dcc.verifyCredential({credential: JSON.parse(text), knownDIDRegistries: []});
    const steps = Object.fromEntries((result.log ?? []).map(step => [step.id, step.valid ?? false]));
    const good = steps.valid_signature === true && steps.revocation_status === true;
    return {verified: good && !result.errors, said: told({...result, credential: undefined})};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    const request = JSON.parse(line);
    if(request.do === 'setup') {
      documents.clear();
      Object.entries(request.documents).forEach(([url, document]) => documents.set(url, document));
      answer = {};
    } else {
      unknown.clear();
      answer = {result: await operations[request.do](request), asked: [...unknown]};
    }
  } catch(error) {
    answer = {error: error.stack ?? String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
