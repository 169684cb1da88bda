"""The lines around the panels."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from termstats.widgets.frame import (
    FootKey,
    GroupLine,
    KeyLine,
    LevelLine,
    LevelName,
    StateLine,
    ToastLine,
    TooSmall,
)
from termstats.widgets.toast import Toast
from tests.widgets.host import Host

LEVELS = tuple(
    LevelName(str(n), name)
    for n, name in enumerate(("Global", "Training", "Learner", "Class", "Backoffice"), start=1)
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            100,
            " Meridian Academy   SAMPLE              "
            " 1 Global  2 Training  3 Learner  4 Class  5 Backoffice ",
        ),
        (80, " Meridian   SAMPLE       1 Global  2 Training  3 Learner  4 Class  5 Backoffice "),
        (60, " Meridian   SAMPLE   1  2 Training  3  4  5 "),
    ],
)
async def test_names_on_the_level_line_are_whole_or_not_there(width: int, expected: str) -> None:
    line = LevelLine()
    app = Host(line)
    async with app.run_test(size=(width, 24)):
        line.store, line.mark, line.current = "Meridian Academy", "SAMPLE", "2"
        line.levels = LEVELS
        (text,) = app.lines()
        assert cell_len(text) == width
        assert text.split() == expected.split()


async def test_the_room_around_the_mark_gives_way_before_the_names_of_levels() -> None:
    line = LevelLine()
    app = Host(line)
    async with app.run_test(size=(80, 24)):
        line.store, line.mark, line.current = "Opigno", "SNAPSHOT 30 Nov", "1"
        line.levels = LEVELS
        (text,) = app.lines()
        assert text.startswith(" Opigno SNAPSHOT 30 Nov ")
        assert text.endswith(" 5 Backoffice ")


async def test_the_level_line_always_says_who_looks() -> None:
    line = LevelLine()
    app = Host(line, ascii_only=True)
    async with app.run_test(size=(80, 24)):
        line.store, line.mark, line.current = "Academy", "SNAPSHOT 20 Nov", "2"
        line.levels, line.viewer = LEVELS, "as tina (coach)"
        (text,) = app.lines()
        assert text.endswith("as tina (coach)")
        assert "[2 Training]" in text
        assert cell_len(text) == 80


WORDINGS = (
    ("last 30 days: 22 Oct–20 Nov 2026", "412 of 431 people", "as of 20 Nov 19:00 Paris"),
    ("22 Oct–20 Nov 2026", "412 of 431", "to 20 Nov 19:00 Paris"),
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (90, [" " + " · ".join(WORDINGS[0])]),
        (60, [" " + " · ".join(WORDINGS[1])]),
        (40, [" 22 Oct–20 Nov 2026 · 412 of 431", " to 20 Nov 19:00 Paris"]),
    ],
)
async def test_parts_of_the_state_line_are_never_cut(width: int, expected: list[str]) -> None:
    line = StateLine()
    app = Host(line)
    async with app.run_test(size=(width, 24)) as pilot:
        line.wordings = WORDINGS
        await pilot.pause()
        assert app.lines() == expected
        assert line.size.height == len(expected)


GROUPS = ("Overview", "People", "Trainings", "Classes", "Activity", "Rewards", "Records")


async def group_line(width: int, current: int = 0, **said: str) -> tuple[str, list[str]]:
    """Return the line as text, and the words that are marked as current."""
    line = GroupLine()
    app = Host(line, ascii_only=said.pop("ascii", "") != "")
    async with app.run_test(size=(width, 24)):
        line.names, line.current = GROUPS, current
        line.place, line.hint = said.get("place", ""), said.get("hint", "")
        (text,) = app.lines()
        marked = [
            str(text[span.start : span.end])
            for text in line.picture()
            for span in text.spans
            if span.style == "tab"
        ]
        return text, marked


async def test_all_groups_have_room_at_80_columns() -> None:
    text, marked = await group_line(80, 1)
    assert text == " " + "    ".join(GROUPS)
    assert marked == ["People"]


async def test_what_is_in_sight_and_the_keys_stand_at_the_end_where_there_is_room() -> None:
    text, _ = await group_line(120, place="1-4 of 6", hint=", . groups")
    assert text.split("Records")[1].split() == ["1-4", "of", "6", ",", ".", "groups"]
    text, _ = await group_line(80, place="1-4 of 6", hint=", . groups")
    assert text.split("Records")[1].split() == ["1-4", "of", "6"]
    assert cell_len(text) <= 80


@pytest.mark.parametrize("current", range(7))
@pytest.mark.parametrize("width", [60, 50, 30])
async def test_groups_without_room_stand_behind_more(width: int, current: int) -> None:
    text, marked = await group_line(width, current)
    assert marked == [GROUPS[current]]
    assert text.rstrip().endswith("More ▾") and cell_len(text) <= width
    assert [word for word in text.split() if word in GROUPS][0] in ("Overview", GROUPS[current])


async def test_groups_in_ascii() -> None:
    text, marked = await group_line(60, 1, ascii="yes")
    assert marked == ["<People>"] and text.isascii() and text.rstrip().endswith("More v")


KEYS = tuple(
    FootKey(shown, words, shown.lower())
    for shown, words in (("/", "Find"), ("p", "Period"), ("Tab", "Next panel"), ("?", "All keys"))
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, " / Find   p Period   Tab Next panel   ? All keys"),
        (40, " / Find   p Period   ? All keys"),
        (20, " / Find   ? All keys"),
        (12, " ? All keys"),
    ],
)
async def test_keys_on_the_last_line_are_whole_and_the_way_to_the_others_stays(
    width: int, expected: str
) -> None:
    line = KeyLine()
    app = Host(line)
    async with app.run_test(size=(width, 24)):
        line.keys = KEYS
        (text,) = app.lines()
        assert text == expected


@pytest.mark.parametrize(
    ("toast", "expected"),
    [
        (Toast("Copied"), [" Copied"]),
        (Toast("the store is locked", is_error=True), [" ▲ the store is locked"]),
        (
            Toast("Exported to ~/a.csv", copies="/a.csv"),
            [" Exported to ~/a.csv   y copies the path"],
        ),
        (
            Toast("not exported: the folder cannot be written, there is a file", is_error=True),
            [" ▲ not exported: the folder cannot be", " written, there is a file"],
        ),
        (Toast("x" * 60), [f" {'x' * 19}…{'x' * 18}"]),
    ],
)
async def test_a_toast_is_a_line_of_whole_words(toast: Toast, expected: list[str]) -> None:
    line = ToastLine()
    app = Host(line)
    async with app.run_test(size=(40, 24)) as pilot:
        line.toast = toast
        await pilot.pause()
        assert app.lines() == expected
        line.toast = None
        await pilot.pause()
        assert not line.display


async def test_too_small_says_both_sizes() -> None:
    app = Host(TooSmall())
    async with app.run_test(size=(50, 10)):
        text = " ".join(app.lines())
        assert "50x10" in text
        assert "60x15" in text
    assert TooSmall.applies(59, 15)
    assert not TooSmall.applies(60, 15)
