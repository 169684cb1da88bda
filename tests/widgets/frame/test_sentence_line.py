"""The sentence on the screen: the longest wording that fits, numbers that open."""

from __future__ import annotations

import pytest

from termstats.data.model.sentence import Part, Sentence
from termstats.widgets.frame import SentenceLine
from tests.widgets.host import Host

LONG = Sentence((Part("116", "active"), Part(" of "), Part("412", "users"), Part(" were active.")))
SHORT = Sentence((Part("116", "active"), Part(" active.")))


class Opening(Host):
    """Remembers which numbers were opened."""

    def __init__(self, line: SentenceLine) -> None:
        super().__init__(line)
        self.opened: list[str] = []

    def on_sentence_line_opened(self, message: SentenceLine.Opened) -> None:
        self.opened.append(message.metric)


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (40, "116 of 412 were active."),
        (25, "116 of 412 were active."),
        (24, "116 active."),
        (9, ""),
    ],
)
async def test_the_longest_wording_that_fits_stands_there(width: int, words: str) -> None:
    line = SentenceLine()
    app = Host(line)
    async with app.run_test(size=(width, 5)):
        line.wordings, line.is_waiting = (LONG, SHORT), False
        assert app.lines()[0].strip() == words


async def test_only_numbers_with_something_behind_are_walked_and_opened() -> None:
    line = SentenceLine()
    app = Opening(line)
    async with app.run_test(size=(60, 5)) as pilot:
        line.wordings, line.is_waiting = (LONG,), False
        line.doors = frozenset({"active", "users"})
        line.focus()
        await pilot.press("right", "right", "enter", "left", "enter")
        assert app.opened == ["users", "active"]
        line.doors = frozenset({"users"})
        await pilot.click(SentenceLine, offset=(2, 0))
        await pilot.click(SentenceLine, offset=(9, 0))
        await pilot.pause()
        assert app.opened == ["users", "active", "users"]


async def test_the_line_keeps_its_place_while_numbers_are_on_their_way() -> None:
    line = SentenceLine()
    app = Host(line)
    async with app.run_test(size=(60, 5)) as pilot:
        line.styles.height = "auto"
        await pilot.pause()
        assert line.size.height == 1
        line.wordings, line.is_waiting = (SHORT,), False
        await pilot.pause()
        assert line.size.height == 1
        line.wordings = ()
        await pilot.pause()
        assert line.size.height == 0
