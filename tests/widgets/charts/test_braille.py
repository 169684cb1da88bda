"""Braille steps, dot by dot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.cli.dashboard import chart_style
from termstats.config import load
from termstats.data.model.charts import Line
from termstats.data.model.errors import UsageError
from termstats.data.model.table import Row, Table, day, percent
from termstats.widgets.charts.braille import braille_cells
from termstats.widgets.charts.drawing import Look
from tests.widgets.charts.tables import MONDAY, plain, table

ROWS = st.lists(st.none() | st.integers(0, 39), min_size=1, max_size=20)


def test_a_step_is_a_row_of_dots_and_an_upright() -> None:
    # The upper left dot row of one cell, then two rows further down in the next.
    assert dict(braille_cells([0], [0], [1])) == {(0, 0): "⠉"}
    cells = dict(braille_cells([0, 2], [0, 1], [1, 2]))
    # Dots 1, 2 of the upright at the left and dots 3, 6 of the row.
    assert cells == {(0, 0): "⠉", (1, 0): "⠧"}


def test_a_gap_stays_open() -> None:
    cells = dict(braille_cells([0, None, 0], [0, 1, 2], [1, 2, 3]))
    assert sorted(cells) == [(0, 0), (2, 0)]


@given(ROWS)
def test_every_bucket_has_dots_in_its_own_cells(rows: list[int | None]) -> None:
    starts, ends = list(range(len(rows))), list(range(1, len(rows) + 1))
    cells = {x for (x, _line), _ in braille_cells(rows, starts, ends)}
    assert cells == {n for n, row in enumerate(rows) if row is not None}


def _states() -> Table:
    rows: list[Row] = [(MONDAY + timedelta(n), 50.0 + n) for n in range(4)]
    return table((day("day"), percent("done")), rows, Line("day"))


def test_lines_are_drawn_in_the_style_that_was_asked_for() -> None:
    look = Look(40, 12)
    signs: Mapping[str, Callable[[str], bool]] = {
        "blocks": lambda text: "━" in text,
        "braille": lambda text: any("\u2801" <= sign <= "\u28ff" for sign in text),
        "ascii": str.isascii,
    }
    for name, asked in (
        ("blocks", look),
        ("braille", replace(look, braille=True)),
        ("ascii", replace(look, plain=True, braille=True)),
    ):
        text = "".join(plain(_states(), asked))
        assert [sign for sign, is_there in signs.items() if is_there(text)] == [name]


@pytest.mark.parametrize(
    ("wanted", "encoding", "style"),
    [("auto", "utf-8", "blocks"), ("auto", "UTF8", "blocks"), ("auto", "iso8859-1", "ascii")]
    + [("braille", "utf-8", "braille"), ("blocks", "ascii", "blocks")],
)
def test_blocks_where_the_terminal_has_them(wanted: str, encoding: str, style: str) -> None:
    assert chart_style(wanted, encoding) == style


def test_the_file_names_what_charts_may_be(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[look]\ncharts = "dots"\n')
    with pytest.raises(UsageError, match=r"look\.charts must be one of auto, blocks, braille"):
        load(path)
    path.write_text('[look]\ncharts = "braille"\n')
    assert load(path).look == {"charts": "braille"}
