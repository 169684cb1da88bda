"""How large the smallest group may be of whose people numbers are shown. Imports nothing."""

from __future__ import annotations

SMALLEST, LARGEST = 2, 1_000
