"""Kinds of values that options take: moments and durations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import click

from vcwallet import timestamps
from vcwallet.cli.speak import Speaker, option
from vcwallet.credentials.open_badges import parse_date
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.report import Binding

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class _Moment(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            return timestamps.parse(f"{text}T00:00:00Z" if re.fullmatch(r"[0-9-]{10}", text) else text)
        except DocumentError as error:
            self.fail(_say(ctx, error.template, value=text), param, ctx)


class _Duration(click.ParamType[timedelta]):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", str(value), re.ASCII)
        if match is None:
            self.fail(
                _say(ctx, N_("“{value}” is not a duration such as 30d, 12h or 45m."), value=str(value)),
                param,
                ctx,
            )
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


LAST_SECOND: Final = time(23, 59, 59)


class _LastDay(_Duration):
    """A duration, or the last day of it: ``30d``, ``2027-07-20``, ``20.07.2027``."""

    name = "date"

    def convert(  # type: ignore[override]
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta | date:
        if isinstance(value, date):
            return value
        text = str(value)
        day = ".".join(reversed(text.split("."))).replace(".", "-") if text.count(".") == 2 else text
        if (parsed := parse_date(day)) is not None:
            return parsed
        if not re.fullmatch(r"[0-9]+[mhd]", text, re.ASCII):
            refusal = N_("“{value}” is neither a day such as 2027-07-20 nor a duration such as 30d.")
            self.fail(_say(ctx, refusal, value=text), param, ctx)
        return super().convert(value, param, ctx)


def _say(ctx: click.Context | None, template: str, **values: str) -> str:
    speaker = ctx.find_object(Speaker) if ctx else None
    return speaker.text(template, **values) if speaker else template


MOMENT = _Moment()
DURATION = _Duration()
LAST_DAY = _LastDay()

now_option = option(
    "--now",
    type=MOMENT,
    metavar="TIME",
    help=N_("Answer as of this moment (2026-03-01 or 2026-03-01T09:00:00Z) instead of the clock."),
)


def moment(given: datetime | None) -> datetime:
    """The moment a command works at: what `--now` says, or the clock, to the second."""
    return given or datetime.now(UTC).replace(microsecond=0)


domain_option = option(
    "--domain", metavar="DOMAIN", help=N_("Your own name: what was shown must be addressed to it.")
)

request_option = option(
    "--request",
    "request_file",
    type=click.Path(dir_okay=False, path_type=str),
    help=N_("Your request: brings the domain, the challenge and what you asked for."),
)

status_option = option(
    "--status",
    "status_inputs",
    multiple=True,
    type=click.Path(path_type=str),
    metavar="FILE",
    help=N_("A newer list of revoked credentials, or a folder of them; may be repeated."),
)

status_age_option = option(
    "--max-status-age",
    type=DURATION,
    help=N_(
        "How old the knowledge of revocations may be, e.g. 30d; otherwise what your kit recommends, or 14d."
    ),
)

binding_option = option(
    "--require-binding",
    "binding",
    metavar="document|addressed|holder",
    type=click.Choice([each.value for each in Binding]),
    default=Binding.DOCUMENT.value,
    show_default=True,
    help=N_(
        "What must be shown: a document alone, a showing addressed to you, or one by the holder whose key the"
        " diplomas were issued to."
    ),
)

require_status_option = option(
    "--require-status",
    is_flag=True,
    help=N_("Confirm nothing that names no list of revoked diplomas."),
)


def demand_use(option: str, main: object, **of_use_with_it: object) -> None:
    """Pass nothing over: `main` is the value of `option`, and the rest is of use only with it.

    Options of the rest have the names of these parameters. Raises UsageError (``options.alone``) where `main`
    is None and any of the rest is not.
    """
    names = [f"--{name.replace('_', '-')}" for name, value in of_use_with_it.items() if value is not None]
    if main is None and names:
        raise UsageError(
            "options.alone",
            N_("Of no use without {option}: {options}."),
            next_step=N_("Give {option} too, or leave out the rest."),
            option=option,
            options=", ".join(names),
        )
