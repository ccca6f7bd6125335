"""One verifier on two hosts: the page's answers are, byte for byte, those of CPython.

`cases` is what is shown: everything of every fate that other tests make, files of every kind, and what an
attacker would give. `hosts` answers it here and under node, where the page's own archives run: the modules
that a page has not, its standard library without what nobody imports, its JavaScript of cryptography. Only
what needs a browser itself is left to `tests/browser`.
"""
