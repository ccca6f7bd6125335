"""Where in a diploma's subject the facts stand that an issuer may sign one by one.

A wallet hides them by these places, and a request of OpenID4VP asks for them by the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["PLACES", "RESULT_PATH", "WHAT_PLACES"]

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("familyName", "givenName", "patronymicName"),
    "patronymic": ("patronymicName",),
    "born": ("dateOfBirth",),
    "school": ("parentOrg/name",),
    "place": ("parentOrg/address/addressLocality",),
    # Open Badges has one member for both; `terms.school_class` tells them apart.
    "class": ("role",),
    "role": ("role",),
    "number": ("licenseNumber",),
    "dates": ("activityStartDate", "activityEndDate"),
}
"""By the names of facts and of their parts, the members of ``credentialSubject``."""
WHAT_PLACES: Final[Mapping[str, str]] = {
    "achievement": "achievement/name",
    "description": "achievement/description",
    "field": "achievement/fieldOfStudy",
    "year": "achievement/version",
    "code": "achievement/humanCode",
    "kind": "achievement/achievementType",
}
"""What a diploma is about, which our issuers let nobody hide and others may."""
RESULT_PATH: Final = ("credentialSubject", "result", None, "value")
"""Ranks and scores, as a path of `bundle.dcql`: every result has its value there."""
