"""A pupil's achievements: signed by those who saw them, kept by the family, believed by who needs to know.

**An issuer** signs the rows of a spreadsheet (examples/issuer.py):

    import sys
    from datetime import UTC, datetime
    from pathlib import Path

    from vcwallet.issuer import Issuer

    passphrase = "an example is no place for a real passphrase"
    now = datetime.now(UTC)

    issuer = Issuer.create(Path("olympiad"), passphrase, kit="olympiad", site="https://olymp.example")
    results = issuer.read(Path(sys.argv[1]), template="olympiad-diploma", now=now)
    if results.blocking:
        raise SystemExit(
            "\\n".join(f"{each.cell} {each.column}: {each.value} ({each.code})" for each in results.problems)
        )

    issued = issuer.issue(issuer.plan(results), out=Path("diplomas"), now=now)
    issuer.publish(Path("site"), now=now)
    issuer.close()
    print(f"{issued.issued} diplomas are in the folder diplomas")

**A family** keeps a diploma and shows it to one recipient (examples/family.py):

    from datetime import UTC, datetime
    from pathlib import Path

    from vcwallet.wallet import LIGHT, Wallet

    now = datetime.now(UTC)
    issuer = Path("site/.well-known/did.json")
    diploma = min(Path("diplomas").glob("*.vc.json"))

    wallet = Wallet.create("family.vcw", "an example is no place for a real passphrase", kdf=LIGHT)
    wallet.add_issuer(issuer.read_bytes(), now=now)
    kept = wallet.add(diploma.read_bytes(), now=now)  # raises unless every proof holds
    wallet.save()
    print(f"{wallet.children[0].name}: {kept.title}")

    drafts = wallet.prepare([kept], to="priem.vuz.example", purpose="admission 2027", now=now)
    print("the university will read:", *drafts.diplomas[0].draft.fields)
    shown = wallet.sign(drafts, now=now)
    Path("shown.json").write_text(shown.text, "utf-8")

**A verifier** answers with the network unplugged (examples/university.py):

    from datetime import UTC, datetime
    from pathlib import Path

    from vcwallet.verifier import ANYTHING, NOT_COMPARED, ControlledIdentifierDocument, TrustList, Verifier

    now = datetime.now(UTC)
    olympiad = ControlledIdentifierDocument.loads(Path("site/.well-known/did.json").read_bytes())
    trust = TrustList.start(now=now, recipient="priem.vuz.example").with_issuer(
        olympiad,
        name={"en": "Fictional Olympiad"},
        scopes=[ANYTHING],  # an office believes an olympiad for its own diplomas only
        fingerprints=NOT_COMPARED,  # an office gives the fingerprints of the issuer's letter
        now=now,
    )

    answers = Verifier(trust).check_all([Path("shown.json"), Path("site/status")], now=now)
    for report in answers.reports:
        for item in report.items:
            results = [each.text for each in item.achievement.results]
            print(item.person.name, item.achievement.name, *results, item.outcome.value, item.tie.value)
        print(report.outcome.value, [each.reason for each in report.all_findings if each.error])
    raise SystemExit(answers.exit_status)

Everything raises subclasses of `VcwalletError`; `verify` raises and never returns False. Nothing here opens a
connection, reads a clock or writes a log.
"""

from vcwallet.errors import VcwalletError

__all__ = ["VcwalletError"]
