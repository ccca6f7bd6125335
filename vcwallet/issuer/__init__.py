"""The issuer's role: a spreadsheet in, signed diplomas out; a register of what was issued; what is published.

    folder = IssuerFolder.open(Path("olympiad"))                                  # folder
    template = folder.template()
    results = roster.read(Path("results.csv"), template, today=date.today(), given=folder.given(template))
    keystore = folder.unlock(passphrase)
    with folder.register() as register:
        found = issuing.plan(keystore, register, template, results.rows)          # issuing
        issuing.issue(folder, keystore, register, found, out=Path("diplomas"), now=now)
        publishing.publish(folder, keystore, register, Path("site"), now=now)     # publishing

No server, no account: an issuer is one folder on an office computer.
"""
