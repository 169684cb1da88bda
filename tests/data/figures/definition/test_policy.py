"""What figures declare fits the figures: rooms, columns that exist, figures that exist."""

from __future__ import annotations

import pytest

from termstats.data.figures.definition.figure import Figure, Level, SideScreen
from termstats.data.figures.definition.measures import MEASURES
from termstats.data.figures.definition.policy import (
    ANY_FILTER,
    OF_LEARNING,
    SERIES,
    WHO_AND_WHEN,
    Counts,
    Option,
)
from termstats.data.figures.definition.registry import figure, figures, find_figure, is_figure
from termstats.data.figures.definition.rooms import ROOMS
from termstats.data.model.errors import UsageError
from termstats.data.model.filter_base import OBJECTS
from termstats.data.model.table import KEY, METRIC, count

EVERY = pytest.mark.parametrize("each", figures().values(), ids=lambda each: each.id)


def columns_of(figure_id: str) -> set[str]:
    return {column.name for column in find_figure(figure_id).columns}


@EVERY
def test_a_figure_stands_in_a_room_of_its_id(each: Figure) -> None:
    module = each.compute.__module__.removeprefix("termstats.data.figures.")
    rooms = ROOMS[each.id.partition(".")[0]]
    assert any(module == room or module.startswith(f"{room}.") for room in rooms)


@EVERY
def test_declared_columns_exist(each: Figure) -> None:
    if not each.columns:  # they depend on the data
        return
    names = columns_of(each.id) | {KEY}
    assert set(each.lead) <= names
    if each.row_opens:
        assert {column for _, column in each.row_opens.params} <= names
    for name, door in each.behind:
        assert {column for _, column in door.params} <= names
        is_card = METRIC in names and name in MEASURES
        # Some are columns of the wide layout.
        assert is_card or Option.WIDE in each.options or name in names
        assert not door.counts or door.counts in columns_of(door.target)
    if each.start:
        chosen = {f"{each.start.chosen}_id"} if each.start.chosen else set()
        assert {"state", "score", each.start.tried, *chosen} <= names


@EVERY
def test_declared_figures_exist(each: Figure) -> None:
    opened = {door.target for _, door in each.behind}
    opened |= {each.row_opens.target} if each.row_opens else set()
    named = opened | {each.pane} | {target for _, target in each.cards}
    named |= {each.details.target} if each.details else set()
    for target in named - {"", *Level}:
        assert is_figure(target), target


@EVERY
def test_details_name_columns_that_exist(each: Figure) -> None:
    if (details := each.details) is None:
        return
    names, target = columns_of(each.id), columns_of(details.target)
    assert {column for _, column in details.filters} <= names
    assert {name for name, _ in details.numbers} | ({details.needs} - {""}) <= names
    assert {column for _, (column, _text) in details.numbers} <= target
    if details.row_search:
        assert details.row_search[0] in target
        assert details.row_search[1] in {SERIES, *names}


def test_a_level_says_what_its_figures_leave_out() -> None:
    assert find_figure("backoffice.log").counts is Counts.ACTORS
    assert find_figure("backoffice.log").filters == ANY_FILTER
    assert find_figure("backoffice.datasets").filters == OBJECTS
    assert find_figure("global.trainings").counts is Counts.LEARNERS
    assert find_figure("global.trainings").filters == OF_LEARNING
    assert find_figure("training.learners").needs == ("training",)
    assert find_figure("reconcile.opigno").options == {Option.MONTH}


def test_collaboration_is_of_learners_on_the_backoffice_level() -> None:
    of_collaboration = [each for each in figures().values() if Option.WIDE in each.options]
    assert "collaboration.courses" in [each.id for each in of_collaboration]
    for each in of_collaboration:
        assert (each.level, each.counts) == (Level.BACKOFFICE, Counts.LEARNERS)
        assert each.filters == WHO_AND_WHEN


def test_every_comparison_says_which_platform_it_is_of() -> None:
    for each in figures().values():
        assert (each.pages is not None) is (each.level is SideScreen.RECONCILE), each.id


def test_a_figure_is_registered_once() -> None:
    with pytest.raises(ValueError, match=r"global\.totals is defined twice"):
        figure("global.totals", title="T", level=Level.GLOBAL, columns=(count("n"),))(
            find_figure("global.totals").compute
        )


def test_an_unknown_figure_is_told_what_is_near() -> None:
    with pytest.raises(UsageError, match=r"did you mean .*global\.trainings"):
        find_figure("site.trainings")
    with pytest.raises(UsageError, match=r"no figure 'nothing' List them"):
        find_figure("nothing")
