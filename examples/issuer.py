"""An olympiad signs the results in its spreadsheet. Run in an empty folder: python issuer.py RESULTS.csv"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from vcwallet.issuer import issuing, publishing, roster
from vcwallet.issuer.folder import IssuerFolder

passphrase = "an example is no place for a real passphrase"  # noqa: S105
now = datetime.now(UTC)

folder = IssuerFolder.create(
    Path("olympiad"), kit="olympiad", passphrase=passphrase, site="https://olymp.example"
)
template = folder.template("olympiad-diploma")
results = roster.read(Path(sys.argv[1]), template, today=now.date(), given=folder.given(template))
if results.blocking:
    raise SystemExit(
        "\n".join(f"{each.cell} {each.column}: {each.value} ({each.code})" for each in results.problems)
    )

keystore = folder.unlock(passphrase)
with folder.register() as register:
    plan = issuing.plan(keystore, register, template, results.rows)
    issued = issuing.issue(folder, keystore, register, plan, out=Path("diplomas"), now=now)
    publishing.publish(folder, keystore, register, Path("site"), now=now)
print(f"{issued.issued} diplomas are in the folder diplomas")
