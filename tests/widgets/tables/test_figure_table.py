"""FigureTable: order, filter, pages, and the row that stays under the cursor."""

from __future__ import annotations

from datetime import date, timedelta

from textual.app import ComposeResult
from textual.widgets import DataTable
from textual.widgets.data_table import ColumnKey

from termstats.data.model.table import Row, Table, count, day, ident, percent, words
from termstats.widgets import STYLES
from termstats.widgets.look.themed import Themed
from termstats.widgets.tables.figure_table import FigureTable
from termstats.widgets.tables.grid import RowGrid

COLUMNS = (ident("learner_id"), words("learner"), percent("score"), day("last"))
ANA: Row = ("7", "Ana", 79.0, date(2026, 11, 3))
BEN: Row = ("9", "ben", None, date(2026, 11, 1))
CHO: Row = ("3", "Cho", 100.0, None)


def learners(*rows: Row, after: str | None = None, figure_id: str = "x.learners") -> Table:
    return Table(figure_id, "Learners", COLUMNS, rows, after=after)


def many(number: int, start: int = 0, after: str | None = None) -> Table:
    first = date(2026, 1, 1)
    return learners(
        *(
            (str(n), f"Person {n}", float(n % 100), first + timedelta(n))
            for n in range(start, start + number)
        ),
        after=after,
    )


class Host(Themed[None]):
    CSS_PATH = STYLES

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self.opened: list[tuple[int, Row]] = []
        self.moved: list[int] = []
        self.asked: list[str] = []

    def compose(self) -> ComposeResult:
        yield FigureTable()

    @property
    def rows(self) -> FigureTable:
        return self.query_one(FigureTable)

    def on_mount(self) -> None:
        self.rows.show(self.table)
        self.rows.grid.focus()

    def on_figure_table_row_opened(self, message: FigureTable.RowOpened) -> None:
        self.opened.append((message.row_index, message.row))

    def on_figure_table_row_moved(self, message: FigureTable.RowMoved) -> None:
        self.moved.append(message.row_index)

    def on_figure_table_need_more(self, message: FigureTable.NeedMore) -> None:
        self.asked.append(message.after)

    def shown(self) -> list[str]:
        """Return the names from top to bottom."""
        return [str(self.rows.grid.get_row_at(n)[0]) for n in range(self.rows.grid.row_count)]

    def exported(self) -> list[str]:
        table = self.rows.shown_table()
        assert table is not None
        return [str(name) for name in table.column("learner")]


def headings(app: Host) -> list[str]:
    return [str(column.label) for column in app.rows.grid.ordered_columns]


async def test_a_click_on_a_column_that_has_gone_sorts_nothing() -> None:
    app = Host(learners(CHO, ANA))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        label = app.rows.grid.ordered_columns[-1].label
        gone = DataTable.HeaderSelected(app.rows.grid, ColumnKey("gone"), 3, label)
        app.rows.grid.post_message(gone)
        await pilot.pause()
        assert app.shown() == ["Cho", "Ana"]


async def test_ids_are_not_shown_and_no_value_is_a_dash() -> None:
    app = Host(learners(ANA, BEN, CHO))
    async with app.run_test(size=(80, 24)):
        assert headings(app) == ["Learner", "Score", "Last"]
        assert [str(cell) for cell in app.rows.grid.get_row_at(1)] == [
            *("ben", " " * 15 + "–", "2026-11-01")
        ]


async def test_s_sorts_words_upwards_then_downwards_then_not() -> None:
    app = Host(learners(CHO, BEN, ANA))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        assert app.shown() == ["Ana", "ben", "Cho"]
        assert "▲" in str(app.rows.grid.ordered_columns[0].label)
        await pilot.press("s")
        assert app.shown() == ["Cho", "ben", "Ana"]
        await pilot.press("s")
        assert app.shown() == ["Cho", "ben", "Ana"]
        assert app.rows.status == ""


async def test_scores_sort_upwards_first_and_no_value_stays_last() -> None:
    app = Host(learners(BEN, CHO, ANA))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "s")
        assert app.shown() == ["Ana", "Cho", "ben"]
        assert app.rows.order_words == "by score"
        assert headings(app)[1] == "Score ▲"
        await pilot.press("s")
        assert app.shown() == ["Cho", "Ana", "ben"]
        await pilot.press("s")
        assert app.shown() == ["ben", "Cho", "Ana"]
        assert app.rows.order_words == ""


async def test_the_export_has_the_order_and_filter_of_the_screen() -> None:
    app = Host(learners(BEN, ANA, CHO))
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.sort("learner", reverse=True)
        app.rows.search("N")
        await pilot.pause()
        assert app.exported() == ["ben", "Ana"]
        assert app.rows.status.startswith("2 of 3 rows")


async def test_a_filter_looks_at_cells_as_they_are_written() -> None:
    app = Host(learners(BEN, ANA, CHO))
    async with app.run_test(size=(80, 24)):
        app.rows.search("79 %")
        assert app.exported() == ["Ana"]
        app.rows.search("2026-11-01")
        assert app.exported() == ["ben"]
        app.rows.search("")
        assert len(app.exported()) == 3


