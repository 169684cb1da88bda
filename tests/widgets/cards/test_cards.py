"""Cards: what they say, which have room, and what Enter opens."""

from __future__ import annotations

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


async def test_the_first_seven_cards_fit_80_columns() -> None:
    cards = Cards()
    app = Host(cards)
    async with app.run_test(size=(80, 24)):
        cards.show(totals())
        heading, value, change = app.lines()
        assert heading.split("  ")[0].strip() == "USERS"
        assert "NEVER STARTED" in heading
        assert value.split()[:4] == ["412", "18", "231", "64"]
        assert change.split() == [
            "+3",
            "▲",
            "-2",
            "▼",
            "+12",
            "▲",
            "+2",
            "▲",
            "+1",
            "▲",
            "+31",
            "▲",
            "-4",
            "▼",
        ]
        assert "+3 >" in value
        assert max(map(cell_len, (heading, value, change))) <= 80


async def test_the_other_cards_are_reached_with_the_arrow() -> None:
    cards = Cards()
    app = CardsHost(cards)
    async with app.run_test(size=(80, 24)) as pilot:
        cards.show(totals())
        cards.focus()
        await pilot.press(*["right"] * 9)
        heading, value, change = app.lines()
        assert "TIME" in heading
        assert "1 h 30 min" in value
        assert "+1 h ▲" in change
        await pilot.press("enter")
        assert app.opened == ["time_spent"]


async def test_fewer_who_never_started_is_better() -> None:
    cards = Cards()
    app = Host(cards)
    async with app.run_test(size=(80, 24)):
        cards.show(totals())
        change = cards.picture()[2]
        styles = {
            change.plain[span.start : span.end].strip(): str(span.style)
            for span in change.spans
            if span.style != "reverse"
        }
        assert styles["+3 ▲"] == "better"
        assert styles["-2 ▼"] == "worse"
        assert styles["-4 ▼"] == "better"


async def test_cards_in_ascii() -> None:
    cards = Cards()
    app = Host(cards, ascii_only=True)
    async with app.run_test(size=(120, 40)):
        cards.show(totals(), {"users": [1, 2, 3]})
        assert "".join(app.lines()).isascii()
        assert "+3 ^" in app.lines()[2]


async def test_sparks_where_the_terminal_is_wide() -> None:
    cards = Cards()
    app = Host(cards)
    async with app.run_test(size=(120, 40)):
        cards.show(totals(), {"users": [0, 4, 8]})
        assert "+3 ▲ ▁▅█" in app.lines()[2]


def test_a_spark_is_zero_based_and_short() -> None:
    assert spark([0, 7]) == "▁█"
    assert spark([0, 0]) == ""
    assert len(spark(range(100))) <= 8
