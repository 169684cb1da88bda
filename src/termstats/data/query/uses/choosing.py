"""Chooses what platform use is read from: the one place that knows both ways."""

from __future__ import annotations

from termstats.data.model.filters import ErrorFilter
from termstats.data.query.day_parts import cut_days
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.query.uses.bitmaps import BitmapUses
from termstats.data.query.uses.protocol import Uses
from termstats.data.query.uses.rows import RowUses


def uses_of(question: Question, reader: Reader) -> Uses:
    """Return the platform use that a question is about.

    Bitmaps cost the same whatever the filters, but know whole days only and no errors: where days
    are cut into parts, and where errors are asked for, only single events can tell.
    """
    request = question.request
    if request.has_filter(ErrorFilter) or request.step is not None or cut_days(question):
        return RowUses(question, reader)
    return BitmapUses(question, reader)
