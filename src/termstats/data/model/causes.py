"""When an action counts as the cause of an error: said by importers, shown by figures."""

from __future__ import annotations

FOLLOWS = 5
"""Seconds within which an error of the same request counts as caused by an action."""
REQUEST = "request_id"
"""Parameter of an event that names its request."""


def is_part_of(request: str, whole: str) -> bool:
    """Return whether `request` is `whole` or a child of it, `<whole>.<n>`; none is none."""
    return bool(whole) and (request == whole or request.startswith(f"{whole}."))
