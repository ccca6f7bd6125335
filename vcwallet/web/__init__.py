"""Doors over HTTP, for a program or a browser on the same computer.

    listener = listening.listen("127.0.0.1", 0, tls=True)
    issuers = instances.make(listener.url, now=now)
    listener.serve(api.application(issuers, hosts=listener.hosts, since=now))

`api` is the interface that the W3C test suites speak, `instances` its issuers, `verifying` its verifier.
`guard` stands before every door: which names the server answers to, and how much of a request is read.
`listening` opens the socket.
"""
