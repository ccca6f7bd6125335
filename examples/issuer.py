"""An olympiad signs the results in its spreadsheet. Run in an empty folder: python issuer.py RESULTS.csv"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from vcwallet.issuer import Issuer

passphrase = "an example is no place for a real passphrase"  # noqa: S105
now = datetime.now(UTC)

issuer = Issuer.create(Path("olympiad"), passphrase, kit="olympiad", site="https://olymp.example")
results = issuer.read(Path(sys.argv[1]), template="olympiad-diploma", now=now)
if results.blocking:
    raise SystemExit(
        "\n".join(f"{each.cell} {each.column}: {each.value} ({each.code})" for each in results.problems)
    )

issued = issuer.issue(issuer.plan(results), out=Path("diplomas"), now=now)
issuer.publish(Path("site"), now=now)
issuer.close()
print(f"{issued.issued} diplomas are in the folder diplomas")
