"""One word for one thing: screens, keys, figures and docs use the words of CONTRIBUTING.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from termstats import keys
from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import figures
from tests.shared import ROOT

OTHER_WORDS = {
    "learner, people": r"users?|students?|persons",
    "staff": r"admins?",
    "active": r"online",
    "never started": r"inactive",
    "stalled": r"idle",
    "enrolment": r"registrations?",
    "training": r"courses?",
    "class": r"cohorts?",
    "progress, completion": r"achievements?",
    "so far": r"partial(?:ly)?",
}
"""Our word -> words that mean the same and are not used."""
WRONG = re.compile(rf"\b(?:{'|'.join(OTHER_WORDS.values())})\b", re.IGNORECASE)

PLATFORMS_OWN = (Level.BACKOFFICE,)
"""Levels on which people are users of the platform, and trainings courses of 360Learning: the
columns are those of its own files, which are a contract."""
ALLOWED = {
    "global.active-users": {"course"},  # of OppiaMobile and OULAD, by their own word
    "training.active-users": {"course"},
    "class.active-users": {"course"},
    # The names of cards, as they are typed.
    "global.behind-people": {"users"},
    "training.behind-people": {"users"},
    "class.behind-people": {"users"},
    "global.inactive": {"inactive"},  # OppiaMobile's page of people who were active before
    "global.inactive-people": {"inactive"},
}
"""Figure -> the words of platforms that stand in it."""
PAGES = {
    "README.md": {"users", "courses"},  # the names of 360Learning's files
    "docs/counting.md": {"users"},  # of the backoffice
    "docs/keys.md": set(),
    "docs/cron.md": set(),
}
"""Page for everybody -> words of platforms in it."""


def wrong_in(text: str, allowed: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Return the words of a text that are not ours, in lower case."""
    return [word for word in map(str.lower, WRONG.findall(text)) if word not in allowed]


def texts_of(figure: Figure) -> Iterator[str]:
    """Yield what people read of a figure before it is asked."""
    yield figure.title
    yield figure.definition
    for column in figure.columns:
        yield column.title


def our_figures() -> list[Figure]:
    """Return the figures in our own words: those that compare with a platform's page use its."""
    levels = {level for level in Level if level not in PLATFORMS_OWN}
    return [each for each in figures().values() if each.level in levels]


def test_the_words_are_found() -> None:
    assert wrong_in("Users online, partially; no user_id, discourse or idleness") == [
        *("users", "online", "partially")
    ]


@pytest.mark.parametrize("figure", our_figures(), ids=lambda figure: figure.id)
def test_figures_use_our_words(figure: Figure) -> None:
    if figure.id.startswith(("reconcile.", "collaboration.")):
        pytest.skip("in the words of the platform")
    allowed = ALLOWED.get(figure.id, set())
    assert [word for text in texts_of(figure) for word in wrong_in(text, allowed)] == []


_READ = re.compile(r"[A-Za-z] [A-Za-z]|^[A-Z][a-z]+$")


def shown_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a module that are sentences or titles: no docstrings, ids or styles."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    after_names = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # a text that stands alone explains the name before it
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in docstrings or node in after_names:
            continue
        if isinstance(node.value, str) and _READ.search(node.value):
            yield node.value


SCREENS = sorted(
    path
    for room in ("screens", "widgets")
    for path in (ROOT / "src" / "termstats" / room).rglob("*.py")
    if path.parent.name != "backoffice"
)


def test_screens_use_our_words() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in SCREENS
        for text in shown_texts(path)
        if wrong_in(text)
    }
    assert wrong == set()


def test_keys_use_our_words() -> None:
    groups = [group for group in vars(keys).values() if isinstance(group, tuple)]
    every = [key for group in groups for key in group if isinstance(key, keys.Key)]
    assert len(every) > 20
    assert [key.words for key in every if wrong_in(key.words)] == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_use_our_words(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert wrong_in(re.sub(r"`[^`]*`", "", text), PAGES[page]) == []
