"""What a kit cannot know of an organisation: asked for at a terminal when its folder is made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vcwallet.cli.speak import Speaker, somebody_there
from vcwallet.errors import N_

if TYPE_CHECKING:
    from vcwallet.issuer import Kit


def ask_values(
    speaker: Speaker, kit: Kit, name: str | None, values: dict[str, str], *, now: datetime
) -> str | None:
    """Add to `values` what a person types for them; returns the organisation's name.

    Without a terminal only the school year is filled in: `issue` refuses what is still invented.
    """
    from vcwallet.issuer import invented

    asked = somebody_there()
    if asked and not name:
        name = speaker.ask(N_("The organisation's name, as diplomas will say it"))
    templates = {template.id: template for template in kit.templates}
    wanted = invented.to_ask(kit.settings)
    if asked and any(key != "year" and key not in values for key in wanted):
        speaker.say(
            N_("Now what is the same in all diplomas. Enter alone leaves it to a column of the sheet.")
        )
    for key, table in wanted.items():
        if key == "year":
            values.setdefault(key, invented.school_year(now))
        elif asked and key not in values:
            values[key] = speaker.ask(
                "{header}", header=templates[table].column(key).headers[0], optional=True
            )
    return name
