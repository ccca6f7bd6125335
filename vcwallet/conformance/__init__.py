"""What W3C's test suites need, and nothing a person does: `vcwallet conformance`.

    listener = listening.listen("127.0.0.1", 0, tls=True)
    issuers = instances.make(listener.url, now=now)
    listener.serve(api.application(issuers, hosts=listener.hosts, since=now))

`api` is the VC API as far as the suites call it, `instances` its issuers, `verifying` its verifier; what they
accept and nobody else may is in `proof_only`, `inline_contexts` and `old_jwt`. `jose_cose` is the program
that the suite of vc-jose-cose starts. `commands` has the command line's part.
"""
