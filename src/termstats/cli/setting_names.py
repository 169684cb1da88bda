"""What settings are called between the options that are typed and the commands that read them."""

from __future__ import annotations

FIXED = "fixed"
"""That the store and the viewer are not for who types the line to choose."""
MIN_GROUP = "min_group"
"""The value of `--min-group`."""
AUDIT = "audit_log"
"""The value of `--audit-log`."""
