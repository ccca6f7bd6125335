"""The protocol of one check: a page to print, to sign and to file, with the report attached to its PDF.

    made = build(report, attached, Record(number="27-000123"), language("ru"), program="0.2.0")

Everything on the page is the report's, said in the sentences of the screen; `attached` is the report as JSON,
and its SHA-256 stands in the footer, so that paper and file vouch for each other. Up to ten diplomas fit on
one page. No code of a diploma is on it and no copy of what was shown: who keeps the page keeps the answer
only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from vcwallet import printing, strict_json
from vcwallet.characters import in_json, visible
from vcwallet.errors import N_, Aged
from vcwallet.locales import Language
from vcwallet.report import Answers, Fate, Item, Report, ShowingKind, ShowingOutcome, StatusState
from vcwallet.speaking import reports
from vcwallet.speaking.decisions import arithmetic, decided_by, level_words
from vcwallet.speaking.report_sentences import FATES, FIELDS
from vcwallet.speaking.reports import MARKS, TONES, Tone
from vcwallet.strict_json import Json, JsonObject
from vcwallet.timestamps import in_zone_of
from vcwallet.verifier.policy import Decision
from vcwallet.verifier.protocol import Agreement, Record, compared

__all__ = ["ATTACHMENT", "build", "of_report", "row_of"]

ATTACHMENT: Final = "report.json"
_ARRANGEMENT: Final = Path(__file__).with_name("protocol.typ")

_TEXTS: Final = {
    "title": N_("Protocol of checking the achievements that were shown"),
    "page": N_("page {page} of {pages}"),
    "applicant": N_("Applicant"),
    "by-form": N_("by the form"),
    "as-shown": N_("by the diplomas"),
    "answer": N_("Answer"),
    "diplomas": N_("Diplomas"),
    "achievement": N_("Achievement"),
    "issuer": N_("Signed by (by the trust list)"),
    "fate": N_("Answer"),
    "not-revoked": N_("Not revoked as of"),
    "reasons": N_("What does not count or is not known, and what would help"),
    "rights": N_("Rights and points"),
    "showing": N_("The showing"),
    "knowledge": N_("What the answer rests on"),
    "signatures": N_("Signatures and keeping"),
    "signature": N_("signature, date"),
    "checks": N_("Every check"),
}
_AGREEMENTS: Final = {
    Agreement.EQUAL: N_("the same"),
    Agreement.DIFFERS: N_("DIFFERS"),
    Agreement.HIDDEN: N_("not shown"),
    Agreement.NOT_GIVEN: "",
}


def build(
    report: Report,
    attached: str,
    record: Record,
    language: Language,
    *,
    program: str,
    arithmetic: Sequence[str] = (),
    rules: Sequence[tuple[str, str]] = (),
    levels: Mapping[int, str] | None = None,
    explain: bool = False,
) -> bytes:
    """The page as PDF/A-3 with `attached`, the JSON of the report, beside it; the same input, the same bytes.

    `arithmetic` are the lines of an admission decision and `rules` what it was decided by; `levels` are those
    of the official lists, by the number of the item. `explain` adds every check of every diploma. Raises
    MachineError (``sheet.no-typst``) without the extra `pdf`.
    """
    checked = report.checked_at
    digest = hashlib.sha256(attached.encode("utf-8")).hexdigest()
    data: JsonObject = {
        "language": language.code,
        "texts": {name: language.text(template) for name, template in _TEXTS.items()},
        "office": visible(record.office),
        "heads": _heads(report, record, language),
        "number": _number(record, language),
        "applicant": _applicant(report, record, language),
        "with-form": record.form is not None,
        "answer": _answer(report, record, language),
        "items": [*_items(report, levels or {}, language)],
        "level": language.text(N_("Level (by the list)")) if levels else "",
        "reasons": [*_reasons(report, language)],
        "arithmetic": [visible(line) for line in arithmetic],
        "showing": [*_showing(report, language)],
        "knowledge": [*_knowledge(report, rules, program, language)],
        "signatures": [*_signatures(record, language)],
        "keep": _keeping(record, checked.date(), language),
        "footer": language.text(
            N_("SHA-256 of the attached file {name}: {digest}"), name=ATTACHMENT, digest=digest
        ),
        "attachment": {
            "name": ATTACHMENT,
            "description": language.text(N_("The report of the check, for programs")),
        },
        "until": record.kept(checked.date()).isoformat(),
        "checks": [*_checks(report, language)] if explain else [],
    }
    return printing.pdf(
        _ARRANGEMENT,
        data,
        attached=attached,
        standards=["a-3a"],
        seconds=int(checked.timestamp()),
    )


def of_report(
    report: Report,
    record: Record,
    language: Language,
    *,
    program: str,
    attached: str | None = None,
    explain: bool = False,
) -> bytes:
    """`build` with what the report's own decision says. Attached is the report alone, or what is given."""
    decision = report.policy if isinstance(report.policy, Decision) else None
    alone = in_json(strict_json.dumps(Answers((report,)).as_json(program=program), indent=2) + "\n")
    return build(
        report,
        alone if attached is None else attached,
        record,
        language,
        program=program,
        arithmetic=arithmetic([decision], language) if decision else (),
        rules=decided_by(decision, language) if decision else (),
        levels=level_words(report.items),
        explain=explain,
    )


