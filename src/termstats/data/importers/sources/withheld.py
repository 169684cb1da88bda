"""What an import does not keep: secrets, and addresses and agents unless they are asked for."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection
from functools import lru_cache

SECRETS = ("KEY", "PASSWORD", "SECRET", "TOKEN")
"""Parts of names whose values are never kept."""
NOT_KEPT = "(not kept)"
"""Stands where a value was taken out."""
_NETWORK_NAMES = frozenset(
    (
        *("agent", "user agent", "useragent", "http user agent", "browser", "user ip addr"),
        *("remote addr", "remote address", "remote host", "x forwarded for", "referer", "referrer"),
    )
)
_ADDRESS_WORDS = frozenset(("ip", "ips", "ipaddr", "ipaddress", "ipv4", "ipv6", "userip"))
_WORDS = re.compile(r"[a-z0-9]+")
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-fA-F:.]*::?)[0-9a-fA-F]*(?::[0-9a-fA-F.]*){2,})"
    r"(?![\w:])"
)
_AGENT = re.compile(r"(?i)\b(?:mozilla|opera|dalvik|okhttp|curl|wget|python-requests)/\d.*", re.S)
_SECRET = re.compile(r"(?i)(?:key|password|secret|token)\w*\s*[=:]")
_DEEPEST = 20
"""Levels of nested data that are kept."""


@lru_cache(maxsize=4_096)
def is_secret(name: str) -> bool:
    """Return whether a setting or field of this name may hold a secret."""
    upper = name.upper()
    return any(part in upper for part in SECRETS)


@lru_cache(maxsize=4_096)
def is_network(name: str) -> bool:
    """Return whether a column of this name holds an address of a computer, or an agent."""
    words = _WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    return " ".join(words) in _NETWORK_NAMES or not _ADDRESS_WORDS.isdisjoint(words)


def nested_part(value: object, *, with_network: bool, depth: int = 0) -> object:
    """Return nested data as they may be kept: without secrets, and no deeper than 20 levels."""
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, list):
        return [nested_part(v, with_network=with_network, depth=depth + 1) for v in value]
    if isinstance(value, dict):
        return {
            name: nested_part(item, with_network=with_network, depth=depth + 1)
            for name, item in value.items()
            if not is_secret(str(name)) and (with_network or not is_network(str(name)))
        }
    return value


def without_network(value: object, more: Collection[str] = ()) -> object:
    """Return a row without addresses and agents: those columns of a dict, and what looks like one.

    `more`: other columns of this platform that are not kept either.
    """
    if isinstance(value, dict):
        return {
            name: without_network(item)
            for name, item in value.items()
            if name not in more and not is_network(str(name))
        }
    if isinstance(value, list | tuple):
        return [without_network(item) for item in value]
    return _without_addresses(value) if isinstance(value, str) else value


def _without_addresses(text: str) -> str:
    if text.lstrip()[:1] in ("{", "["):
        try:
            nested = json.loads(text)
        except (ValueError, RecursionError):
            pass  # read as plain text
        else:
            kept = without_network(nested_part(nested, with_network=False))
            return json.dumps(kept, ensure_ascii=False)
    if _SECRET.search(text):
        return NOT_KEPT
    return _AGENT.sub(NOT_KEPT, _ADDRESS.sub(_if_address, text))


def _if_address(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return NOT_KEPT
