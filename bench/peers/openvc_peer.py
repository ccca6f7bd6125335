"""openvc-core as a worker, run by the Python of its own environment; the lines are those of `workers`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from openvc import VerificationPolicy, verify_credential
from openvc.keys import Ed25519SigningKey, P256SigningKey, P384SigningKey
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite
from openvc.verify import default_resolver
from peer import serve

SUITES = {
    "eddsa-rdfc-2022": DataIntegrityProofSuite,
    "eddsa-jcs-2022": EddsaJcsProofSuite,
    "ecdsa-rdfc-2019": EcdsaRdfcProofSuite,
    "ecdsa-jcs-2019": EcdsaJcsProofSuite,
}
contexts = {}
keys = {}


def setup(request):
    contexts.update(request["contexts"])
    for name, key in request["keys"].items():
        secret = bytes.fromhex(key["secret"])
        if key["type"] == "Ed25519":
            private = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
            keys[name] = Ed25519SigningKey(private, kid=key["id"])
        elif key["type"].startswith("P-"):
            curve, kind = (
                (ec.SECP256R1(), P256SigningKey)
                if key["type"] == "P-256"
                else (ec.SECP384R1(), P384SigningKey)
            )
            private = ec.derive_private_key(int.from_bytes(secret, "big"), curve)
            keys[name] = kind(private, kid=key["id"])


def extra(suite):
    return {} if "jcs" in suite else {"extra_contexts": contexts}


def add(request, **options):
    return SUITES[request["suite"]]().add_proof(
        json.loads(request["text"]),
        signing_key=keys[request["key"]],
        verification_method=request["method"],
        created=datetime.fromisoformat(request["created"]).astimezone(UTC),
        **options,
        **extra(request["suite"]),
    )


def issue(request):
    if "mandatory" in request:
        return EcdsaSdProofSuite().add_base_proof(
            json.loads(request["text"]),
            signing_key=keys[request["key"]],
            verification_method=request["method"],
            mandatory_pointers=request["mandatory"],
            created=datetime.fromisoformat(request["created"]).astimezone(UTC),
            extra_contexts=contexts,
        )
    return add(request)


def derive(request):
    return EcdsaSdProofSuite().derive_proof(
        json.loads(request["text"]), selective_pointers=request["selective"], extra_contexts=contexts
    )


def present(request):
    return add(
        request,
        proof_purpose="authentication",
        challenge=request["challenge"],
        domain=request["domain"],
    )


def verify(request):
    # Nobody looks at the status list on either side.
    policy = VerificationPolicy(require_status=False)
    verify_credential(json.loads(request["text"]), policy=policy, extra_contexts=contexts)
    return True


def verify_presentation(request):
    presentation = json.loads(request["text"])
    SUITES[request["suite"]]().verify(
        presentation,
        resolver=default_resolver(),
        expected_proof_purpose="authentication",
        expected_challenge=request["challenge"],
        expected_domain=request["domain"],
        **extra(request["suite"]),
    )
    for credential in presentation["verifiableCredential"]:
        verify_credential(
            credential, policy=VerificationPolicy(require_status=False), extra_contexts=contexts
        )
    return True


serve(
    setup,
    {
        "issue": issue,
        "derive": derive,
        "verify": verify,
        "present": present,
        "verify-presentation": verify_presentation,
    },
)