def _heads(report: Report, record: Record, language: Language) -> list[Json]:
    rows = [
        (language.text(N_("Application")), record.number or "_" * 12),
        (language.text(N_("Checked at")), language.moment(report.checked_at)),
        (language.text(N_("Checked by")), record.checked_by or "_" * 20),
    ]
    return [_row(label, value) for label, value in rows]


def _number(record: Record, language: Language) -> str:
    return language.text(N_("Application {number}"), number=record.number) if record.number else ""


# 1
def _applicant(report: Report, record: Record, language: Language) -> list[Json]:
    rows: list[Json] = []
    for each in compared(record.form, report.items):
        shown = "; ".join(_value(value, language) for value in each.shown)
        verdict = language.text(_AGREEMENTS[each.agreement])
        if record.form is None and not shown:
            shown = language.text(_AGREEMENTS[Agreement.HIDDEN])
        rows.append(
            {
                "label": _capital(language.text(FIELDS[each.member])),
                "form": "" if each.form is None else _value(each.form, language),
                "shown": shown or "–",
                "verdict": verdict,
                "tone": "bad" if each.agreement is Agreement.DIFFERS else "plain",
            }
        )
    return rows


def _value(value: str | date, language: Language) -> str:
    return visible(value) if isinstance(value, str) else language.day(value)


# 2
def _answer(report: Report, record: Record, language: Language) -> JsonObject:
    """The report's answer; that the form names somebody else never stands below a green one."""
    said, mark, tone = reports.answer_words(report)
    differs = [each for each in compared(record.form, report.items) if each.agreement is Agreement.DIFFERS]
    form = ""
    if differs:
        members = ", ".join(language.text(FIELDS[each.member]) for each in differs)
        form = language.text(
            N_("The form says otherwise ({members}): a person must decide."), members=members
        )
        tone = Tone.BAD if tone is Tone.BAD else Tone.CAREFUL
    return {
        "mark": mark,
        "head": _capital(language.text(said.head)),
        "counts": _capital(reports.counts(report, language)),
        "body": language.text(said.body),
        "form": form,
        "tone": tone.value,
    }


# 3
def _items(report: Report, levels: Mapping[int, str], language: Language) -> Iterator[Json]:
    """Whom a diploma names stands there only where they do not all name the same."""
    same = len({reports.whom(item.person, language) for item in report.items}) == 1
    for item in report.items:
        whom = "" if same else reports.whom_shown(item, language)
        yield row_of(item, report, language, whom, levels.get(item.number))


def row_of(
    item: Item, report: Report, language: Language, whom: str = "", level: str | None = None
) -> JsonObject:
    """One line of the table."""
    fate = reports.fate_shown(item, report)
    number = str(item.number) + (f" (№ {item.inside})" if item.inside else "")
    return {
        "number": number,
        "what": reports.what(item, language) or visible(item.id) or "–",
        "whom": whom,
        "level": level or "–",
        "issuer": _issuer(item, language),
        "mark": MARKS[fate],
        "fate": language.text(FATES[fate]),
        "tone": TONES[fate].value,
        "as-of": _as_of(item, report, language),
    }


def _issuer(item: Item, language: Language) -> str:
    issuer = item.issuer
    if issuer.entry is not None:
        name = issuer.name.get(language.code) or next(iter(issuer.name.values()), issuer.id)
        return visible(name if item.proven else language.text(N_("[unproven: {words}]"), words=name))
    claimed = issuer.claimed_name or issuer.id
    return language.text(N_("not on the list; calls itself “{issuer}”"), issuer=claimed)


def _as_of(item: Item, report: Report, language: Language) -> str:
    status = item.status
    if status.state is not StatusState.GOOD or status.as_of is None:
        return "–"
    day = reports.day_in(status.as_of, report.checked_at, language)
    return language.text(N_("{day}, the last list"), day=day) if status.final else day


