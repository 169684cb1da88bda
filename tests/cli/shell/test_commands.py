"""What is typed: each way to write a command, and what is said of a mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.cli.shell.answering import HANDLERS
from termstats.cli.shell.commands import WORDS, Command, number_of, one_of, read
from termstats.cli.shell.lines import text_of
from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import UsageError
from tests.cli.shell.voice import unsayable


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("3 ana", Command("learner", "ana")),
        ("3", Command("open", "3")),
        ("12 views", Command("open", "12 views")),
        ("  open   2 ", Command("open", "2")),
        ("PERIOD last month", Command("period", "last month")),
        ("filt class=North", Command("filter", "class=North")),
        ("lea Ana Alvarez", Command("learner", "Ana Alvarez")),
        ("groups", Command("list", "")),
        ("=", Command("platform", "")),
        ("/ana", Command("find", "ana")),
        ("?period", Command("help", "period")),
        ("exit", Command("quit", "")),
        ("", None),
        ("# a remark", None),
    ],
)
def test_a_line_is_read(line: str, command: Command | None) -> None:
    assert read(line) == command


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("s", "s may be show, sort, search; type one letter more"),
        ("dance", "no command dance; help lists them, find dance looks for it"),
    ],
)
def test_a_mistake_says_the_way_out(line: str, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(line)
    assert str(raised.value) == words


@given(st.text(max_size=30))
def test_any_line_is_a_command_or_one_line_of_mistake(line: str) -> None:
    try:
        command = read(line)
    except UsageError as error:
        assert "\n" not in str(error)
        assert not unsayable(text_of([str(error)]))
    else:
        assert command is None or command.name in {word.name for word in WORDS}


def test_every_command_is_answered_and_described() -> None:
    assert {word.name for word in WORDS} == {*HANDLERS, *Level}


@pytest.mark.parametrize("word", [name for word in WORDS for name in (word.name, *word.aliases)])
def test_a_command_in_full_is_never_ambiguous(word: str) -> None:
    command = read(word)
    assert command is not None
    assert word in next((w.name, *w.aliases) for w in WORDS if w.name == command.name)


def test_a_choice_is_known_by_its_beginning() -> None:
    assert one_of("we", ("day", "week", "month"), "by") == "week"
    with pytest.raises(UsageError, match="by year\\? Say by day or week or month"):
        one_of("year", ("day", "week", "month"), "by")
    with pytest.raises(UsageError, match="by what\\?"):
        one_of("", ("day", "week"), "by")


def test_a_number_is_asked_for() -> None:
    assert number_of("2 views", "open") == (2, "views")
    with pytest.raises(UsageError, match="open which line\\?"):
        number_of("two", "open")
