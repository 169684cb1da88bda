"""The class at a glance: a row per member, a column per training, a state in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import PROGRESS, SCORE
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.class_ import MEMBER_COLUMNS, members
from termstats.data.figures.learning.enrolment_rows import LEARNER_COLUMNS, roster_states
from termstats.data.model.records import Record
from termstats.data.model.table import STATE, Cell, Destination, words
from termstats.data.query.query import Query

HEADING, END = 16, 5
"""Characters of the title of a training above its column, and of its end where that tells more."""
_COLUMNS = (*LEARNER_COLUMNS, PROGRESS.column(), SCORE.column())
_SHOWN = [MEMBER_COLUMNS.index(column) for column in _COLUMNS]
"""Where the columns stand in the list of members."""


def heading_of(title: str) -> str:
    """Return a title, or as many of its first words as a narrow column has room for."""
    title = " ".join(title.split())
    if len(title) <= HEADING:
        return title
    said = ""
    for word in title.split():
        longer = f"{said} {word}".strip()
        if len(longer) >= HEADING:
            break
        said = longer
    return f"{said or title[: HEADING - 1]}…"


def headings_of(titles: Sequence[str]) -> list[str]:
    """Return what stands above the columns; titles that begin alike have their ends."""
    short = [heading_of(title) for title in titles]
    return [
        f"{title[: HEADING - END - 1].rstrip()}…{title[-END:].lstrip()}"
        if short.count(words) > 1 and words.endswith("…")
        else words
        for title, words in zip(titles, short, strict=True)
    ]


@figure(
    "class.matrix",
    record=Record.ENROLMENTS,
    title="Members and their trainings",
    level=Level.CLASS,
    columns=_COLUMNS,
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    lead=("learner", "progress", "score"),
)
async def matrix(q: Query) -> Rows:
    """Every member of the class and its sub-classes with the state in each training of the class.

    Members, progress and score are those of the list of members: plain means over the trainings
    that the member is enrolled in. A column per training, those with most members first; no value
    where a member is not enrolled. States are those at the end of the period. By name.
    """
    listed = await members(q)
    states: dict[tuple[Cell, Cell], Cell] = {}
    taken: Counter[tuple[Cell, str]] = Counter()
    for row in await roster_states(q):
        states[row.learner_key, row.training_key] = row.state
        taken[row.training_key, row.training] += 1
    trainings = sorted(taken, key=lambda training: (-taken[training], training[1], training[0]))
    headings = headings_of([title for _key, title in trainings])
    return Rows(
        [
            (*(row[at] for at in _SHOWN), *(states.get((row[0], key)) for key, _title in trainings))
            for row in listed.rows
        ],
        columns=(
            *_COLUMNS,
            *(
                words(f"{STATE}_{key}", heading, title)
                for (key, title), heading in zip(trainings, headings, strict=True)
            ),
        ),
        empty=listed.empty,
        summary=listed.summary,
    )