# 4
def _reasons(report: Report, language: Language) -> Iterator[Json]:
    """Each sentence once, with the numbers it is about; what refuses the whole stands first."""
    if report.showing.outcome in (ShowingOutcome.REFUSED, ShowingOutcome.UNKNOWN):
        yield {"numbers": "", "text": reports.showing_sentence(report.showing, language)}
    for finding in report.findings:
        if reports.is_open(finding):
            yield {"numbers": "", "text": reports.finding_sentence(finding, language)}
    shared: dict[str, list[str]] = {}
    for item in report.items:
        if reports.fate_shown(item, report) is not Fate.CONFIRMED or reports.by_old_knowledge(item):
            text = reports.item_sentence(item, language, fine=reports.is_fine(item, report))
            shared.setdefault(text, []).append(str(item.number))
    for text, numbers in shared.items():
        yield {"numbers": f"№ {', '.join(numbers)}", "text": text}


# 6
def _showing(report: Report, language: Language) -> Iterator[Json]:
    showing = report.showing
    if showing.outcome is ShowingOutcome.VALID or showing.kind is ShowingKind.NONE:
        yield _row(language.text(N_("How")), reports.showing_sentence(showing, language))
    elif showing.to:
        yield _row(language.text(N_("For whom")), ", ".join(showing.to))
    if showing.purpose:
        yield _row(language.text(N_("Purpose")), showing.purpose)
    if showing.signed_at is not None:
        signed = language.moment(in_zone_of(report.checked_at, showing.signed_at))
        until = ""
        if showing.until is not None:
            end = reports.day_in(showing.until, report.checked_at, language)
            until = " " + language.text(N_("Good until {until}."), until=end)
        yield _row(language.text(N_("Signed at")), signed + (f".{until}" if until else ""))
    if showing.seen_before is not None and showing.seen_before.same_showing:
        yield _row(language.text(N_("Seen before")), reports.seen_sentence(report, language))
    ties: dict[str, list[str]] = {}
    for item in report.items:
        if item.proven:
            ties.setdefault(reports.tie_sentence(item, language), []).append(str(item.number))
    for text, numbers in ties.items():
        yield _row(language.text(N_("Tie to the person")), f"№ {', '.join(numbers)}: {text}")
    if report.source:
        yield _row(language.text(N_("Read from")), reports.read_from(report))
    if report.digest is not None:
        yield _row(language.text(N_("Digest")), report.digest)


# 7
def _knowledge(
    report: Report, rules: Sequence[tuple[str, str]], program: str, language: Language
) -> Iterator[Json]:
    known = report.knowledge
    for kit in known.kits:
        text = reports.kit_sentence(kit, report, language)
        told = language.text(N_("root {root}; {digest}"), root=kit.root, digest=kit.digest)
        yield _row(language.text(N_("Kit of knowledge")), f"{text}; {told}")
    if known.trust is not None:
        issued = reports.day_in(known.trust.issued_at, report.checked_at, language)
        text = language.text(
            Aged(
                N_("{list}, № {version} of today, {date}"),
                N_("{list}, № {version} of {date} (age in days: {days})"),
            ),
            list=known.trust.list,
            version=known.trust.version,
            date=issued,
            days=known.trust.age_days,
        )
        if known.trust.digest is not None:
            text += f"; {known.trust.digest}"
        yield _row(language.text(N_("Trust list")), text)
    if known.oldest_status_days is not None:
        text = language.text(
            Aged(
                N_("of today (allowed age in days: {rule})"),
                N_("at most {days} days old (fresh up to {rule}; see above)")
                if reports.rests_on_old_lists(report)
                else N_("at most {days} days old (allowed: {rule})"),
            ),
            days=known.oldest_status_days,
            rule=known.status_rule_days,
        )
        yield _row(language.text(N_("Lists of revoked diplomas")), text)
    for label, value in rules:
        yield _row(label, value)
    yield _row(language.text(N_("Program")), f"vcwallet {program}")


# 8
def _signatures(record: Record, language: Language) -> Iterator[Json]:
    yield _row(language.text(N_("Checked by")), record.checked_by)
    yield _row(language.text(N_("For the commission")), "")


def _keeping(record: Record, checked: date, language: Language) -> str:
    text = language.text(N_("Keep until {day}."), day=record.kept(checked))
    basis = record.keep_basis or language.text(N_("protocols of an admission commission, five years"))
    return text + " " + language.text(N_("Grounds: {basis}."), basis=basis.rstrip("."))


def _checks(report: Report, language: Language) -> Iterator[Json]:
    about = [("", report.findings), ("", report.showing.findings)]
    about += [(f"№ {item.number}", item.findings) for item in report.items]
    for numbers, findings in about:
        for one in reports.checked(findings, language):
            yield {"numbers": numbers, "text": reports.checked_line(one, language)}


def _row(label: str, value: str) -> Json:
    return [label, visible(value)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
