"""A class is first looked at in its own dates; other levels keep the period that was there."""

from __future__ import annotations

from dataclasses import replace

from termstats.data.model.entity import Entity
from termstats.data.query.class_dates import class_period
from termstats.screens.frame.session import ClassWindow, Session


async def look_at_class(session: Session, class_: Entity) -> None:
    """Look at a class in its own dates, unless a period was chosen: for all, or while there.

    Raises:
        TermstatsError: the store cannot be read.
    """
    window = session.window
    if window is None or window.class_id != class_.id:
        leave_class(session)
    if session.window or session.is_period_chosen or class_.id in session.periods_chosen:
        return
    period = await class_period(session.store, class_)
    if period is not None and period != session.view.period:
        session.window = ClassWindow(class_.id, period, session.view.period)
        session.view = replace(session.view, period=period)


def leave_class(session: Session) -> None:
    """Go back to the period that was there before a class, unless another one was chosen since."""
    window = session.window
    if window is None:
        return
    session.window = None
    if session.view.period == window.period:
        session.view = replace(session.view, period=window.before)
    else:
        session.periods_chosen = session.periods_chosen | {window.class_id}
