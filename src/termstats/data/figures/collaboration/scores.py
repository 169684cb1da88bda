"""How trainings are received: reaction scores beside those that a platform reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from termstats.data.figures.collaboration.layout import standing
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import (
    as_reported,
    balance,
    note_time,
    of_trainings,
    records_reactions,
    score_of,
)
from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.learning.training.engagement import COMMENT, VIEWS
from termstats.data.model import reaction
from termstats.data.model.doors import deeds
from termstats.data.model.records import Record
from termstats.data.model.table import (
    Bars,
    Cell,
    Destination,
    count,
    ident,
    number,
    percent,
    words,
)
from termstats.data.model.text import clean
from termstats.data.query.query import Query

_MEANINGS = tuple((reaction.WORDS[name], one) for name, one in reaction.MEANINGS.items())
_SHOWN = 5
"""Names that a note lists."""


@collaboration_figure(
    "collaboration.reactions",
    record=Record.REACTIONS,
    title="Reaction scores",
    columns=(
        ident("training_id"),
        words("training", "Training"),
        count("views", "Views"),
        count("good", "Good", "likes, learned something, useful"),
        count("bad", "Bad", "outdated, have a question, irrelevant"),
        count("comments", "Comments", "public ones"),
        number("score", "Score", "-100 to 100, by our formula"),
        words("band", "Band", "good over 50, mixed 25 to 50, poor under 25", _MEANINGS),
        number("reported_score", "Reported", "as the platform says, never mixed with ours"),
        percent("relevance", "Relevance"),
        words("attention", "Attention", "from 10 views on with a score under 50"),
    ),
    chart=Bars("training", "views"),
    row_opens=Destination("training", (("training", "training_id"),)),
    behind=deeds(
        "collaboration.people",
        (("training", "training_id"),),
        (("views", "views"), ("good", "good"), ("bad", "bad"), ("comments", "comments")),
    ),
    lead=("training", "score", "band", "attention", "views", "good", "bad"),
)
async def reactions(q: Query) -> Rows:
    """How trainings are received in the period: score, its band in a word, relevance.

    The score is 100 x (good - bad) / views, rounded half away from zero, within -100..100, no value
    without views: over 50 is good (green), 25 to 50 mixed (orange), less poor (red). Relevance is
    the share of useful among useful and irrelevant. A training needs attention from 10 views on
    with a score under 50; the score that the platform reports decides where there is one, but not
    under a filter of people, for it is about everybody. Those come first, then by views.
    """
    if not await records_reactions(q):
        return Rows((), empty="This source records no reactions, so there are no scores.")
    numbers = await of_trainings(q)
    lines = await as_reported(q, "courses")
    table = q.roster.trainings()
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(select(table, q.key_of(table).label("shown_key"))):
        if q.request.hide_archived and standing(row.status, row.published) != "Active":
            continue
        mine = numbers.get(row.id, Counter())
        reported = reported_score(lines.get((row.source_id, row.key), {}).get("Reaction Score"))
        score = score_of(mine)
        # What the platform reports is about everybody.
        decides = score if reported is None or q.question.picks_people else reported
        rows.append(
            (
                row.shown_key,
                row.title,
                mine[VIEWS],
                balance(mine, reaction.GOOD),
                balance(mine, reaction.BAD),
                mine[COMMENT],
                score,
                reaction.WORDS[reaction.band(score)],
                reported,
                reaction.relevance(mine["useful"], mine["irrelevant"]),
                "needs attention" if reaction.needs_attention(mine[VIEWS], decides) else None,
            )
        )
    order = ranked(rows, by=2, name=1, key=0)
    first = [row for row in order if row[-1]]
    if first:
        q.note(f"Needs attention: {_names(row[1] for row in first)}.")
    note_time(q)
    return Rows(
        [*first, *(row for row in order if not row[-1])],
        empty="" if rows else "There are no trainings here.",
        summary=f"{len(first):,} of {len(rows):,} need attention" if rows else "",
    )


def reported_score(cell: str | None) -> float | None:
    """Return a score as a file holds it; None for `-` and for nothing: no views."""
    try:
        return float(cell or "")
    except ValueError:
        return None


def _names(names: Iterable[Any]) -> str:
    shown = [clean(name) for name in names]
    more = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
