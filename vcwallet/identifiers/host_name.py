"""Names of hosts, such as the one a presentation is addressed to: one spelling for one recipient.

    host_name("https://Priem.VUZ.example:443/2027") == host_name("priem.vuz.example.")

People copy a name from a browser's address line, and programs sign it as an address. What counts is the name:
case, the final dot, the scheme, the port and the path are dropped, and a name in other letters is written as
it stands in the domain name system (IDNA, RFC 3490: ``xn--...``).
"""

from __future__ import annotations

import re
from typing import Final

from vcwallet.characters import known_everywhere
from vcwallet.errors import N_, UsageError

__all__ = ["host_name", "in_letters", "same_recipient"]

_ADDRESS: Final = re.compile(r"(?:https?:)?//(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")
"""RFC 3490, section 3.1: these end a label, whatever keyboard they were typed on."""
_HOST_CHARACTERS: Final = 253
_GIVEN_CHARACTERS: Final = 2_048


def host_name(given: str) -> str:
    """The name as it stands in the domain name system: lower case, ASCII, no final dot.

    Raises UsageError (``host-name.malformed``) for what is no name of a host: a single word, an address of
    digits, a name with spaces, or one behind ``user@``, which is how addresses are made to look like others.
    """
    text = given.strip()
    # The letter case of a newer character depends on the host, and so would the name.
    if len(text) > _GIVEN_CHARACTERS or known_everywhere(text) != text:
        raise _malformed(given)
    if (address := _ADDRESS.fullmatch(text)) is not None:
        text = re.split(r"[/?#\\]", address["rest"], maxsplit=1)[0]
    else:
        text = text.partition("/")[0]
    name, colon, port = text.partition(":")
    if colon and not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII):
        raise _malformed(given)
    labels = _DOTS.split(name)
    if labels[-1] == "":
        labels.pop()
    ascii_labels = [_ascii(label, given) for label in labels]
    found = ".".join(ascii_labels)
    if len(labels) < 2 or len(found) > _HOST_CHARACTERS or ascii_labels[-1].isdecimal():
        raise _malformed(given)
    return found


def same_recipient(one: str, other: str) -> bool:
    """Whether two texts name one recipient. What is no host name on either side is equal to itself alone."""
    try:
        return host_name(one) == host_name(other)
    except UsageError:
        return one == other


def in_letters(host: str) -> str:
    """A `host_name` with its labels in their own letters, for people; as it is where they cannot be read."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _ascii(label: str, given: str) -> str:
    try:
        found = label.encode("idna").decode("ascii").lower()
        # A label that does not come back the same would be two names in one spelling.
        if found.startswith("xn--") and found.encode("ascii").decode("idna").encode("idna") != found.encode():
            raise _malformed(given)
    except UnicodeError:
        raise _malformed(given) from None
    if not _LABEL.fullmatch(found):
        raise _malformed(given)
    return found


def _malformed(given: str) -> UsageError:
    return UsageError(
        "host-name.malformed",
        N_("“{given}” is not the name of a site, such as priem.vuz.example."),
        next_step=N_("Write it as in the address line of a browser, without spaces."),
        given=given[:64],
    )
