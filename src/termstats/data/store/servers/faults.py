"""What drivers and servers say when something fails, in one line that helps, without passwords."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from termstats.data.model.errors import StoreError
from termstats.data.model.redaction import redacted
from termstats.data.model.text import clean
from termstats.data.store.servers.address import Address

_PUBLISH = "publish one with: termstats publish --store FILE URL"
_LOGIN = "check user and password (docs/servers.md says where the password comes from)"
_RIGHTS = "the account lacks rights; docs/servers.md has those it needs"
_ADVICE = {
    **dict.fromkeys(("28P01", "28000", 1045, 1698), f"the login was refused; {_LOGIN}"),
    **dict.fromkeys(("3D000", 1049), f"there is no such database; make it, then {_PUBLISH}"),
    **dict.fromkeys(("42P01", "3F000", 1146), f"holds no termstats store; {_PUBLISH}"),
    **dict.fromkeys(("42501", 1044, 1142, 1143, 1227), _RIGHTS),
    **dict.fromkeys(
        ("57P03", "57P01", "57P02", 1053),
        "the server is starting, stopping or in recovery; try again in a moment",
    ),
    **dict.fromkeys(("53300", 1040, 1203), "the server has too many connections; try again later"),
    **dict.fromkeys(("57014", 1317, 1969), "the query was stopped; choose a shorter period"),
    **dict.fromkeys(("25006", 1792), "only reading is allowed here"),
}
"""Code of the server: SQLSTATE of PostgreSQL, number of MariaDB -> what is wrong, what helps."""
_NOT_THERE = ("3D000", 1049, "42P01", "3F000", 1146)
"""Codes: there is no such database, schema or table."""
_GONE = (2003, 2006, 2013, 2014, 2055)
"""Numbers of MariaDB's driver: the server is not there, or not any more."""


@dataclass(frozen=True)
class Fault:
    """What went wrong at a server."""

    code: str | int | None
    """SQLSTATE of PostgreSQL, number of MariaDB; None: it did not come to an answer."""
    words: str

    @property
    def is_gone(self) -> bool:
        """Return whether the server could not be reached, or is not there any more."""
        starting = isinstance(self.code, str) and self.code.startswith(("08", "57P"))
        return self.code is None or self.code in _GONE or starting


def fault_of(error: BaseException) -> Fault:
    """Return what an error of SQLAlchemy, of a driver or of the network says."""
    words = " ".join(str(error).split()) or type(error).__name__
    for each in _causes(error):
        first = each.args[0] if len(each.args) > 1 else None
        # Numbers of the system are below 1,000.
        is_number = isinstance(first, int) and first >= 1_000
        code = first if is_number else getattr(each, "sqlstate", None)
        if code is not None:
            return Fault(code, str(each.args[-1]) if each.args else words)
    return Fault(None, words)


def _causes(error: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = error
    for _ in range(8):
        if each is None:
            return
        yield each
        each = getattr(each, "orig", None) or each.__cause__ or each.__context__


def explain(address: Address, error: BaseException, *, is_open: bool = False) -> StoreError:
    """Return the one line that says why a store cannot be read or published, and what helps.

    `is_open`: it was there before.
    """
    if isinstance(error, StoreError):
        return error
    fault = fault_of(error)
    advice = _ADVICE.get(fault.code) if fault.code is not None else None
    if is_open and fault.code in _NOT_THERE:
        advice = "was published anew more than once since it was opened; open it again"
    if advice is not None:
        return StoreError(f"{address.shown}: {advice}")
    words = clean(redacted(fault.words)).rstrip(".")
    if fault.is_gone:
        return ServerAway(f"{address.shown}: cannot be reached ({words}); is the server running?")
    return StoreError(f"{address.shown}: the server refused ({words})")


class ServerAway(StoreError):
    """The server is not there, or not any more."""
