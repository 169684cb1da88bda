"""What the rows of a figure are: never "rows", in words of the field, in the singular."""

from __future__ import annotations

from dataclasses import replace

import pytest

from termstats.data.figures.definition.registry import figures, find_figure
from termstats.data.model.plural import noun_of, plural
from termstats.data.model.table import Table

NO_NOUNS = {"at", "field", "finished", "metric", "name", "position", "row", "timestamp", "title"}
"""Names of columns that say nothing of what a row is."""


@pytest.mark.parametrize("figure_id", figures())
def test_every_figure_says_what_its_rows_are(figure_id: str) -> None:
    noun = find_figure(figure_id).noun
    assert noun.isalpha() and noun.islower() and noun not in NO_NOUNS
    assert noun_of(plural(noun)) == noun and noun_of(noun) == noun


@pytest.mark.parametrize(
    ("figure_id", "noun"),
    [
        ("backoffice.log", "action"),  # said
        ("global.behind-people", "person"),  # the unit of a list
        ("training.learners", "learner"),  # the first column that is shown
        ("backoffice.users", "user"),  # its unit is that of the chart
        ("class.learners", "enrolment"),
        ("global.activity", "day"),
    ],
)
def test_what_rows_are(figure_id: str, noun: str) -> None:
    assert find_figure(figure_id).noun == noun


def test_rows_are_counted_in_words() -> None:
    table = Table("x", "", (), ((), ()), noun="person")
    assert [table.counted(number) for number in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
    assert Table("x", "", (), ()).counted(1) == "1 row"
    more = replace(table, after="here")
    assert more.counted(2) == "2+ people"
    assert more.counted(1) == "1 person"  # of a row search
