"""Who may know no small groups learns no day: not of the first event, the last one, nor as-of."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.cli import main as cli
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.small_groups import is_closed
from termstats.data.model.request import Param
from termstats.data.query.scope import Scope
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level
from tests.cli.command import Capture
from tests.data.figures.hand_store import Hand, make_store, when
from tests.screens.keyboard import level_of, press, settle
from tests.screens.test_text_pictures import text_of

DAY = re.compile(r"(?<![\d.,])17(?![\d%.,])")
"""The 17th of a month, 17 minutes past 17: everything that happened, and nothing else."""
GROUPS = Scope(min_group=5)


def fill(hand: Hand) -> None:
    hand.training("big")
    hand.activity("page", "big")
    hand.class_("all", ("big",))
    for number in range(1, 13):
        name = f"p{number}"
        hand.person(name, joined_at=when("2026-01-17 17:17"))
        hand.member("all", name)
        hand.enrol(name, "big", "2026-01-17", completed_at="2026-03-17")
        for moment in ("2026-01-17 17:17", "2026-03-17 17:17"):
            hand.event(moment, name, "page", "big", activity="page")


async def test_the_notice_of_an_empty_period_tells_months(tmp_path: Path) -> None:
    store = await open_store(await make_store(tmp_path, fill, as_of="2026-05-17 17:17"))
    session = await begin(store, GROUPS, StartAt(), Options())
    await store.close()
    assert session.notice == (
        "Nothing happened 1 Apr–31 May 2026: shown is up to 31 Mar 2026, p another"
    )


@pytest.mark.slow
async def test_no_screen_or_dialog_tells_a_day(tmp_path: Path) -> None:
    store = await open_store(await make_store(tmp_path, fill, as_of="2026-03-17 17:17"))
    start = StartAt(keys=((Param.TRAINING, "big"), (Param.CLASS, "all")))
    session = await begin(store, GROUPS, start, Options(export_folder=tmp_path / "exports"))
    app, met = TermStatsApp(session, first_level(session, start)), ""
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        for level in "124":
            await press(pilot, level)
            for _ in range(len(level_of(app).focus_ring())):
                await press(pilot, "tab")
                met += text_of(app)
            for key in ("i", "I", "p", "ctrl+p"):
                await press(pilot, key)
                met += text_of(app)
                await press(pilot, "escape")
        await press(pilot, "p", *"all", "enter")
        met += text_of(app)
        await press(pilot, "slash", *"big")
        met += text_of(app)
        await press(pilot, "escape", "ctrl+p", *"period")
        met += text_of(app)
    await store.close()
    assert "Mar 2026" in met and "12 learners" not in met
    assert not [met[max(0, hit.start() - 30) : hit.end() + 10] for hit in DAY.finditer(met)]


@pytest.mark.parametrize("as_of", ["2026-03-17 17:17", "2026-05-17 17:17"])
def test_no_command_or_line_tells_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, as_of: str
) -> None:
    path = str(asyncio.run(make_store(tmp_path, fill, as_of=as_of)))
    lines = "where\nwhy\nperiod\nperiod all\nwhere\n1\nwhy\nfind big\nimports\ncompare\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    asked = ["--store", path, "--min-group", "5"]
    said = ""
    commands = [["shell"], ["check"], ["check", "--format", "json"]]
    keys = {Param.TRAINING: ["--training", "big"], Param.CLASS: ["--class", "all"]}
    for figure in figures().values():
        if not is_closed(figure, GROUPS):
            about = [word for param in figure.needs for word in keys.get(param, [])]
            for form in ("text", "json"):
                commands.append(["report", figure.id, "--period", "all", "--format", form, *about])
    for command in commands:
        cli.main([*asked, *command])
        captured = capsys.readouterr()
        text = captured.out + captured.err
        assert captured.out, command
        said += "".join(
            f"{command}: {text[max(0, hit.start() - 30) : hit.end() + 9]!r}\n"
            for hit in DAY.finditer(text)
        )
    assert not said
