"""How the text of a training is written down for the sample."""

from __future__ import annotations

from dataclasses import dataclass, field

from termstats.data.model.scoring import BEST

POINTS = 5.0
"""Points of every question."""


@dataclass(frozen=True)
class QuestionText:
    """A question: what is asked, how, the right answer, and wrong ones that people give.

    An essay has no right answer: the last are what people write.
    """

    title: str
    type: str
    correct: str
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class ModuleText:
    """A module. `pages` are (type, title) of activities that are opened, not answered."""

    title: str
    kind: str
    pages: tuple[tuple[str, str], ...] = ()
    questions: tuple[QuestionText, ...] = ()
    mandatory: bool = True
    pass_mark: float | None = None
    keep: str = BEST


@dataclass(frozen=True)
class TrainingText:
    """A training. `popularity` weighs enrolments; `valid_days`: how long its certificate lasts."""

    key: str
    title: str
    category: str
    modules: tuple[ModuleText, ...]
    popularity: int = 10
    valid_days: int | None = None
    skill: str | None = None
    status: str = "live"
    language: str = "en"
    tags: tuple[str, ...] = field(default=())


def quiz(
    title: str, lines: str, *, mark: float = 50, keep: str = BEST, mandatory: bool = True
) -> ModuleText:
    """Return a quiz from lines `question | type | right answer | wrong; wrong`."""
    questions = []
    for line in lines.strip().splitlines():
        asked, kind, correct, wrong = (part.strip() for part in line.split("|"))
        questions.append(QuestionText(asked, kind, correct, tuple(wrong.split("; "))))
    return ModuleText(title, "quiz", (), tuple(questions), mandatory, mark, keep)


def pages(title: str, *titles: str, kind: str = "page", mandatory: bool = False) -> ModuleText:
    """Return a module to open: a mandatory one is finished with nothing to score (max 0)."""
    types = {"page": "page", "media": "video", "download": "document"}
    return ModuleText(title, kind, tuple((types[kind], t) for t in titles), (), mandatory)
