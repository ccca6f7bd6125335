"""Kits: what an office knows and whom it believes, made and signed by others, carried on a stick.

Whoever receives one has `installed` (what `verify` reads, without TUF), `sources`, `tuf` and `updating`.
Whoever makes one has `folder`, `keys`, `roles`, `filling`, `checking`, `draft`, `files`, `making`,
`publishing` and `paper`. Both share `layout`.
"""
