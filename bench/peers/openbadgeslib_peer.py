"""openbadgeslib as a worker, run by the Python of its own environment; the lines are those of `workers`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from openbadgeslib.ob3.ldp import OB3LdpVerifier, add_data_integrity_proof
from peer import serve

keys = {}


def setup(request):
    for name, key in request["keys"].items():
        if key["type"] == "Ed25519":
            private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["secret"]))
            keys[name] = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def only(request):
    if request["suite"] != "eddsa-rdfc-2022":
        raise NotImplementedError(request["suite"])


def issue(request):
    only(request)
    created = datetime.fromisoformat(request["created"]).astimezone(UTC)
    return add_data_integrity_proof(
        json.loads(request["text"]), keys[request["key"]], request["method"], created=created
    )


def verify(request):
    only(request)
    OB3LdpVerifier().verify(request["text"])
    return True


serve(setup, {"issue": issue, "verify": verify})
