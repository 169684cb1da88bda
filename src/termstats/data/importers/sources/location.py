"""Where a source lies, as it may be shown."""

from __future__ import annotations

import re


def masked(location: str) -> str:
    """Return `location` as it may be shown and stored: without the password of a URL."""
    hidden = re.sub(r"^([^:/]+://[^:/@]*):.*@", r"\1:***@", location)
    return re.sub(r"(://.*[?&][^=&]*pass[^=&]*=)[^&]*", r"\1***", hidden, flags=re.IGNORECASE)
