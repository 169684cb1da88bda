"""Columns that many tables have, and the catalogue that all tables belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, SmallInteger, String

metadata = MetaData()
REFERS_TO = "refers to"
"""In `info` of a column: the table whose `id` it holds."""
HAPPENED = "happened"
"""In `info` of a column of moments: whether they are of what has been recorded."""


def id_column(comment: str = "number of the row, in this store only") -> Column[int]:
    """Return the key of a table."""
    key = BigInteger().with_variant(Integer, "sqlite")
    return Column("id", key, primary_key=True, comment=comment)


def ref(name: str, comment: str, *, null: bool = True, to: str = "") -> Column[int]:
    """Return a column that holds the id of a row of another table.

    `to`: that table, where the column is not called as it is.
    """
    info = {REFERS_TO: to or name.removesuffix("_id")}
    return Column(name, Integer, nullable=null, comment=comment, info=info)


def flag(name: str, comment: str, default: int = 0) -> Column[int]:
    """Return a column of 0 and 1, or of bits."""
    return Column(name, SmallInteger, nullable=False, default=default, comment=comment)


def moment(name: str, comment: str, *, planned: bool = False) -> Column[int]:
    """Return a column of moments: seconds since 1970 UTC.

    `planned`: they may lie ahead, and so say nothing of how far the data reach.
    """
    words = f"{comment}; seconds since 1970 UTC"
    return Column(name, BigInteger, comment=words, info={HAPPENED: not planned})


def key_column() -> Column[str]:
    """Return the column of the platform's own id."""
    return Column("key", String(255), nullable=False, comment="the platform's own id")


def source_column() -> Column[int]:
    """Return the column of the source that a row came from."""
    return ref("source_id", "source", null=False)
