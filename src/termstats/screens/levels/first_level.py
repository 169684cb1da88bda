"""The level to begin with: the one asked for, else the first that has what it is there for."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import is_figure
from termstats.data.model.errors import UsageError
from termstats.screens.frame.left_out import is_left_out
from termstats.screens.frame.session import SUBJECT, Session
from termstats.screens.frame.start import StartAt
from termstats.screens.levels.panels import LEVELS

_OF_ALL = tuple(level for level in Level if level not in SUBJECT)
"""Levels about everything: nothing has to be chosen there."""


def first_level(session: Session, start: StartAt) -> Level:
    """Return the level to open first.

    Of platforms that record no learning the backoffice is what there is to see.

    Raises:
        UsageError: no such level.
        NotAllowed: the viewer may not see the level asked for.
    """
    if start.screen:
        try:
            level = Level(start.screen)
        except ValueError:
            names = ", ".join(Level)
            raise UsageError(f"no screen {start.screen!r}; there are {names}") from None
        session.check(level)
        return level
    for level in (Level.LEARNER, Level.CLASS, Level.TRAINING):
        if SUBJECT[level] in session.chosen and session.may_see(level):
            return level
    seen = [level for level in _OF_ALL if session.may_see(level)]
    if seen:
        return max(seen, key=lambda level: _filled(session, level))
    return next(level for level in Level if session.may_see(level))


def _filled(session: Session, level: Level) -> tuple[bool, int]:
    """Return whether the panel that leads a level is there, then how many are; Global before all.

    A level that has what it leads with is no less for having fewer panels than another.
    """
    panels = LEVELS[level].panels
    known = [panel for panel in panels if is_figure(panel.figure_id)]
    about = (session.missing, session.scope)
    there = [panel for panel in known if not is_left_out(panel.figure_id, *about)]
    leads = panels[0] in there
    return leads, 0 if leads else len(there)
