"""Makes the screen for a level or a figure."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.messages import OpenFigure
from termstats.screens.frame.row_keys import keys_of, resolve_keys
from termstats.screens.frame.session import SUBJECT, Session
from termstats.screens.frame.stats_screen import StatsScreen


def screen_class(level: Level) -> type[LevelScreen]:
    """Return the screen of a level; it is loaded only when the level is opened."""
    match level:
        case Level.GLOBAL:
            from termstats.screens.levels.global_screen import GlobalScreen

            return GlobalScreen
        case Level.TRAINING:
            from termstats.screens.levels.training import TrainingScreen

            return TrainingScreen
        case Level.LEARNER:
            from termstats.screens.levels.learner import LearnerScreen

            return LearnerScreen
        case Level.CLASS:
            from termstats.screens.levels.class_screen import ClassScreen

            return ClassScreen
        case Level.BACKOFFICE:
            from termstats.screens.backoffice.screen import BackofficeScreen

            return BackofficeScreen


def level_screen(session: Session, level: Level) -> LevelScreen:
    """Return a screen of the level about what was last looked at there."""
    param = SUBJECT.get(level)
    chosen = session.chosen
    return screen_class(level)(session, {param: chosen[param]} if param in chosen else {})


async def screen_for(session: Session, message: OpenFigure) -> StatsScreen:
    """Return the screen of one figure; where a single row says little, what it opens.

    Raises:
        TermstatsError: the attempts cannot be read.
    """
    from termstats.screens.pages.answers import AnswersScreen
    from termstats.screens.pages.reconcile import ReconcileScreen

    entities, figure = dict(message.entities), find_figure(message.figure_id)
    if figure.skips_single_row and figure.row_opens:
        request = session.view.request(figure, entities)
        table = await run_figure(session.store, figure.id, request, session.scope)
        if len(table.rows) == 1:
            keys = keys_of(table, table.rows[0], figure.row_opens.params)
            entities = await resolve_keys(session, keys, entities)
            figure = find_figure(figure.row_opens.target)
    if figure.id == AnswersScreen.FIGURE:
        return AnswersScreen(session, message.level, entities, message.at)
    if figure.pages is not None:
        return ReconcileScreen(session, message.level, figure.id, entities)
    screen = FigureScreen(session, message.level, figure.id, entities, message.filters)
    screen.source, screen.called = message.source, message.name
    return screen
