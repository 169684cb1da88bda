"""Rules of scores and progress, by hand and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.enrolment_path import (
    BEFORE_ALL,
    CHANGES,
    AttemptFact,
    TrainingRule,
    changes,
    timeline,
)
from termstats.data.model.scoring import (
    ModuleRule,
    attempt_score,
    is_passed,
    kept_score,
    progress_percent,
    score_percent,
    training_score,
)
from termstats.data.model.units import DayNumber, RowId

SCORES = st.floats(0, 100)


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ([(5, 10), (10, 20), (0, 0)], 50.0),
        ([(0, 0), (0, 0)], 100.0),
        ([], None),
        ([(None, 10)], 0.0),
        ([(15, 10)], 100.0),
        ([(-3, 10)], 0.0),
    ],
)
def test_attempt_scores(answers: list[tuple[float | None, float]], score: float | None) -> None:
    assert attempt_score(answers) == score


def test_kept_scores() -> None:
    assert kept_score([70, 90, 60], "best") == 90
    assert kept_score([70, 90, 60], "newest") == 60
    assert kept_score([70, None], "newest") == 70
    assert kept_score([None], "best") is None


def test_passing() -> None:
    assert is_passed(50, 50) is True
    assert is_passed(49.99, 50) is False
    assert is_passed(0, 0) is True
    assert is_passed(None, 50) is None
    assert is_passed(10, None) is None


def test_training_scores() -> None:
    assert training_score([80, 61]) == 70.5
    assert training_score([80, None]) == 40
    assert training_score([]) is None


def test_points_as_percent() -> None:
    assert score_percent(7, 20) == 35
    assert score_percent(7, 0) is None
    assert score_percent(None, 20) is None
    assert score_percent(30, 20) == 100


@given(st.integers(0, 50), st.integers(0, 50), st.booleans())
def test_progress_never_exceeds_100(done: int, total: int, completed: bool) -> None:
    assert 0 <= progress_percent(done, total, completed) <= 100


def ids(*numbers: int) -> frozenset[RowId]:
    return frozenset(map(RowId, numbers))


def done(*pairs: tuple[int, int]) -> list[tuple[DayNumber, RowId]]:
    return [(DayNumber(day), RowId(activity)) for day, activity in pairs]


def tried(day: int, module: int, score: float, passed: bool) -> AttemptFact:
    return AttemptFact(DayNumber(day), RowId(module), score, passed)


ONE_DAY, TEN, TWENTY = DayNumber(1), RowId(10), RowId(20)
RULE = TrainingRule(
    path=ids(1, 2, 3, 4),
    mandatory={TEN: ModuleRule("best", 50.0), TWENTY: ModuleRule("newest", 50.0)},
    module_path={TEN: ids(1, 2), TWENTY: ids(3, 4)},
)


def test_a_history_by_hand() -> None:
    steps = timeline(
        RULE,
        started=DayNumber(100),
        completed=None,
        completions=done((101, 1), (101, 2), (103, 3), (104, 99)),
        attempts=[
            tried(101, 10, 80.0, True),
            tried(103, 20, 60.0, True),
            tried(105, 10, 40.0, False),  # best: the 80 stays
            tried(106, 20, 20.0, False),  # newest: the pass is gone
        ],
    )
    assert [tuple(step) for step in steps] == [
        (100, 0.0, 0.0, 0, 0),
        (101, 50.0, 40.0, 1, 1),
        (103, 75.0, 70.0, 2, 2),
        (105, 75.0, 70.0, 2, 3),
        (106, 75.0, 50.0, 1, 4),
    ]


def test_completion_is_100_percent_whatever_was_answered() -> None:
    started, completed = DayNumber(5), DayNumber(9)
    steps = timeline(
        RULE, started=started, completed=completed, completions=done((5, 1)), attempts=[]
    )
    assert [(step.day, step.progress) for step in steps] == [(5, 25.0), (9, 100.0)]


def test_a_module_without_a_mark_is_passed_by_finishing_it() -> None:
    rule = TrainingRule(ids(1, 2), {TEN: ModuleRule("best", None)}, {TEN: ids(1, 2)})
    completions = done((1, 1), (2, 2))
    steps = timeline(rule, started=ONE_DAY, completed=None, completions=completions, attempts=[])
    assert [step.modules_passed for step in steps] == [0, 1]


def test_stored_progress_counts_only_where_nothing_can_be_derived() -> None:
    bare = TrainingRule()
    steps = timeline(
        bare, started=ONE_DAY, completed=None, completions=[], attempts=[], stored_progress=40.0
    )
    assert [step.progress for step in steps] == [40.0]
    derived = timeline(
        RULE, started=ONE_DAY, completed=None, completions=[], attempts=[], stored_progress=40.0
    )
    assert [step.progress for step in derived] == [0.0]


def test_never_started_has_no_steps() -> None:
    assert timeline(RULE, started=None, completed=None, completions=[], attempts=[]) == []


@given(
    enrolled=st.none() | st.integers(1, 50).map(DayNumber),
    withdrawn=st.none() | st.integers(1, 80).map(DayNumber),
    completed=st.none() | st.integers(1, 80).map(DayNumber),
    completions=st.lists(st.tuples(st.integers(1, 90), st.integers(1, 5)), max_size=8),
    attempts=st.lists(
        st.tuples(st.integers(1, 90), st.sampled_from((10, 20, 30)), SCORES), max_size=8
    ),
)
def test_running_sums_of_changes_are_the_state(
    enrolled: DayNumber | None,
    withdrawn: DayNumber | None,
    completed: DayNumber | None,
    completions: list[tuple[int, int]],
    attempts: list[tuple[int, int, float]],
) -> None:
    facts = [
        tried(day, module, score, score >= 50)
        for day, module, score in sorted(attempts, key=lambda a: a[0])
    ]
    steps = timeline(
        RULE, started=None, completed=completed, completions=done(*completions), attempts=facts
    )
    assert [step.day for step in steps] == sorted({step.day for step in steps})
    assert all(0 <= step.progress <= 100 for step in steps)
    found = list(changes(enrolled, withdrawn, completed, steps))
    first = BEFORE_ALL if enrolled is None else enrolled
    assert min(day for day, _change in found) == first
    for end in range(100):
        state = [sum(c[i] for day, c in found if day <= end) for i in range(len(CHANGES))]
        last = [step for step in steps if step.day <= end]
        if end < first:
            assert state == [0] * len(CHANGES)
            continue
        assert state[0] == 1
        assert state[2] == int(completed is not None and completed <= end)
        assert state[3] == int(bool(last))
        assert state[4] == pytest.approx(last[-1].progress if last else 0)
        assert state[6] == pytest.approx((last[-1].score or 0) if last else 0)
