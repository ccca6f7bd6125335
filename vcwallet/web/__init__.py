"""Serving programs and browsers on the same computer over HTTP.

`guard` stands before every application: which names the server answers to, and how much of a request is read.
`listening` opens the socket. The application that W3C's test suites call is `vcwallet.conformance.api`.
"""
