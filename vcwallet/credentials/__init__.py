"""WHAT is said: credentials, presentations, achievements and their status.

`credential` and `presentation` read, check and verify; `achievement` says what a diploma looks like and what
a person is shown of it; `open_badges` and `clr` are typed views; `status_list` tells what was revoked;
`revocation_list` is 1EdTech's way to tell that; `schema` holds a credential to the schemas it names; `text`
flags what hides in words, and `spelling` compares them; `template` is what issuers fill in, and
`template_file` reads it. `verification` verifies a presentation with everything in it.
"""