async def test_the_cursor_stays_on_its_person_when_the_figure_is_read_again() -> None:
    app = Host(learners(ANA, BEN, CHO))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down")
        assert app.rows.row == CHO
        app.rows.show(learners(CHO, ANA))
        await pilot.pause()
        assert app.rows.row == CHO
        assert app.rows.row_index == 0
        app.rows.show(learners(ANA, BEN, CHO, figure_id="y.other"))
        await pilot.pause()
        assert app.rows.row == ANA


async def test_messages_name_the_row_of_the_table_whatever_the_order() -> None:
    app = Host(learners(CHO, BEN, ANA))
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.sort("learner", reverse=False)
        await pilot.press("home", "enter")
        assert app.opened == [(2, ANA)]
        await pilot.press("down")
        assert app.moved[-1] == 1


async def test_pages_of_200_rows_and_the_export_has_them_all() -> None:
    app = Host(many(450))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.rows.grid.row_count == 200
        assert "page 1 of 3" in app.rows.status
        await pilot.press("greater_than_sign", "greater_than_sign")
        assert app.rows.grid.row_count == 50
        assert app.shown()[0] == "Person 400"
        await pilot.press("greater_than_sign")
        assert app.shown()[0] == "Person 400"
        await pilot.press("less_than_sign")
        assert app.shown()[0] == "Person 200"
        assert len(app.exported()) == 450


async def test_the_end_of_a_log_asks_once_for_more() -> None:
    app = Host(many(200, after="p2"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.asked == []
        await pilot.press("end")
        assert app.asked == ["p2"]
        await pilot.press("greater_than_sign")
        assert app.asked == ["p2"]
        app.rows.extend(many(30, start=200))
        await pilot.pause()
        assert app.rows.row is not None
        assert len(app.exported()) == 230
        await pilot.press("greater_than_sign")
        assert app.shown()[0] == "Person 200"
        await pilot.press("end", "greater_than_sign")
        assert app.asked == ["p2"]


async def test_select_puts_the_cursor_on_a_row_of_any_page() -> None:
    app = Host(many(450))
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.select(333)
        await pilot.pause()
        assert app.rows.row_index == 333


async def test_names_lose_their_end_where_there_is_no_room() -> None:
    long = "Advanced leadership in very large organisations for experienced people, part 2"
    app = Host(learners(("1", long, 5.0, None)))
    async with app.run_test(size=(60, 15)):
        # 43 cells without the bar of the score, which takes 5.
        assert app.shown() == ["Advanced leadership in very large…"]
        assert headings(app) == ["Learner", "Score", "Last"]


async def test_letters_without_a_key_jump_to_a_name() -> None:
    app = Host(learners(ANA, BEN, ("5", "Émile Dabo", 1.0, None), ("6", "Emma", 2.0, None)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        assert app.rows.row_index == 2
        await pilot.press("m", "m")
        assert app.rows.row_index == 3
        await pilot.press("z")
        assert app.rows.row_index == 3
        # s sorts: it has a key.
        await pilot.press("s")
        assert app.rows.order_words == "by learner"


async def test_columns_without_a_value_stand_last_and_stay_when_more_rows_come() -> None:
    app = Host(learners(("9", "Ben", None, date(2026, 11, 1)), after="p2"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert headings(app) == ["Learner", "Last", "Score"]
        app.rows.extend(learners(ANA))
        await pilot.pause()
        assert app.shown() == ["Ben", "Ana"]
        assert headings(app) == ["Learner", "Last", "Score"]
        app.rows.show(learners(ANA, BEN))
        await pilot.pause()
        assert headings(app) == ["Learner", "Score", "Last"]


async def test_columns_beyond_the_edge_come_into_view() -> None:
    columns = (words("learner"), *(count(f"a_rather_wide_column_{n}") for n in range(8)))
    app = Host(Table("x.wide", "Wide", columns, (("Ana", *range(8)),)))
    async with app.run_test(size=(60, 15)) as pilot:
        # 58 cells hold a name of 7 and two numbers of 22, with 2 around each.
        assert headings(app) == ["Learner", *(f"A rather wide column {n}" for n in range(2))]
        assert app.rows.status == "6 more columns →"
        await pilot.press("left")
        assert app.rows.chosen == 8
        assert headings(app) == ["Learner", *(f"A rather wide column {n}" for n in (6, 7))]
        assert app.rows.grid.virtual_size.width <= app.rows.grid.size.width


async def test_an_order_of_a_log_says_that_it_orders_what_was_read() -> None:
    app = Host(many(200, after="p2"))
    async with app.run_test(size=(80, 24)):
        app.rows.sort("score")
        assert app.rows.order_words == "by score (rows read so far)"


async def test_a_click_on_a_heading_sorts() -> None:
    app = Host(learners(BEN, ANA, CHO))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(RowGrid, offset=(3, 0))
        assert app.shown() == ["Ana", "ben", "Cho"]
