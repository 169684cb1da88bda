"""What support pastes into a ticket: who, how far, which answers, as of when; plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from termstats.data.model.request import Param
from termstats.data.model.table import Kind, Row, Table, show
from termstats.screens.levels.who import own_fields
from termstats.screens.pages.answer_words import STATES, points_words, value

PROFILE, TRAININGS, MODULES = "learner.profile", "learner.trainings", "learner.modules"
"""The figures that a ticket is made of, beside the answers."""


def ticket(
    profile: Table | None,
    trainings: Table | None,
    modules: Table | None,
    answers: Table,
    training: str,
    place: Sequence[str] = (),
) -> str:
    """Return the ticket of a learner in a training.

    Args:
        profile: Who it is.
        trainings: The learner's trainings, of which one is looked up.
        modules: The modules of that training.
        answers: `learner.answers` or `learner.wrong-answers`.
        training: The id of the training; empty: it is not known.
        place: Further lines before the answers: which attempt they are from.
    """
    lines = [_person(profile), *_standing(trainings, training), *_modules(modules), *place, ""]
    for row in answers.rows:
        lines += _answer(answers, row)
    if not answers.rows:
        lines.append(answers.empty)
    lines += ["", f"{answers.as_of}, zone {answers.zone}"]
    return "\n".join(lines) + "\n"


def _person(profile: Table | None) -> str:
    """Return `Ben Bauer (ben)`."""
    fields = own_fields(profile) if profile else {}
    name, username = fields.get("name"), fields.get("username")
    return f"{name or ''} ({username})" if username else str(name or "")


def _standing(trainings: Table | None, key: str) -> Iterator[str]:
    """Give `Safety Basics: in progress, progress 60 %, score 43 %`."""
    names = [column.name for column in trainings.columns] if trainings else []
    for number, row in enumerate(trainings.rows if trainings else ()):
        if trainings is None or row[names.index(f"{Param.TRAINING}_id")] != key:
            continue
        shown = {name: trainings.shown(number, at) for at, name in enumerate(names)}
        numbers = [f"{name} {shown[name]}" for name in ("progress", "score") if name in shown]
        yield f"{shown['training']}: {', '.join([shown['state'], *numbers])}"


def _modules(modules: Table | None) -> Iterator[str]:
    """Give `Modules: Intro passed 80 %; Fire failed 35 %`."""
    if modules is None:
        return
    each = [
        f"{value(modules, row, 'module')} {value(modules, row, 'state')}"
        + (f" {show(score, Kind.PERCENT)}" if score is not None else "")
        for row in modules.rows
        for score in [value(modules, row, "score")]
        if value(modules, row, "state") is not None
    ]
    if each:
        yield f"Modules: {'; '.join(each)}"


def _answer(answers: Table, row: Row) -> Iterator[str]:
    names = [column.name for column in answers.columns]
    module = f"{value(answers, row, 'module')}: " if "module" in names else ""
    state = str(value(answers, row, "state"))
    word = STATES[state][2] if state in STATES else state
    position = show(value(answers, row, "position"), Kind.COUNT)
    yield f"{position}. {module}{show(value(answers, row, 'question'), Kind.TEXT)}"
    yield f"   answer:  {show(value(answers, row, 'answer'), Kind.TEXT)}"
    yield f"   correct: {show(value(answers, row, 'correct_answer'), Kind.TEXT)}"
    yield f"   {word}, {points_words(answers, row)} points"
