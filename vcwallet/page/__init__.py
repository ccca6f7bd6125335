"""The verifier's page for a university's own site: what builds it, and what runs in the visitor's browser.

    vcwallet page build site --trust trust-list.json --fetch

`building` puts a static folder together, out of a `runtime` that the registries of npm and PyPI have;
`checking` says of a folder or of its zip whether it is still that, and who signed it. In the browser `desk`
answers, with the rules and the words that are used everywhere; the scripts of `static` only carry bytes to it
and sentences from it.
"""
