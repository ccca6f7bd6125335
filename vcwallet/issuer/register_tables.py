"""The tables of an issuer's register, and what is asked of them at each change.

Nothing in them tells whose a diploma is: see `register`.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

FORMAT: Final = "vcwallet-register/1"

metadata = sa.MetaData()
about = sa.Table(
    "about",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""``format``; ``id`` of this register; ``issuer``; ``branch``, "" or what tells a copy's lists apart;
``ancestors``, the ids of registers this one was copied from; ``places`` where it is at home; ``origin``,
where the register is that a copy was made from; ``site``, the folder published into last, and
``published-acts``, the last of the acts that those lists have."""
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tag", sa.String(32), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("who", sa.String(120), nullable=False),
    sa.Column("moment", sa.String(20), nullable=True),
)
lists = sa.Table(
    "status_lists",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(2048), nullable=False, unique=True),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("suspension_id", sa.String(2048), nullable=True, unique=True),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(32), nullable=False),
)
kept = sa.Table(
    "kept_revocations",
    metadata,
    sa.Column("list", sa.Integer, sa.ForeignKey("status_lists.number"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Places that were published as set and whose diplomas the register has lost."""
published = sa.Table(
    "published",
    metadata,
    sa.Column("list", sa.String(2048), primary_key=True),
    sa.Column("moment", sa.String(20), nullable=False),
    sa.Column("revoked", sa.Integer, nullable=False),
)
credentials = sa.Table(
    "credentials",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(45), nullable=False, unique=True),
    sa.Column("subject", sa.String(45), nullable=False),
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("version", sa.String(8), nullable=False),
    sa.Column("row_digest", sa.String(32), nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("content_digest", sa.String(32), nullable=False),
    sa.Column("frame_digest", sa.String(64), nullable=False),
    sa.Column("list", sa.Integer, sa.ForeignKey("status_lists.number"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("replaces", sa.Integer, sa.ForeignKey("credentials.number"), nullable=True, index=True),
    sa.Column("created", sa.String(20), nullable=False),
    sa.UniqueConstraint("row_digest", "edition"),
    sa.UniqueConstraint("list", "position"),
)
likenesses = sa.Table(
    "likenesses",
    metadata,
    sa.Column("digest", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, sa.ForeignKey("credentials.number"), primary_key=True),
    sqlite_with_rowid=False,
)
"""What a row has in common with its misspelt self: keyed digests of its parts, of 64 bits."""

wordings = sa.Table(
    "wordings",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("texts", sa.Text, nullable=False),
)
"""What was the same in all rows of a signed sheet and tells awards apart: the organisation's own words of a
contest, a JSON object by column key. Nothing tells which diplomas have them."""

acts = sa.Table(
    "acts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("credentials.number"), nullable=False, index=True),
    sa.Column("act", sa.String(10), nullable=False),
    sa.Column("moment", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(500), nullable=True),
)
"""What was done to diplomas after they were signed, and why. Reasons never leave the register."""

# Asked for with each change: made once, SQLAlchemy needs a third of the time for them.
ABOUT: Final = sa.select(about)
LAST_CHANGE: Final = sa.select(sa.func.max(changes.c.number))
NEWEST_CHANGE: Final = sa.select(changes.c.number, changes.c.tag).order_by(changes.c.number.desc()).limit(1)
LAST_PUBLISHED: Final = sa.select(published).order_by(published.c.list)
LAST_NUMBER: Final = sa.select(sa.func.max(credentials.c.number))

_newer = credentials.alias("newer")
line_columns: Final = (
    *credentials.c,
    sa.select(sa.func.max(_newer.c.number))
    .where(_newer.c.replaces == credentials.c.number)
    .scalar_subquery()
    .label("replaced_by"),
)
some: Final[sa.ColumnElement[Any]] = sa.literal_column(":some")
"""Many values, put into the text of a query by `register_database.among`."""
BY_ROW: Final = sa.select(*line_columns).where(credentials.c.row_digest.in_([some]))
VALID_BY_ROW: Final = (
    sa.select(credentials.c.number)
    .where(credentials.c.row_digest.in_([some]), credentials.c.state != "revoked")
    .limit(1)
)
ALIKE: Final = (
    sa.select(*line_columns, likenesses.c.digest)
    .join(likenesses, likenesses.c.number == credentials.c.number)
    .where(likenesses.c.digest.in_([some]), credentials.c.state != "revoked")
    .order_by(credentials.c.number)
)
WRITTEN: Final = (
    credentials.update()
    .where(credentials.c.number.in_([some]), credentials.c.state == "reserved")
    .values(state="issued")
)
REPLACED: Final = sa.select(credentials.c.replaces).where(
    credentials.c.number.in_([some]), credentials.c.replaces.is_not(None)
)
