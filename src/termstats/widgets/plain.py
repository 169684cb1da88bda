"""Marks of our own in ASCII, for terminals and locales that have nothing else."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_MARKS = str.maketrans("…·–→‹›“”▲▁▂▃▄▅▆▇█", '~|-><>""!_.,-=+*#')


class PlainMarks(LineFilter):
    """Writes separators, ellipses and sparklines in ASCII; letters of names stay as they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line with each mark replaced by one of the same width."""
        return [segment._replace(text=segment.text.translate(_MARKS)) for segment in segments]


PLAIN_MARKS = PlainMarks()
