"""After how many days without activity somebody has stalled: a setting, said where it is used."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from termstats.cli import main as cli
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.paths import CONFIG_VARIABLE
from tests.cli.shell.voice import listening
from tests.data.figures.hand_store import Hand, dicts, make_store, report

ATTENTION, REASONS = "global.attention", "global.attention-reasons"
MARCH = "2026-03"


def silent(hand: Hand) -> None:
    """Make three who were last active 13, 14 and 30 days before the end of March."""
    hand.training("t")
    for name, last in (("ana", "03-18"), ("ben", "03-17"), ("cem", "03-01")):
        hand.person(name)
        hand.enrol(name, "t", "2026-01-01")
        hand.event(f"2026-{last} 10:00", name, "page", "t")


async def test_fourteen_days_or_as_many_as_are_asked_for(tmp_path: Path) -> None:
    path = await make_store(tmp_path, silent)
    cases = ((None, "cem ben"), (13, "cem ben ana"), (30, "cem"), (31, ""))
    for days, stalled in cases:
        options: dict[str, Any] = {"stalled_days": days} if days else {}
        table = await report(path, ATTENTION, MARCH, **options)
        assert [row["learner_id"] for row in dicts(table)] == stalled.split()
        reasons = dicts(await report(path, REASONS, MARCH, **options))
        assert [row["enrolments"] for row in reasons] == ([len(stalled.split())] if stalled else [])
        # Another number than the definition's is said, and asked for by the line of `i`.
        assert [note for note in table.notes if note.startswith("Stalled")] == (
            [f"Stalled: no activity for {days} days, as the settings say."] if days else []
        )
        assert (("--stalled-days", str(days)) in table.params) == bool(days)


def test_the_definition_says_the_number() -> None:
    assert f"no activity in it for {STALLED_DAYS} days" in find_figure(ATTENTION).definition


async def test_what_failed_long_ago_fails_no_more_however_soon_people_stall(
    tmp_path: Path,
) -> None:
    def failed(hand: Hand) -> None:
        hand.training("t")
        hand.module("m", "t", mandatory=1, pass_mark=50)
        hand.activity("x", "t", "m")
        for name, last in (("ana", "2026-03-02"), ("ben", "2026-03-01")):
            hand.person(name)
            hand.enrol(name, "t", "2026-01-01")
            hand.complete(name, "t", "x", last)
            hand.event(f"{last} 10:00", name, "quiz", "t")

    path = await make_store(tmp_path, failed)
    for days in (1, 14, 60):  # 29 and 30 days ago, whatever the setting
        rows = dicts(await report(path, ATTENTION, MARCH, stalled_days=days))
        assert [(row["reason"], row["learner_id"]) for row in rows] == [("failing", "ana")]


@pytest.mark.parametrize(("days", "stalled"), [(14, "ben"), (15, "")])
async def test_linear_mode_warns_and_lists_by_the_setting(
    tmp_path: Path, days: int, stalled: str
) -> None:
    path = await make_store(tmp_path, silent, as_of="2026-03-31 18:00")
    async with listening(path, stalled_days=days) as voice:
        warned = [line for line in await voice.say("3 ben") if "stalled" in line]
        assert warned == ["“t”: stalled, nothing done for 14 days."] * bool(stalled)
        listed = await voice.say(f"show {ATTENTION}")
        assert any("ben" in line for line in listed) == bool(stalled)
        line = next(line for line in await voice.say("why") if "termstats report" in line)
        assert ("--stalled-days 15" in line) == (days == 15)


def test_commands_take_it_from_the_configuration_and_the_option_goes_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = asyncio.run(make_store(tmp_path, silent))
    settings = tmp_path / "c.toml"
    settings.write_text("stalled_days = 30")
    monkeypatch.setenv(CONFIG_VARIABLE, str(settings))

    def names(*options: str, figure: str = ATTENTION) -> list[str]:
        words = ["report", figure, "--store", str(path), "--period", MARCH, "--format", "csv"]
        assert cli.main([*words, *options]) == 0
        return [line.split(",")[1] for line in capsys.readouterr().out.splitlines()[1:]]

    assert names() == ["cem"]
    assert names("--stalled-days", "14") == ["cem", "ben"]
    assert names("--stalled-days", "13", figure=REASONS) == ["3"]
    wrong = ["report", "global.totals", "--store", str(path), "--stalled-days", "3"]
    assert cli.main(wrong) == 2
    assert "--stalled-days is for global.attention" in capsys.readouterr().err
