"""Cards and the lines of the frame."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from termstats.data.model.table import Column, Kind, Row, Table, words
from termstats.widgets import STYLES
from termstats.widgets.cards import Cards, spark
from termstats.widgets.frame import (
    KeyLine,
    LevelLine,
    LevelName,
    PanelStrip,
    StateLine,
    TooSmall,
)
from termstats.widgets.lines import LinesWidget

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


class Host(App[None]):
    CSS_PATH = STYLES

    def __init__(self, widget: LinesWidget, ascii_only: bool = False) -> None:
        super().__init__()
        self.widget = widget
        self.ascii_only = ascii_only
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_cards_opened(self, message: Cards.Opened) -> None:
        self.opened.append(message.metric)

    def lines(self) -> list[str]:
        return [line.plain for line in self.widget.picture()]


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
    app = Host(cards)
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
        assert styles["+3 ▲"] == "green"
        assert styles["-2 ▼"] == "red"
        assert styles["-4 ▼"] == "green"


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


async def test_the_level_line_marks_the_current_level_and_fits() -> None:
    line = LevelLine()
    app = Host(line)
    async with app.run_test(size=(80, 24)):
        line.store, line.mark, line.current = "Academy", "SNAPSHOT 20 Nov", "2"
        names = ["Global", "Training", "Learner", "Class", "Backoffice"]
        line.levels = tuple(
            LevelName(str(n), name, "A training with a long name" if n == 2 else "")
            for n, name in enumerate(names, start=1)
        )
        assert app.lines() == [
            " Academy  SNAPSHOT 20 Nov   1 Global [2 Training] 3 Learner 4 Class 5 Backoffice"
        ]
        line.viewer = "as tina (coach)"
        (found,) = app.lines()
        assert found.endswith("as tina (coach)")
        assert cell_len(found) <= 80


async def test_the_state_line_shortens_its_longest_part() -> None:
    line = StateLine()
    app = Host(line)
    async with app.run_test(size=(60, 24)):
        line.parts = ("2026-10-22..11-20 UTC", "412 of 431 people, and a very long reason", "18:00")
        (found,) = app.lines()
        assert found.startswith(" 2026-10-22..11-20 UTC · 412 of")
        assert found.endswith(" · 18:00")
        assert cell_len(found) == 60


async def test_the_state_line_keeps_the_period_longest() -> None:
    line = StateLine()
    app = Host(line)
    period = "[2026-11-20 17:30, 19:00) Europe/Paris"
    async with app.run_test(size=(80, 24)):
        line.parts = (period, "only person ana or bo", "412 of 431 people")
        (found,) = app.lines()
        assert found.startswith(f" {period} · ")
        assert cell_len(found) <= 80


@pytest.mark.parametrize("current", range(6))
async def test_the_strip_shows_the_current_panel_and_counts_the_rest(current: int) -> None:
    strip = PanelStrip()
    app = Host(strip)
    names = ("Active users", "Activity", "Progress", "Trainings", "Classes", "Attention 57")
    async with app.run_test(size=(40, 24)):
        strip.names, strip.current = names, current
        (found,) = app.lines()
        assert f"‹{names[current]}›" in found
        shown = sum(name in found for name in names)
        assert f"more {6 - shown}" in found
        assert cell_len(found) <= 40


async def test_the_key_line_never_drops_the_way_to_the_other_keys() -> None:
    line = KeyLine()
    app = Host(line)
    async with app.run_test(size=(30, 24)):
        line.keys = (
            ("/", "find"),
            ("p", "period"),
            ("tab", "panel"),
            ("e", "export"),
            ("?", "keys"),
        )
        (found,) = app.lines()
        assert found == " / find  p period  ? keys"


async def test_too_small_says_both_sizes() -> None:
    app = Host(TooSmall())
    async with app.run_test(size=(50, 10)):
        text = " ".join(app.lines())
        assert "50x10" in text
        assert "60x15" in text
    assert TooSmall.applies(59, 15)
    assert not TooSmall.applies(60, 15)
