"""A platform's numbers beside ours: what differs stands first, and says so."""

from termstats.cli.shell.comparing import differing_first, page_row_words
from termstats.data.model.table import Column, Kind, Table, number, words

COLUMNS = (
    words("page"),
    words("figure"),
    words("key"),
    words("platform"),
    number("platform_raw"),
    Column("termstats", Kind.VALUE),
    words("reason"),
)
TABLE = Table(
    "reconcile.opigno",
    "What Opigno shows",
    COLUMNS,
    (
        ("dashboard", "users", None, "13", 13.0, 13, ""),
        ("dashboard", "skill_score", "First aid", "50%", 0.5, None, "of a skill that is gone"),
        ("dashboard", "active_users", "3", "2", 2.0, 1, "staff are counted"),
        ("dashboard", "progress", None, None, None, 53.0, "no page says it"),
    ),
    row_kinds=(Kind.COUNT, Kind.PERCENT, Kind.COUNT, Kind.PERCENT),
)


def test_what_differs_is_said_first() -> None:
    assert differing_first(TABLE, [0, 1, 2, 3]) == [2, 3, 1, 0]
    assert differing_first(TABLE, [1, 0]) == [1, 0]


def test_a_row_says_both_numbers_and_whether_they_are_the_same() -> None:
    assert [page_row_words(TABLE, row) for row in range(4)] == [
        "users: platform 13, termstats 13, the same",
        "skill score First aid: platform 50%, not counted here",
        "active users 3: platform 2, termstats 1, differs",
        "progress: platform nothing, termstats 53 %, differs",
    ]
