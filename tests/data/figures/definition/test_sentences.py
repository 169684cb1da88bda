"""The sentence of a level: whole clauses, true words, the numbers of the cards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.definition.cards import COLUMNS, totals_rows
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.measures import MEASURES
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.sentence import sentences
from termstats.data.model.table import Table

LEVELS = [find_figure(f"{level}.totals") for level in Level]
LONG = (
    "{active_users} of {users} people {active_users:was|were} active{active_users:change}",
    "; {completions} {completions:enrolment|enrolments} completed",
    ", {never_started} never started",
)


def totals(now: dict[str, float | None], before: dict[str, float | None] | None = None) -> Table:
    made = totals_rows(now, before or {})
    return Table("x.totals", "X", COLUMNS, tuple(map(tuple, made.rows)), row_kinds=made.row_kinds)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (
            {"active_users": 116, "users": 412, "completions": 40, "never_started": 57},
            {"active_users": 78},
            "116 of 412 people were active, 38 more than before; 40 enrolments completed, "
            "57 never started.",
        ),
        (
            {"active_users": 1, "users": 3, "completions": 1, "never_started": 0},
            {"active_users": 2},
            "1 of 3 people was active, 1 fewer than before; 1 enrolment completed.",
        ),
        (
            {"active_users": 0, "users": 3, "completions": None},
            {"active_users": 0},
            "0 of 3 people were active, as many as before.",
        ),
        (
            {"active_users": 5, "completions": 2, "never_started": 12345},
            {},
            "2 enrolments completed, 12,345 never started.",
        ),
        ({"active_users": None}, {}, ""),
    ],
)
def test_clauses_are_whole_or_not_there(
    now: dict[str, float | None], before: dict[str, float | None], words: str
) -> None:
    made = sentences(totals(now, before), (LONG,))
    assert (made[0].words if made else "") == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [(64.4, 50.2, ", 14 points more than before"), (50, 51, ", 1 point less than before")]
    + [(50.2, 50.1, ", as before"), (50, None, "")],
)
def test_percentages_change_by_points(now: float, before: float | None, words: str) -> None:
    table = totals({"progress": now}, {"progress": before})
    said = sentences(table, (("progress {progress}{progress:change}",),))[0]
    assert said.words == f"Progress {now:.0f} %{words}."
    assert said.metrics == ("progress",)


VALUES = st.dictionaries(
    st.sampled_from(sorted(MEASURES)), st.none() | st.integers(0, 10**7), max_size=40
)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("global", "1 of 1 person was active."),
        ("training", "1 of 1 learner was active."),
        ("class", "1 of 1 member was active."),
    ],
)
def test_one_of_one_is_said_in_the_singular(level: str, words: str) -> None:
    table = totals({"active_users": 1.0, "users": 1.0})
    assert sentences(table, find_figure(f"{level}.totals").sentence)[0].words == words


@given(VALUES, VALUES)
def test_every_level_says_only_what_its_cards_show(
    now: dict[str, float | None], before: dict[str, float | None]
) -> None:
    table = totals(now, before)
    shown = {str(row[0]): table.shown(at, 1) for at, row in enumerate(table.rows)}
    for figure in LEVELS:
        for sentence in sentences(table, figure.sentence):
            assert sentence.words.endswith(".")
            assert "  " not in sentence.words
            assert not any(f"{mark}{mark}" in sentence.words for mark in ".,;")
            for part in sentence.parts:
                if part.metric:
                    assert part.words == shown[part.metric]


def test_every_level_has_a_sentence_about_its_own_cards() -> None:
    for figure in LEVELS:
        assert len(figure.sentence) >= 3
        named = {name for wording in figure.sentence for name in _metrics(wording)}
        assert named <= set(dict(figure.cards))


def _metrics(wording: tuple[str, ...]) -> set[str]:
    filled = totals(dict.fromkeys(MEASURES, 7.0))
    return set(sentences(filled, (wording,))[0].metrics)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("global", "310 of 581 active, 65 more than a year before; 202 never started."),
        ("training", "310 of 581 active, 65 more than a year before; 202 never started."),
        ("class", "310 of 581 active, 65 more than a year before; 202 never started."),
    ],
)
def test_a_change_since_a_year_before_fits_eighty_columns(level: str, words: str) -> None:
    now: dict[str, float | None] = {
        "active_users": 310.0,
        "users": 581.0,
        "completions": 167.0,
        "never_started": 202.0,
    }
    now |= {"progress": 67.0, "passed": 78.0, "failed": 12.0}
    table = replace(totals(now, {"active_users": 245, "progress": 63}), before="a year before")
    made = sentences(table, find_figure(f"{level}.totals").sentence)
    fitting = [each.words for each in made if len(each.words) <= 78]
    assert fitting[0] == words
