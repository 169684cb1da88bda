"""`--top` on figures that are no rankings: lists end there and say so, series and cards do not."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.model.request import Param
from tests.cli.command import Capture, prints
from tests.data.figures.hand_store import Hand, dicts, make_store, report

NAMES = ("ann", "bob", "cat", "dan")
KEYS = {
    Param.TRAINING: "T",
    Param.CLASS: "C",
    Param.LEARNER: "ann",
    Param.MODULE: "M",
    Param.USER: "ann",
    Param.OBJECT: "page",
}


def fill(hand: Hand) -> None:
    hand.training("T")
    hand.training("U")
    hand.training("V")
    hand.module("M", "T")
    hand.module("N", "T")
    hand.object("page", "page")
    hand.class_("C", ("T", "U", "V"))
    for number, name in enumerate(NAMES, 1):
        hand.person(name)
        hand.member("C", name)
        for training in "TUV":
            hand.enrol(name, training)
        hand.point(name, 10.0 * number, training="T")
        hand.event(f"2026-03-0{number} 10:00", name, "page", "T")
        hand.event(f"2026-03-0{number} 11:00", name, "admin", action="edit", object="page")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_store(tmp_path_factory.mktemp("top"), fill))


async def test_a_list_ends_where_it_is_asked_to(store: Path) -> None:
    table = await report(store, "training.learners", keys={Param.TRAINING: "T"}, top=3)
    assert [row["learner"] for row in dicts(table)] == ["ann", "bob", "cat"]
    assert "Only the first 3 of 4 rows, as --top asks." in table.notes
    whole = await report(store, "training.learners", keys={Param.TRAINING: "T"}, top=4)
    assert (len(whole.rows), whole.notes) == (4, ())


async def test_a_log_ends_there_too_and_has_no_further_page(store: Path) -> None:
    table = await report(store, "training.tracker-log", keys={Param.TRAINING: "T"}, top=2)
    assert [row["learner"] for row in dicts(table)] == ["dan", "cat"]
    assert (table.after, table.notes) == (None, ("Only the first 2 rows, as --top asks.",))


async def test_rankings_add_the_rest_up_as_before(store: Path) -> None:
    table = await report(store, "training.leaderboard", keys={Param.TRAINING: "T"}, top=2)
    assert [(row["learner"], row["points"]) for row in dicts(table)] == [
        ("dan", 40), ("cat", 30), ("(others)", 30)
    ]  # fmt: skip


@pytest.mark.parametrize("figure", ["global.totals", "global.activity"])
async def test_what_is_no_list_stays_whole_and_says_so(store: Path, figure: str) -> None:
    table = await report(store, figure, top=2)
    assert table.rows == (await report(store, figure)).rows
    assert "--top has no meaning here: the rows are no list." in table.notes


async def test_no_figure_passes_top_over_in_silence(store: Path) -> None:
    silent = {}
    for figure in figures().values():
        if not set(figure.needs) <= set(KEYS) or figure.id.startswith("reconcile."):
            continue
        keys = {param: KEYS[param] for param in figure.needs}
        table = await report(store, figure.id, keys=keys, top=1)
        shown = [row for row in table.rows if "(others)" not in row]
        is_said = any(re.search(r"--top|[Ll]eft out|[Nn]ot shown", note) for note in table.notes)
        if len(shown) > 1 and not is_said:
            silent[figure.id] = len(shown)
    # One of each part of the context; one function of each day; one column of events.
    by_part = {"backoffice.context", "backoffice.function-usage", "backoffice.user-events"}
    assert set(silent) <= by_part, silent


def test_rows_are_searched_for_before_the_list_ends(store: Path, capsys: Capture) -> None:
    # Two of the four have "an" in their names, ann and dan; dan comes fourth.
    command = ["report", "training.learners", "--store", str(store), "--training", "T"]
    out = prints([*command, "--filter", "learner=an", "--top", "1", "--format", "csv"], capsys)
    assert [line.split(",")[1] for line in out.splitlines()[1:]] == ["ann"]
    out = prints([*command, "--filter", "learner=dan", "--top", "1", "--format", "csv"], capsys)
    assert [line.split(",")[1] for line in out.splitlines()[1:]] == ["dan"]
