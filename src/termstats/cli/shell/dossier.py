"""What support needs of one learner: who it is, what went wrong, and a ticket of it."""

from __future__ import annotations

from dataclasses import replace

from termstats.cli.shell.reading import read_at
from termstats.cli.shell.state import Place, State
from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.screens.frame.row_keys import resolve_keys
from termstats.screens.levels.troubles import training_warnings
from termstats.screens.levels.who import who_is
from termstats.screens.pages.ticket import MODULES, PROFILE, TRAININGS, ticket

WRONG = "learner.wrong-answers"
MOST_WARNINGS = 3


async def about_learner(state: State) -> list[str]:
    """Return who a learner is and what went wrong, each a line.

    Raises:
        TermstatsError: it cannot be read.
    """
    who = who_is(await _read(state, PROFILE, state.place))
    trainings = await _read(state, TRAININGS, state.place)
    facts = f"{', '.join((*who.facts, *who.warnings))}."
    return [facts, *training_warnings(trainings, state.view.stalled_days)[:MOST_WARNINGS]]


async def to_wrong_answers(state: State) -> State:
    """Return the state at the wrong answers of the training looked at, else of the first with any.

    Raises:
        UsageError: no learner is looked at, or there is no wrong answer.
    """
    place = _of_learner(state)
    if Param.TRAINING in place.entities:
        return state.at(replace(place, figure=WRONG))
    for key in map(str, (await _read(state, TRAININGS, place)).column("training_id")):
        about = await resolve_keys(state.session, {Param.TRAINING: key}, dict(place.entities))
        there = replace(place, entities=about, figure=WRONG)
        if (await read_at(state, there)).rows:
            return state.at(there)
    raise UsageError("no wrong answer in any training; list says what else there is")


async def ticket_lines(state: State) -> list[str]:
    """Return what is pasted into a ticket about a learner in a training.

    Raises:
        UsageError: no learner is looked at, or no training of theirs.
    """
    place = _of_learner(state)
    training = place.entities.get(Param.TRAINING)
    if training is None:
        raise UsageError("a ticket is about a training: open one of the learner's, then say ticket")
    profile, trainings, modules, wrong = [
        await _read(state, each, place) for each in (PROFILE, TRAININGS, MODULES, WRONG)
    ]
    text = ticket(profile, trainings, modules, wrong, training.key)
    return [line for line in text.splitlines() if line]


def _of_learner(state: State) -> Place:
    """Return the place of the learner who is looked at.

    Raises:
        UsageError: none is.
    """
    if Param.LEARNER not in state.place.entities:
        raise UsageError("choose a learner first: say learner and a name")
    return Place(Level.LEARNER, state.place.entities)


async def _read(state: State, figure_id: str, place: Place) -> Table:
    return await read_at(state, replace(place, figure=figure_id))
