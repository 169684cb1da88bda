"""The order of cards: what matters most first, every card once, each with its own kind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.definition.cards import COLUMNS, by_importance, totals_rows
from termstats.data.figures.definition.measures import MEASURES
from termstats.data.model.table import Table
from termstats.widgets.tables.cells import cell_text

METRICS = st.lists(st.sampled_from(sorted(MEASURES)), unique=True)


def totals(metrics: list[str]) -> Table:
    made = totals_rows(dict.fromkeys(metrics, 1.0), {})
    return Table("x.totals", "X", COLUMNS, tuple(map(tuple, made.rows)), row_kinds=made.row_kinds)


def test_named_cards_come_first_and_the_others_keep_their_order() -> None:
    table = by_importance(totals(["users", "progress", "classes", "actions"]), ("actions", "x"))
    assert table.column("metric") == ["actions", "users", "progress", "classes"]


@given(METRICS, METRICS)
def test_every_card_stays_what_it_is(metrics: list[str], first: list[str]) -> None:
    table = by_importance(totals(metrics), first)
    assert sorted(map(str, table.column("metric"))) == sorted(metrics)
    kinds = [table.kind(row, 1) for row in range(len(table.rows))]
    assert kinds == [MEASURES[str(metric)].kind for metric in table.column("metric")]


def test_people_read_what_a_number_is_called_and_files_keep_its_name() -> None:
    made = totals_rows({"new_users": 3, "never_started": 2, "trainings": 1, "queries": 0}, {})
    table = Table("x.totals", "X", made.columns or COLUMNS, tuple(map(tuple, made.rows)))
    assert [table.shown(row, 0) for row in range(4)] == [
        *("New people", "Never started", "Published trainings", "Queries")
    ]
    assert table.column("metric") == ["new_users", "never_started", "trainings", "queries"]
    assert cell_text(table, 0, 0, 20, 0, plain=True).plain == "New people"


def test_a_change_of_a_percentage_is_read_in_points() -> None:
    now, before = {"progress": 64.0, "users": 5.0}, {"progress": 60.4, "users": 4.0}
    rows = totals_rows(now, before)
    cells = tuple(map(tuple, rows.rows))
    table = Table("x.totals", "X", rows.columns or (), cells, row_kinds=rows.row_kinds)
    shown = [[table.shown(row, at) for at in (1, 2, 3)] for row in (0, 1)]
    assert shown == [["64 %", "60 %", "4 points"], ["5", "4", "1"]]
    assert cell_text(table, 0, 3, 20, 0, plain=True).plain == "4 points"
