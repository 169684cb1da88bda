"""Who did it: the one identifier of an actor, and keys that tell people apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from termstats.data.importers.sources import cells

LONGEST_KEY = 255
_MAIL = "mailto:"
_ORDER = ("account", "mbox", "mbox_sha1sum", "openid")
"""Which identifier counts where an actor has several, which xAPI forbids."""


class Actor(NamedTuple):
    """An identifier of somebody."""

    short: str
    """As platforms show it: the name of an account, an address."""
    whole: str
    """With the home page of an account: the same name elsewhere is somebody else."""
    kind: str
    """account, mbox, mbox_sha1sum or openid."""
    is_group: bool = False


def actor_of(value: Any) -> Actor | None:
    """Return the identifier of an agent or a group; None: it has none that can be used."""
    if not isinstance(value, dict):
        return None
    is_group = value.get("objectType") == "Group"
    for kind in _ORDER:
        found = value.get(kind)
        if kind == "account" and isinstance(found, dict):
            name, home = cells.text(found.get("name")), cells.text(found.get("homePage"))
            if name:
                return Actor(name, f"{home} {name}", kind, is_group)
        elif isinstance(found, str) and found.strip():
            short = _identifier(kind, cells.text(found.strip()))
            return Actor(short, short, kind, is_group)
    return None


def has_several(value: Any) -> bool:
    """Return whether an actor has more identifiers than the one that it may have."""
    return isinstance(value, dict) and sum(bool(value.get(kind)) for kind in _ORDER) > 1


def _identifier(kind: str, text: str) -> str:
    if kind == "mbox":
        name, at, domain = text.removeprefix(_MAIL).rpartition("@")
        return f"{_MAIL}{name}{at}{domain.lower()}"
    return text.lower() if kind == "mbox_sha1sum" else text


def actor_of_text(text: str) -> Actor | None:
    """Return somebody of whom a table holds only the name of an account, an address or a hash."""
    if not text:
        return None
    if text.startswith(_MAIL):
        return actor_of({"mbox": text})
    return Actor(text, f" {text}", "account")


def address_of(actor: Actor) -> str | None:
    """Return the mail address of somebody who is known by it."""
    return actor.short.removeprefix(_MAIL) if actor.kind == "mbox" else None


def hashed(address: str) -> str:
    """Return the `mbox_sha1sum` of a mail address."""
    return hashlib.sha1(f"{_MAIL}{address}".encode(), usedforsecurity=False).hexdigest()


def keys_of(names: Iterable[tuple[str, str]]) -> list[str]:
    """Return a key for each (short, whole) name: the short one where no other has it."""
    listed = list(names)
    times = Counter(short for short, _whole in listed)
    taken: set[str] = set()
    keys = []
    for short, whole in listed:
        key = fitting(short if times[short] == 1 else whole)
        while key in taken:
            key = fitting(f"{key}#")
        taken.add(key)
        keys.append(key)
    return keys


def fitting(key: str) -> str:
    """Return a key that a store can hold: a long one keeps its beginning and gets a hash."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:40]
    return f"{key[: LONGEST_KEY - 41]}#{digest}"
