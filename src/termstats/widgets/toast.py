"""What a toast says. No terminal here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Toast:
    """What is said; an error stays until a key is pressed."""

    words: str
    is_error: bool = False
    copies: str = ""
    """What `y` and `o` copy while it stands there: the path of an export."""
