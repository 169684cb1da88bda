"""The address of a database that holds a store: read from a URL, shown without its account."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

from termstats.data.model.errors import StoreError
from termstats.data.model.redaction import is_url, masked

EXAMPLE = "postgresql://HOST/DATABASE, with USER@ before HOST"
_LONGEST_NAME = 40
"""Characters of the name of a database; names of what is published in it are longer."""


class Family(StrEnum):
    """A kind of server."""

    POSTGRES = "postgresql"
    MARIADB = "mariadb"


_FAMILIES = {
    "postgresql": Family.POSTGRES,
    "postgres": Family.POSTGRES,
    "mariadb": Family.MARIADB,
    "mysql": Family.MARIADB,
}


class Encryption(StrEnum):
    """How a connection is encrypted: `sslmode` of the URL, as PostgreSQL names it."""

    DISABLE = "disable"
    PREFER = "prefer"
    """Where the server can; MariaDB: not."""
    REQUIRE = "require"
    VERIFY_FULL = "verify-full"
    """And the server has to prove that it is the one that the URL names."""


@dataclass(frozen=True)
class Address:
    """One database of one server, and who reads it."""

    family: Family
    host: str
    port: int
    database: str
    user: str | None = None
    """None: whom the driver takes, as a rule the user of this machine."""
    password: str | None = field(default=None, repr=False)
    encryption: Encryption = Encryption.PREFER

    @property
    def shown(self) -> str:
        """Return what people are told: no account, no password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.family] else f":{self.port}"
        return f"{self.family}://{host}{port}/{self.database}"

    def encrypted(self) -> ssl.SSLContext | str | None:
        """Return what the driver is told of encryption; None: there is none."""
        if self.encryption is Encryption.VERIFY_FULL:
            return ssl.create_default_context()  # who may vouch: SSL_CERT_FILE, else the system
        if self.family is Family.POSTGRES:
            return str(self.encryption)
        if self.encryption is not Encryption.REQUIRE:
            return None
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


_PORTS = {Family.POSTGRES: 5432, Family.MARIADB: 3306}


def is_server(location: str) -> bool:
    """Return whether a location is meant as the URL of a server that can hold stores."""
    scheme, sign, _ = location.partition("://")
    return bool(sign) and scheme.partition("+")[0].lower() in _FAMILIES


def address_of(location: str) -> Address:
    """Return the address that a URL gives.

    Raises:
        StoreError: it is no URL, names no database, or has an option that is not known.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if location.count("@") > 1:
        raise StoreError(f"{masked(location)}: write an @ of the password as %40")
    try:
        # What is no URL by our reading must not come to a parser, which would tell of its parts.
        url = make_url(location) if is_url(location) else None
    except (ArgumentError, ValueError):
        url = None
    if url is None:
        raise StoreError(f"{masked(location)}: not the URL of a database; write {EXAMPLE}")
    family = _FAMILIES[url.get_backend_name()]
    database = unquote(url.database or "")
    if not database or len(database) > _LONGEST_NAME or not database.isprintable():
        said = "names no database" if not database else "the name of the database is none"
        raise StoreError(f"{masked(location)}: {said}; write {EXAMPLE}")
    return Address(
        family,
        url.host or "localhost",
        url.port or _PORTS[family],
        database,
        url.username,
        None if url.password is None else str(url.password),
        _encryption(location, dict(url.query)),
    )


def _encryption(location: str, options: dict[str, object]) -> Encryption:
    unknown = sorted(options.keys() - {"sslmode"})
    if unknown:
        raise StoreError(f"{masked(location)}: unknown option {unknown[0]}; known: sslmode")
    mode = str(options.get("sslmode", Encryption.PREFER))
    if mode not in list(Encryption):
        raise StoreError(f"{masked(location)}: sslmode must be one of {', '.join(Encryption)}")
    return Encryption(mode)
