"""Makes the screen for a level or a figure."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level, SideScreen
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import Param
from termstats.data.query.search import resolve
from termstats.screens.backoffice.screen import BackofficeScreen
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.session import SUBJECT, OpenFigure, Session
from termstats.screens.frame.stats_screen import StatsScreen
from termstats.screens.levels.class_screen import ClassScreen
from termstats.screens.levels.global_screen import GlobalScreen
from termstats.screens.levels.learner import LearnerScreen
from termstats.screens.levels.training import TrainingScreen
from termstats.screens.pages.answer_words import attempt_numbers
from termstats.screens.pages.answers import ATTEMPTS, FIGURE, AnswersScreen
from termstats.screens.pages.reconcile import ReconcileScreen

SCREENS: dict[Level, type[LevelScreen]] = {
    Level.GLOBAL: GlobalScreen,
    Level.TRAINING: TrainingScreen,
    Level.LEARNER: LearnerScreen,
    Level.CLASS: ClassScreen,
    Level.BACKOFFICE: BackofficeScreen,
}


def level_screen(session: Session, level: Level) -> LevelScreen:
    """Return a screen of the level about what was last looked at there."""
    param = SUBJECT.get(level)
    chosen = session.chosen
    return SCREENS[level](session, {param: chosen[param]} if param in chosen else {})


async def screen_for(session: Session, message: OpenFigure) -> StatsScreen:
    """Return the screen of one figure; a single attempt opens as its answers at once.

    Raises:
        TermstatsError: the attempts cannot be read.
    """
    entities, figure_id = dict(message.entities), message.figure_id
    if figure_id == ATTEMPTS:
        request = session.view.request(find_figure(ATTEMPTS), entities)
        attempts = attempt_numbers(
            await run_figure(session.store, ATTEMPTS, request, session.scope)
        )
        if len(attempts) == 1:
            entities[Param.ATTEMPT] = await resolve(
                session.store, session.scope, Param.ATTEMPT, attempts[0]
            )
            figure_id = FIGURE
    if figure_id == FIGURE:
        return AnswersScreen(session, message.level, entities)
    if find_figure(figure_id).level == SideScreen.RECONCILE:
        return ReconcileScreen(session, message.level, figure_id, entities)
    return FigureScreen(session, message.level, figure_id, entities, message.only)
