"""Documents inside an envelope that is signed: JWS, SD-JWT and COSE instead of a ``proof`` beside the data.

    token = secure(diploma, MediaType.VC_JWT, key=key, verification_method=method, issued=now)
    secured = read(token, MediaType.VC_JWT)         # form and ceilings; nothing is verified
    proof = secured.verify(resolve=did.resolve, now=now)

One module, one specification: `jws` (RFC 7515), `jwt` (RFC 7519), `sd_jwt` (RFC 9901), `sd_jwt_vc`, `cose`
(RFC 9052), `vc_jose_cose` (the W3C's media types) and `open_badges_jwt`. `key_discovery` says whose key a
header names. Only the compact serialization is read, because it has one signature and one header.
"""
