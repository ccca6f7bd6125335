// Verifiers of badges as they are published, one JSON request a line in, one JSON answer a line out.
//
//   {"do": "setup", "documents": {url: json}}              what is published: contexts, did.json, status lists
//   {"do": "digitalbazaar" | "dcc", "text": credential}     -> {"result": {"verified": boolean, "said": text}}
//   {"do": "digitalbazaar-presentation", "text": presentation, "domain", "challenge"}
//   {"do": "lcw-backup", "text": backup}   -> each profile as Learner Credential Wallet takes it apart
//   {"do": "lcw-answer", "text": backup, "message": of an exchange} -> {"presentation"} that it answers with
//   {"do": "lcw-picture", "picture": base64 of a PNG}      -> the badge it finds, in "said"
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

const {driver} = await import('@digitalcredentials/did-method-key');
const {Ed25519VerificationKey2020} = await import('@digitalcredentials/ed25519-verification-key-2020');
const {X25519KeyAgreementKey2020} = await import('@digitalcredentials/x25519-key-agreement-key-2020');
const {Ed25519Signature2020} = await import('@digitalcredentials/ed25519-signature-2020');
const {securityLoader} = await import('@digitalcredentials/security-document-loader');
const lcw = await import('@digitalcredentials/vc');

const suite = new DataIntegrityProof({cryptosuite});
const checkStatus = options => status.checkStatus({...options, verifyMatchingIssuers: true});

function told(result) {
  return JSON.stringify(result, (_, value) => value instanceof Error ?
    {name: value.name, message: value.message, errors: value.errors, cause: value.cause} : value);
}

// The parsing libraries of Learner Credential Wallet, used the way it does when a profile is restored or made.
async function profile({contents}) {
  const having = name => contents.find(item => item.type === name);
  const stored = having('Ed25519VerificationKey2020');
  const agreeing = having('X25519KeyAgreementKey2020');
  const document = contents.find(item => item['@context']?.includes('https://www.w3.org/ns/did/v1'));
  const key = await Ed25519VerificationKey2020.from(stored);
  const didKey = driver();
  didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519VerificationKey2020.from});
  const expected = (await didKey.fromKeyPair({verificationKeyPair: key})).didDocument;
  const derived = X25519KeyAgreementKey2020.fromEd25519VerificationKey2020({keyPair: key});
  const data = new TextEncoder().encode('an answer');
  return {
    name: having('ProfileMetadata').data.profileName,
    did: document.id,
    same: document.id === expected.id && ['authentication', 'assertionMethod'].every(
      purpose => JSON.stringify(document[purpose]) === JSON.stringify(expected[purpose])),
    signs: await key.verifier().verify({data, signature: await key.signer().sign({data})}),
    agrees: derived.privateKeyMultibase === agreeing.privateKeyMultibase &&
      derived.publicKeyMultibase === agreeing.publicKeyMultibase &&
      document.keyAgreement[0].publicKeyMultibase === agreeing.publicKeyMultibase,
    credentials: contents.filter(
      item => item['@context']?.includes('https://www.w3.org/ns/credentials/v2'))
  };
}

// Whether a credential is what an example shows: that wallet compares texts as they are, and wants of a list all
// that the example names.
const fits = (example, found) => Array.isArray(example) ?
  Array.isArray(found) && example.every(one => found.includes(one)) :
  typeof example === 'object' && example !== null ?
    typeof found === 'object' && Object.entries(example).every(([name, one]) => fits(one, found?.[name])) :
    example === found;

// A profile answers what a message of an exchange asks: with the packages of that wallet, and its old suite.
async function answer({contents}, {query, challenge, domain}) {
  const stored = contents.find(item => item.type === 'Ed25519VerificationKey2020');
  const held = contents.filter(item => item['@context']?.includes('https://www.w3.org/ns/credentials/v2'));
  const examples = query.filter(one => one.type === 'QueryByExample').map(one => one.credentialQuery.example);
  if(query.filter(one => one.type === 'DIDAuthentication').length !== 1) {
    throw new Error('it signs where DIDAuthentication is asked once');
  }
  const chosen = held.filter(one => examples.some(example => fits(example, one)));
  const presentation = await lcw.createPresentation({
    holder: stored.controller, verifiableCredential: chosen.length ? chosen : undefined, verify: false});
  return lcw.signPresentation({
    presentation, challenge, domain,
    documentLoader: securityLoader({fetchRemoteContexts: false}).build(),
    suite: new Ed25519Signature2020({signer: (await Ed25519VerificationKey2020.from(stored)).signer()})
  });
}

const operations = {
  async 'lcw-answer'({text, message}) {
    const [profile] = JSON.parse(text);
    return {presentation: await answer(profile, message.verifiablePresentationRequest)};
  },
  'lcw-backup': async ({text}) => Promise.all(JSON.parse(text).map(profile)),
  // It looks for the keyword in the whole file, and counts braces from there.
  'lcw-picture'({picture}) {
    const whole = Buffer.from(picture, 'base64').toString('utf8');
    const start = whole.indexOf('{', whole.indexOf('openbadgecredential'));
    let open = 0, end = start;
    do {
      open += {'{': 1, '}': -1}[whole[end++]] ?? 0;
    } while(open > 0 && end < whole.length);
    return {said: JSON.stringify(JSON.parse(whole.slice(start, end)))};
  },
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
