"""A university checks what it was shown, offline. Run after family.py, in the same folder."""

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
