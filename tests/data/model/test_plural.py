"""Words for one thing and for many."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.plural import counted, plural, singular
from tests.shared import ROOT

NOUNS = (
    *(
        "learner",
        "person",
        "class",
        "module",
        "activity",
        "attempt",
        "course",
        "response",
        "search",
    ),
    *("row", "day", "quiz", "box", "page", "series", "status", "sub-class", "enrolment", "entry"),
)


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        *(("learner", "learners"), ("person", "people"), ("class", "classes"), ("day", "days")),
        *(("activity", "activities"), ("search", "searches"), ("course", "courses")),
        *(("quiz", "quizzes"), ("box", "boxes"), ("series", "series")),
    ],
)
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many


def test_a_number_of_things() -> None:
    assert [counted(n, "person") for n in (0, 1, 2, 1_200)] == [
        *("0 people", "1 person", "2 people", "1,200 people")
    ]


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("1 trainings", "1 training"),
        ("1 classes · 1 modules, 1 failed", "1 class · 1 module, 1 failed"),
        ("21 trainings and 1,001 learners", "21 trainings and 1,001 learners"),
        ("0.1 points", "0.1 points"),
        ("412 of 431 people (not 1 bots)", "412 of 431 people (not 1 bot)"),
        ("1 page of 2", "1 page of 2"),
        ("1 people were never active", "1 person was never active"),
        ("1 of 1 people", "1 of 1 person"),
        ("1 others have none", "1 other has none"),
        ("phase 1 does it, class 1 has it, 1 class is open", None),
    ],
)
def test_one_is_not_many(many: str, one: str | None) -> None:
    assert singular(many) == (many if one is None else one)


@given(st.sampled_from(NOUNS), st.integers(0, 10_000))
def test_a_composed_phrase_is_put_right(noun: str, number: int) -> None:
    """Where the two ways to write a number of things meet, they say the same."""
    assert singular(f"{number:,} {plural(noun)}".replace("sub-", "")) == counted(
        number, noun.removeprefix("sub-")
    )


def by_hand() -> Iterator[str]:
    """Yield the places in the code that make a plural on their own."""
    own = re.compile(r"""['"]e?s['"] if |if [^\n]*!= 1 else ['"]['"]""")
    for path in sorted((ROOT / "src").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if own.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_no_plural_is_made_by_hand() -> None:
    assert list(by_hand()) == []
