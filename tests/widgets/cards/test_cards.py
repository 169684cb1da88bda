"""Cards: what they say, which have room, and what Enter opens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.data.model.table import Column, Kind, Row, Table, words
from termstats.widgets.cards.cards import Cards
from termstats.widgets.cards.spark import spark
from tests.widgets.host import Host

ROWS: tuple[tuple[Row, Kind], ...] = (
    (("users", 412, 409, 3), Kind.COUNT),
    (("new_users", 18, 20, -2), Kind.COUNT),
    (("active_users", 231, 219, 12), Kind.COUNT),
    (("progress", 64.0, 62.0, 2.0), Kind.PERCENT),
    (("completion", 32.0, 31.0, 1.0), Kind.PERCENT),
    (("completions", 389, 358, 31), Kind.COUNT),
    (("never_started", 57, 61, -4), Kind.COUNT),
    (("trainings", 12, 12, 0), Kind.COUNT),
    (("classes", 5, None, None), Kind.COUNT),
    (("time_spent", 5400, 1800, 3600), Kind.SECONDS),
)


def totals() -> Table:
    value = Kind.VALUE
    columns = (words("metric"), *(Column(name, value) for name in ("value", "previous", "change")))
    rows, kinds = tuple(row for row, _ in ROWS), tuple(kind for _, kind in ROWS)
    return Table("x.totals", "Totals", columns, rows, row_kinds=kinds)


class CardsHost(Host):
    def __init__(self, cards: Cards) -> None:
        super().__init__(cards)
        self.opened: list[str] = []

    def on_cards_opened(self, message: Cards.Opened) -> None:
        self.opened.append(message.metric)


async def test_five_cards_fit_80_columns_each_whole() -> None:
    cards = Cards()
    app = Host(cards)
    async with app.run_test(size=(80, 24)):
        cards.show(totals(), {"users": [0, 1, 2, 4]})
        heading, value, way = app.lines()
        assert heading.split("▎")[1:] == [
            name.ljust(15) for name in ("PEOPLE", "NEW", "ACTIVE", "PROGRESS", "COMPLETION")
        ]
        assert value.split("▎")[1:] == [
            "412        ▲ 3 ",
            "18         ▼ 2 ",
            "231       ▲ 12 ",
            "64 %       ▲ 2 ",
            "32 %       ▲ 1 ",
        ]
        # A quarter and a half of the highest are the third and the fifth of eight heights.
        assert way.split("▎")[1] == "▁▃▅█" + " " * 11
        assert {cell_len(line) for line in (heading, value, way)} == {80}


async def test_the_other_cards_are_reached_with_the_arrow() -> None:
    cards = Cards()
    app = CardsHost(cards)
    async with app.run_test(size=(80, 24)) as pilot:
        cards.show(totals())
        cards.focus()
        await pilot.press(*["right"] * 9)
        heading, value, _ = app.lines()
        assert "TIME" in heading
        # Value and change would meet: the change goes.
        assert value.split("▎")[5].split() == ["1", "h", "30", "min"]
        assert value.split("▎")[4].split() == ["5"]
        await pilot.press("enter")
        assert app.opened == ["time_spent"]


async def test_fewer_cards_than_before_are_shown_from_the_first() -> None:
    cards = Cards()
    app = CardsHost(cards)
    async with app.run_test(size=(80, 24)) as pilot:
        cards.show(totals())
        cards.focus()
        await pilot.press("end")
        assert "TIME" in app.lines()[0]
        few = totals()
        cards.show(few.with_rows(few.rows[:5], few.row_kinds[:5]))
        assert app.lines()[0].startswith("▎PEOPLE")


async def test_fewer_who_never_started_is_better() -> None:
    cards = Cards()
    app = Host(cards)
    async with app.run_test(size=(80, 24)):
        cards.show(totals())
        cards.current = 6
        styles = {
            line.plain[span.start : span.end].strip(): str(span.style)
            for line in cards.picture()
            for span in line.spans
        }
        assert styles["▲ 31"] == "better"
        assert styles["▼ 4"] == "better"
        cards.current = 1
        styles = {
            cards.picture()[1].plain[span.start : span.end]: str(span.style)
            for span in cards.picture()[1].spans
        }
        assert styles["▼ 2"] == "worse"


async def test_cards_in_ascii() -> None:
    cards = Cards()
    app = Host(cards, ascii_only=True)
    async with app.run_test(size=(120, 40)):
        cards.show(totals())
        assert "".join(app.lines()).isascii()
        assert "^ 3" in app.lines()[1]


def test_a_spark_is_zero_based_and_its_newest_part_stands_out() -> None:
    text = spark([0, 7, 7, 7], 10)
    assert text.plain == "▁███"
    assert [(span.start, span.end, span.style) for span in text.spans] == [
        (0, 3, "other"),
        (3, 4, "accent"),
    ]
    assert spark([1, 2, 3], 10).plain == ""
    assert spark([0, 0, 0, 0], 10).plain == ""


def test_the_spark_of_a_level_shows_its_own_span() -> None:
    assert spark([60, 64, 62, 68], 10, is_level=True).plain == "▁▅▃█"
    # One point is no cliff: a level spans 4 at least.
    assert spark([60, 60, 60, 61], 10, is_level=True).plain == "▆▆▆█"


@given(st.lists(st.floats(0, 1e6), max_size=400), st.integers(4, 30))
def test_a_spark_has_room_and_its_last_part_is_the_newest(values: list[float], cells: int) -> None:
    text = spark(values, cells).plain
    assert len(text) <= cells
    if text and len(values) <= cells:
        assert len(text) == len(values)


async def test_why_there_are_no_cards_is_said_whole_where_it_has_room() -> None:
    empty = "This source records no administrative actions. Import the activity log of another one."
    cards = Cards()
    async with CardsHost(cards).run_test(size=(60, 5)) as pilot:
        cards.table = Table("x.totals", "Totals", totals().columns, (), empty=empty)
        await pilot.pause()
        said = [line.plain.strip() for line in cards.picture()]
        assert " ".join(said) == empty and all(len(line) < 60 for line in said)
