"""The pages of the three people, on their own computer, without a network.

`application` is served on 127.0.0.1 by `vcwallet open`. A request passes `guard` (names of the server) and
`application` (whose page sent it, the cookie), and reaches a handler of `family`, `secretary` or `officer`
with a `Visit`. What is open is an `Opened` in the one `Session`; long work is a `Job`; forms come from
`uploads`, paths from `chooser`, and pages are made by `rendering` from `templates`.

Handlers decide nothing: they read a form, call their role once, and render. Words about facts and reasons
are those of `vcwallet.speaking`, as on the command line.
"""
