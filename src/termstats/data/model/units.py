"""Names for numbers that must not be mixed up: what is counted, and from where.

To the program they are plain integers; the type checker tells them apart. A sum of two of them is
a plain integer again: say what it is where it goes on.
"""

from __future__ import annotations

from typing import NewType

Second = NewType("Second", int)
"""A moment: seconds since 1970-01-01 00:00 UTC."""
DayNumber = NewType("DayNumber", int)
"""A local day: days since 1970-01-01, as the day tables count."""
EventId = NewType("EventId", int)
"""The id of an event: its second and, in the low bits, its place within the second."""
RowId = NewType("RowId", int)
"""The id of a row of any other table of a store: of a person, a training, a class, an object...

Not the platform's own id: that is the row's `key`.
"""
