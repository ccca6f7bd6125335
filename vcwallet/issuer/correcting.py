"""Correcting one diploma: what it said is read from the organisation's own file, what changes is typed.

The register holds no names, so it cannot tell what a diploma says; its keyed digest tells whether a file says
what was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from vcwallet.credentials.template import AWARDED, Template
from vcwallet.errors import N_, UsageError
from vcwallet.issuer import issued_files, issuing, naming
from vcwallet.issuer.folder import IssuerFolder, read_document
from vcwallet.issuer.issuing import Plan
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, RegisterLine, State
from vcwallet.issuer.roster import Row
from vcwallet.strict_json import JsonObject
from vcwallet.tables import cells


def find(register: Register, diploma: str | Path) -> tuple[RegisterLine, JsonObject | None]:
    """The line of a diploma that is named by its id, its number or its file, and what the file says.

    Raises UsageError ``register.unknown-id``, ``register.unknown-number`` and what reading the file raises.
    """
    if isinstance(diploma, Path):
        document = read_document(diploma)
        return register.get(str(document.get("id", ""))), document
    return naming.find(register, diploma), None


def plan(
    folder: IssuerFolder,
    keystore: Keystore,
    register: Register,
    diploma: str | Path,
    changes: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What correcting a diploma would sign; see `Issuer.correction`."""
    line, document = find(register, diploma)
    if line.state is State.REVOKED:
        newer = register.latest(line)
        raise UsageError(
            "correcting.revoked",
            N_("The diploma No. {number} is revoked already."),
            next_step=N_("Correct the one that replaces it: No. {newer}.")
            if newer is not line
            else N_("If it has to count again, sign its row anew from the sheet."),
            number=f"{line.number:04d}",
            newer=f"{newer.number:04d}",
        )
    if document is None:
        document = issued_files.document(folder.issued_path, line)
    if document is None:
        raise UsageError(
            "correcting.no-file",
            N_("The file of the diploma No. {number} is not in {folder}."),
            next_step=N_("Name the file itself; the register does not know what a diploma says."),
            number=f"{line.number:04d}",
            folder=str(folder.issued_path),
        )
    template = folder.template(line.template)
    values = signed_values(keystore, template, document, line)
    changed = _changed(template, values, changes, today)
    if changed == values:
        raise UsageError(
            "correcting.nothing",
            N_("The diploma No. {number} says that already: there is nothing to correct."),
            number=f"{line.number:04d}",
        )
    return issuing.correction(keystore, register, template, Row(0, changed), line)


def signed_values(
    keystore: Keystore, template: Template, document: JsonObject, line: RegisterLine
) -> tuple[str, ...]:
    """The row that a diploma was made of. Raises UsageError ``correcting.other-words``."""
    values = template.read(document)
    tried = [values]
    if (place := template.place_of_target(AWARDED)) is not None:
        tried.append((*values[:place], "", *values[place + 1 :]))
    for each in tried:
        if issuing.says(keystore, template, each, line):
            return each
    raise UsageError(
        "correcting.other-words",
        N_("The file does not say what was signed as No. {number}, or the template {template} was changed."),
        next_step=N_("Correct the row in the sheet instead, and sign the sheet again."),
        number=f"{line.number:04d}",
        template=template.id,
    )


def _changed(
    template: Template, values: tuple[str, ...], changes: Mapping[str, str], today: date
) -> tuple[str, ...]:
    made = list(values)
    for key, raw in template.keyed(changes).items():
        value = read_value(template, key, raw, today=today)
        if any(choice.skip and choice.value == value for choice in template.column(key).choices):
            raise UsageError(
                "correcting.no-diploma",
                N_("There is no diploma for “{value}”: a row of a sheet that says so is passed over."),
                next_step=N_("If the child should have none, revoke the diploma."),
                value=value,
            )
        made[template.place(key)] = value
    return tuple(made)


def read_value(template: Template, key: str, raw: str, *, today: date) -> str:
    """The canonical text of a typed value. Raises UsageError with the code that a cell would have."""
    value, remarks = cells.read_cell(template.column(key), raw, today=today)
    for remark in remarks:
        if remark.blocking:
            raise UsageError(
                remark.code,
                remark.template,
                next_step=remark.next_step,
                **{"value": raw[:64], **remark.evidence},
            )
    return value
