"""`vcwallet request --openid4vp`: the link as a code or as text, and beside it what the office keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet import strict_json
from vcwallet.bundle import slip, symbols
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.request import Request
from vcwallet.cli.files import place
from vcwallet.cli.speak import Speaker
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.requests import request_slip

__all__ = ["demand_form", "write"]

_FORMS: Final = (".png", ".svg", ".pdf", ".txt")


def demand_form(out: Path) -> None:
    """Raises UsageError (``request.openid-form``)."""
    if out.suffix.lower() not in _FORMS:
        raise UsageError(
            "request.openid-form",
            N_("A request of OpenID4VP is not written as “{name}”."),
            next_step=N_("Choose a name that ends with .png, .svg, .pdf or .txt."),
            name=out.name[-64:],
        )


def write(speaker: Speaker, kept: OpenidAsked, asked: Request, out: Path, *, seconds: int) -> None:
    """What the family gets, and the file beside it, whose key and nonce open the one answer.

    Raises UsageError (``symbols.text-too-long``), and what `place` and `slip.render` raise.
    """
    beside = out.with_suffix(".json")
    hand_out, keep = place(speaker, out), place(speaker, beside)
    if out.suffix.lower() == ".txt":
        content = (kept.url + "\n").encode("ascii")
    else:
        note = speaker.text(N_("For the family: read this code with a wallet that knows OpenID4VP."))
        words = request_slip(asked, speaker.language, note=note)
        drawn = [symbols.of_text(kept.url)]
        # The page's attachment is what the code says, and nothing of what the office keeps.
        document: strict_json.JsonObject = {"url": kept.url}
        content = slip.render(
            document, slip.form_of(out), words, speaker.language, seconds=seconds, drawn=drawn
        )
    keep((strict_json.dumps(kept.to_json(), indent=2) + "\n").encode("utf-8"))
    hand_out(content)
    speaker.say(
        N_("{file}: a request by OpenID4VP, one code of {size} characters. The answer goes to {address}."),
        file=str(out),
        size=len(kept.url),
        address=kept.openid.response_uri.url,
    )
    speaker.say(
        N_("Keep {file}, and show it to nobody: the one answer is checked with “--request {file}”."),
        file=str(beside),
    )
