"""openvc-core and openbadgeslib as a worker, run by the Python of their own environment.

The lines are those of `bench.peers.workers`. Only what `setup` says is published can be fetched.
"""

import base64
import json
import sys

from openbadgeslib import baking
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier
from openvc import VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.openid4vp import verify_vp_token
from openvc.resolvers import default_status_list_resolver

OPEN_BADGE = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"

documents = {}


def fetch(url, *_, **__):
    return documents[url]


def download(url, *_, **__):
    return json.dumps(documents[url]).encode()


def resolver():
    return DidResolverRegistry([DidKeyResolver(), DidWebResolver(fetch)])


def status_list():
    return default_status_list_resolver(
        resolver=resolver(), extra_contexts=contexts(), fetch=lambda url: json.dumps(documents[url])
    )


def openvc(request):
    verify_credential(
        json.loads(request["text"]),
        policy=VerificationPolicy(),
        resolver=resolver(),
        resolve_status_list=status_list(),
        extra_contexts=contexts(),
    )


def openvc_presentation(request):
    query = {
        "credentials": [
            {
                "id": "diploma",
                "format": "ldp_vc",
                "meta": {"type_values": [[OPEN_BADGE]]},
            }
        ]
    }
    verify_vp_token(
        {"diploma": [json.loads(request["text"])]},
        dcql_query=query,
        nonce=request["challenge"],
        client_id=request["domain"],
        resolver=resolver(),
        resolve_status_list=status_list(),
        extra_contexts=contexts(),
    )


def openbadgeslib(request):
    OB3LdpVerifier.for_issuer_did(request["issuer"]).verify(request["text"], download=download)


def openvc_jwt(request):
    verify_credential(
        request["text"],
        policy=VerificationPolicy(),
        resolver=resolver(),
        resolve_status_list=status_list(),
        extra_contexts=contexts(),
    )


def openvc_jwt_query(request):
    """A query for ``jwt_vc_json`` that waives holder binding, answered with the bare credential."""
    query = {
        "credentials": [
            {
                "id": "diploma",
                "format": "jwt_vc_json",
                "require_cryptographic_holder_binding": False,
                "meta": {"type_values": [[OPEN_BADGE]]},
            }
        ]
    }
    verify_vp_token(
        {"diploma": [request["text"]]},
        dcql_query=query,
        nonce="вопрос",
        client_id="x509_san_dns:priem.vuz.example",
        resolver=resolver(),
        resolve_status_list=status_list(),
        extra_contexts=contexts(),
    )


def openbadgeslib_jwt(request):
    OB3Verifier.for_issuer_did(request["issuer"], download=download).verify(request["text"])


def openbadgeslib_picture(request):
    """The badge that is read out of a picture, verified as any other."""
    picture = base64.b64decode(request["picture"])
    extract = {"png": OB3Verifier.extract_token_from_png, "svg": OB3Verifier.extract_token_from_svg}
    openbadgeslib({**request, "text": extract[request["form"]](picture)})


def openbadgeslib_bake(request):
    """A picture with a badge inside, as openbadgeslib writes it: a token, or a signed document."""
    picture, text = base64.b64decode(request["picture"]), request["text"]
    if request["form"] == "png":
        baked = baking.bake_png(picture, text, keyword=baking.ITXT_KEYWORD_OB3)
    else:
        names = {"element": baking.SVG_ELEMENT_OB3, "namespace": baking.SVG_NS_OB3}
        baked = baking.bake_svg(picture, text, as_text=text.startswith("{"), **names)
    return base64.b64encode(baked).decode("ascii")


def contexts():
    """The published ones; openvc-core has none of Open Badges with it and asks its caller."""
    return {url: text for url, text in documents.items() if "@context" in text and "id" not in text}


OPERATIONS = {
    "openvc": openvc,
    "openvc-jwt": openvc_jwt,
    "openvc-jwt-query": openvc_jwt_query,
    "openbadgeslib-jwt": openbadgeslib_jwt,
    "openvc-presentation": openvc_presentation,
    "openbadgeslib": openbadgeslib,
    "openbadgeslib-picture": openbadgeslib_picture,
    "openbadgeslib-bake": openbadgeslib_bake,
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        if request["do"] == "setup":
            documents.clear()
            documents.update(request["documents"])
            answer = {}
        else:
            said = OPERATIONS[request["do"]](request) or ""
            answer = {"result": {"verified": True, "said": said}, "asked": []}
    except Exception as error:  # whatever a peer raises is its answer
        answer = {"result": {"verified": False, "said": f"{type(error).__name__}: {error}"}, "asked": []}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
