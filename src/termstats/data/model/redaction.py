"""The one definition of what looks like credentials, and of text without them.

A URL may be malformed in any way when it is shown: that is why it is shown. What is no URL by the
strictest reading, and might be one with a password, is not shown beyond its scheme.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

HIDDEN = "***"
EXAMPLE_URL = "mysql://USER:PASSWORD@HOST/DATABASE"
"""What errors tell to write."""
_KNOWN = (
    r"(?:mysql|maria(?:db)?|clickhouses?|postgres(?:ql)?|sqlite|oracle|mssql|https?|s?ftp|ssh"
    r"|ldaps?)"
)
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.]+)://(?:(?P<user>[^\s:/@?#]*)(?P<password>:.*)?@)?"
    r"(?P<place>(?:[\w.\-]+|\[[\da-f:.]+\])?(?::\d+)?(?:/[^\s:@?#]*)?)"
    r"(?P<query>\?[\w.\-]+=[^\s&=:@/]*(?:&[\w.\-]+=[^\s&=:@/]*)*)?",
    re.IGNORECASE | re.DOTALL,
)
_SUSPECT = re.compile(
    rf"://|:.*@|^\W*{_KNOWN}(?:[+\w]*\s*\W*[:;]|.*(?://|@))", re.IGNORECASE | re.DOTALL
)
_SCHEME = re.compile(rf"\W*({_KNOWN}(?=[+\w]*:)|[a-z][a-z0-9+.]*(?=://))", re.IGNORECASE)
_NAMED = re.compile(r"([\w\-.]*(?:pass|pwd|secret|token|api_?key)[\w\-.]*=)[^&\s]*", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_BEFORE, _BEHIND = "\"'`([{<", "\"'`)]}>,;:."
_SHORTEST = 4
"""Letters of a password that is looked for by itself."""
_remembered: dict[str, str] = {}
"""Text with credentials that this process was given -> what is shown in its place."""


def masked(location: str) -> str:
    """Return a file or URL as it may be shown and stored: without credentials."""
    if not _SUSPECT.search(location) or location == EXAMPLE_URL:
        return _NAMED.sub(rf"\1{HIDDEN}", location)
    url = _URL.fullmatch(location)
    if url is None:
        scheme = _SCHEME.match(location)
        return f"{scheme[1]}://{HIDDEN}" if scheme else HIDDEN
    account = ""
    if url["password"] is not None:
        account = f"{url['user']}:{HIDDEN}@"
    elif url["user"] is not None:
        # A name alone may be a password whose colon is missing.
        account = f"{HIDDEN}@"
    query = _NAMED.sub(rf"\1{HIDDEN}", url["query"] or "")
    return f"{url['scheme']}://{account}{url['place']}{query}"


def is_url(location: str) -> bool:
    """Return whether a location is a whole URL, as servers are named."""
    return _URL.fullmatch(location) is not None


def might_be_url(location: str) -> bool:
    """Return whether a location is a URL, or one that went wrong."""
    return _SUSPECT.search(location) is not None


def holds_password(location: str) -> bool:
    """Return whether a location holds a password, or may hold one."""
    url = _URL.fullmatch(location)
    if url is None:
        return might_be_url(location)
    return url["password"] is not None or _NAMED.search(url["query"] or "") is not None


def remember(location: str) -> None:
    """Take note of a location with credentials, so that `redacted` knows them wherever they are."""
    shown = masked(location)
    if shown == location:
        return
    as_path = re.sub("/+", "/", location).rstrip("/")
    for written in (location, as_path, repr(location)[1:-1], unquote(location)):
        _remembered[written] = shown
    if secret := re.search(r"^[^:]*:(?:[/\\]*[^:@]*:)?(.+)@", location, re.DOTALL):
        for written in (secret[1], unquote(secret[1])):
            if len(written) >= _SHORTEST:
                _remembered[written] = HIDDEN


def redacted(text: str) -> str:
    """Return a message without what looks like credentials: for errors, logs and warnings."""
    for written in sorted(_remembered, key=len, reverse=True):
        text = text.replace(written, _remembered[written])
    return _NAMED.sub(rf"\1{HIDDEN}", _WORD.sub(_shown_word, text))


def _shown_word(match: re.Match[str]) -> str:
    word = match[0]
    if not _SUSPECT.search(word):
        return word
    bare = word.lstrip(_BEFORE).rstrip(_BEHIND)
    before, _, after = word.partition(bare)
    return f"{before}{masked(bare)}{after}"
