"""What is typed in linear mode: the commands, and the reading of a line. Knows no store."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import UsageError
from termstats.data.model.text import clean


@dataclass(frozen=True)
class Word:
    """One command: how it is called and what it does."""

    name: str
    takes: str
    """What comes after it, as help writes it; empty: nothing."""
    words: str
    aliases: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        """Return it as somebody types it."""
        return f"{self.name} {self.takes}".rstrip()


WORDS = (
    Word("global", "", "the whole platform, level 1"),
    Word("training", "[NAME]", "a training, level 2; again without a name: all to choose from"),
    Word("learner", "[NAME]", "a learner, level 3, likewise"),
    Word("class", "[NAME]", "a class, level 4, likewise"),
    Word("backoffice", "", "how the platform is used and run, level 5"),
    Word("list", "", "what can be read here, numbered", ("groups",)),
    Word("open", "N [COLUMN]", "what lies behind line N, or behind its number in COLUMN"),
    Word("row", "N", "line N with all its columns, and which numbers can be opened"),
    Word("follow", "N", "backoffice: the person or thing of line N, instead of details"),
    Word("wrong", "", "the wrong answers of the learner looked at"),
    Word("ticket", "", "the learner in the training looked at, as text for a ticket"),
    Word("back", "", "where you were before"),
    Word("find", "TEXT", "people, trainings, classes and objects by name", ("/",)),
    Word("show", "ID [FIELD=KEY]", "any figure; without ID: the ids there are"),
    Word("numbers", "", "the headline numbers of this level", ("cards",)),
    Word("more", "[all]", "the next lines, or all that are left"),
    Word("again", "", "this once more, from its first line", ("repeat",)),
    Word("columns", "[all|few|NAMES]", "those there are; which of them lines say: state, score"),
    Word("sort", "[COLUMN] [up|down]", "by a column; without: as it came, and the columns"),
    Word("values", "COLUMN", "how often each value occurs; a number keeps those lines"),
    Word("search", "[TEXT]", "only lines that hold TEXT, or COLUMN=TEXT; without: all lines"),
    Word("why", "", "what is counted, of whom, until when, and the command for scripts", ("i",)),
    Word("where", "", "what you look at, the sources, and what no source can show"),
    Word("period", "[P|back|on]", "last month, 7d, 2026-03, FROM..TO; without: all to choose"),
    Word("by", "day|week|month|auto", "the buckets of series"),
    Word("compare", "[before|year]", "this beside the period before, or a year before"),
    Word("everybody", "[on|off]", "count staff, flagged and deleted people too"),
    Word("demo", "[on|off]", "people under pseudonyms, or by their names"),
    Word("clock", "device|server", "which time to go by, where there are two"),
    Word("archived", "show|hide", "collaboration: with or without what is archived"),
    Word("filter", "[FIELD|FIELD=VALUE|off]", "only these; without: all to choose"),
    Word("platform", "[YYYY-MM]", "what the platform's own page shows, beside our numbers", ("=",)),
    Word(
        "export",
        "[all|course] [FOLDER]",
        "this as CSV, or all of the level, or the training whole; ./here, ~/there",
    ),
    Word("help", "[COMMAND]", "all commands, or one of them", ("?",)),
    Word("quit", "", "leave", ("exit",)),
)
"""All commands, in the order of the help."""
LEVELS = {str(number): level for number, level in enumerate(Level, start=1)}
"""What stands before a name to say its level, as the keys of the dashboard."""
_NAMES = {name: word for word in WORDS for name in (word.name, *word.aliases)}


@dataclass(frozen=True)
class Command:
    """One line as it was understood."""

    name: str
    """The name of one of `WORDS`."""
    rest: str = ""
    """What was typed after it, without blanks around."""


def read(line: str) -> Command | None:
    """Return the command of a line; None: it is empty, or a remark after `#`.

    A number alone opens that line of the list; one of a level and a name go to that level. The
    beginning of a command is enough where it is that of one only.

    Raises:
        UsageError: no such command, or several begin so.
    """
    name, _blank, rest = line.strip().partition(" ")
    rest = rest.strip()
    if not name or name.startswith("#"):
        return None
    if name.isdecimal():
        if rest and name in LEVELS:
            return Command(LEVELS[name], rest)
        return Command("open", f"{name} {rest}".strip())
    if name[0] in "/=?" and len(name) > 1:
        return Command(_NAMES[name[0]].name, f"{name[1:]} {rest}".strip())
    return Command(word_of(name).name, rest)


def word_of(name: str) -> Word:
    """Return the command that is called so, or alone begins so.

    Raises:
        UsageError: there is none, or several begin so.
    """
    wanted = name.casefold()
    if wanted in _NAMES:
        return _NAMES[wanted]
    near = [word for word in WORDS if word.name.startswith(wanted)]
    if len(near) == 1:
        return near[0]
    if near:
        names = ", ".join(word.name for word in near)
        raise UsageError(f"{clean(name)} may be {names}; type one letter more")
    raise UsageError(f"no command {clean(name)}; help lists them, find {clean(name)} looks for it")


def one_of(rest: str, choices: tuple[str, ...], what: str) -> str:
    """Return the choice that a word is, or alone begins.

    Raises:
        UsageError: it is none; names them.
    """
    near = [choice for choice in choices if rest and choice.startswith(rest.casefold())]
    exact = [choice for choice in near if choice == rest.casefold()]
    if len(exact or near) != 1:
        said = f"{what} {clean(rest)}?" if rest else f"{what} what?"
        raise UsageError(f"{said} Say {what} {' or '.join(choices)}")
    return (exact or near)[0]


def number_of(rest: str, command: str) -> tuple[int, str]:
    """Return the number that a line begins with, and what comes after it.

    Raises:
        UsageError: it begins with none.
    """
    number, _blank, more = rest.partition(" ")
    if not number.isdecimal():
        raise UsageError(f"{command} which line? Say {command} 2, with a number of the list")
    return int(number), more.strip()
