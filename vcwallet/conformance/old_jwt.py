"""JSON Web Tokens as data model 1.1 had them, the document in a claim ``vc`` or ``vp``: read for the suites.

The suite of data model 2.0 presents one (``typ: JWT``, ``nonce``, ``aud``, and a second one inside), although
vc-jose-cose, section 3.1.3, forbids both claims. Everywhere else they are refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from vcwallet import strict_json
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.vc_jose_cose import Content, Secured, of_jws

__all__ = ["MEDIA_TYPE", "read"]

MEDIA_TYPE: Final = "application/jwt"


def read(text: str, content: Content) -> Secured | None:
    """The document in the claim that `content` is named by; None when the token has no such claim.

    Nothing is verified. Raises what `Jws.read`, `strict_json.loads_object` and `of_jws` raise.
    """
    token = Jws.read(text)
    payload = strict_json.loads_object(token.payload)
    document = payload.get(content.value)
    if not isinstance(document, dict):
        return None
    secured = of_jws(token, payload, "", "jwt", content)
    return replace(secured, document=document, text=strict_json.dumps(document))
