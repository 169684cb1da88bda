"""How far enrolments got: progress, completion, who joined and left."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping

from sqlalchemy import select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import add_up
from termstats.data.figures.definition.measures import (
    COMPLETION,
    COMPLETIONS,
    ENROLMENTS,
    NEVER_STARTED,
    NEW_ENROLMENTS,
    PROGRESS,
    SCORE,
    USERS,
    WITHDRAWALS,
)
from termstats.data.figures.definition.phrases import before_data, is_future, nothing_happened
from termstats.data.figures.definition.registry import Declared, figure, on_levels
from termstats.data.figures.definition.series import amount, buckets, local_days, with_bucket
from termstats.data.figures.learning.counted_people import learners
from termstats.data.figures.learning.history import (
    WITHIN,
    History,
    changes_within,
    history,
    sums_at,
)
from termstats.data.figures.learning.published import published_only, without_activity
from termstats.data.figures.learning.version_history import version_history
from termstats.data.model.enrolment_path import BEFORE_ALL, CHANGES
from termstats.data.model.period import bucket_of, number_day
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Line, day
from termstats.data.model.text import show_percent
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

_PROGRESS_COLUMNS = (
    day("day", "Day"),
    PROGRESS.column(help="plain mean over trainings"),
    COMPLETION.column(help="plain mean over trainings"),
    PROGRESS.column("pooled_progress", "Pooled progress", "over all enrolments"),
    COMPLETION.column("pooled_completion", "Pooled completion", "over all enrolments"),
    SCORE.column(help="of all who have one"),
    NEVER_STARTED.column(help="of trainings whose activity is known"),
    ENROLMENTS.column(help="by then"),
)
_PEOPLE = USERS.column("learners", help="with an enrolment by then")
_AT_ENDS = (PROGRESS, COMPLETION, SCORE, NEVER_STARTED, ENROLMENTS)
"""Measures whose cards are states at the end of the period."""
_PROGRESS_CHART = Line("day", ("progress", "completion"), percent=True)


_PROGRESS_TITLE = "Progress and completion"
_BEHIND = {
    "progress": PROGRESS,
    "completion": COMPLETION,
    "score": SCORE,
    "never_started": NEVER_STARTED,
    "enrolments": ENROLMENTS,
}
_PROGRESS: Declared = {
    "record": Record.ENROLMENTS,
    "chart": _PROGRESS_CHART,
    "unit": "%",
    "sparks": tuple((each.name, each.name) for each in _AT_ENDS),
    "behind": doors_to(_BEHIND, of_days=True),
}
_OF_TRAINING: Declared = {
    **_PROGRESS,
    "takes": (Param.VERSION,),
    # Nobody is enrolled twice in one training.
    "sparks": (*_PROGRESS["sparks"], ("users", "enrolments")),
}
_OF_CLASS: Declared = {
    **_PROGRESS,
    "sparks": (*_PROGRESS["sparks"], ("users", "learners")),
    "behind": doors_to({**_BEHIND, "learners": USERS}, of_days=True),
}


@figure(
    "global.progress",
    title=_PROGRESS_TITLE,
    level=Level.GLOBAL,
    columns=_PROGRESS_COLUMNS,
    **_PROGRESS,
)
async def progress(q: Query) -> Rows:
    """How far learners had got at the end of each day.

    Of everybody enrolled by then: progress is the mean of done activities of all activities in the
    path (100 % once completed), completion the share who had completed. The first two columns are
    the plain mean over published trainings with learners, so that a small training weighs as much
    as a large one; the pooled columns weigh every enrolment the same. Withdrawn learners stay in.
    Where a platform keeps no history of progress its stored value is used for every day. No value
    before the first enrolment and after the as-of moment. Score, never started and enrolments are
    those of the cards: of all trainings, never started of those whose activity was imported.
    """
    return await _progress(q, await history(q))


@figure(
    "class.progress",
    title=_PROGRESS_TITLE,
    level=Level.CLASS,
    columns=(*_PROGRESS_COLUMNS, _PEOPLE),
    **_OF_CLASS,
)
async def class_progress(q: Query) -> Rows:
    """How far the members had got at the end of each day, in the trainings of the class.

    As the global figure of that name. People are the members with an enrolment by then, those
    enrolled on an unknown day from the first day on.
    """
    rows = await _progress(q, await history(q))
    joined = learners(q)
    day_of = local_days(q)
    days = sorted(day_of(row.since) or BEFORE_ALL for row in await q.fetch(select(joined.c.since)))
    ends = [(first, last) for _label, first, last in buckets(q)]
    people = [None if is_future(q, first) else bisect_right(days, last) for first, last in ends]
    rows.rows = [(*row, number) for row, number in zip(rows.rows, people, strict=True)]
    rows.columns = (*(rows.columns or ()), _PEOPLE)
    return rows


@figure(
    "training.progress",
    title=_PROGRESS_TITLE,
    level=Level.TRAINING,
    columns=_PROGRESS_COLUMNS,
    **_OF_TRAINING,
)
async def training_progress(q: Query) -> Rows:
    """How far learners had got at the end of each day.

    Of everybody enrolled by then: progress is the mean of done activities of all activities in the
    path (100 % once completed), completion the share who had completed, both of the current
    version; the pooled columns say the same of one training. Withdrawn learners stay in. Where a
    platform keeps no history of progress its stored value is used for every day. No value before
    the first enrolment and after the as-of moment. Score and never started are those of the cards.
    --version VERSION is of that version: of its learners, those with an event in it other than a
    download, by the modules that were used in it and are completed in it; completed is who did all,
    or was awarded it; it has no score. --version all is of the current version, but whoever was
    awarded an earlier one stays completed.
    """
    if q.request.version is None:
        return await _progress(q, await history(q))
    rows = await _progress(q, await version_history(q))
    rows.opens = False
    return rows


async def _progress(q: Query, everywhere: History) -> Rows:
    """Return how far learners had got at the end of each bucket; `everywhere`: the changes."""
    spans = buckets(q)
    published, silent = await published_only(q, everywhere), await without_activity(q)
    at_ends = sums_at(everywhere, [last for _label, _first, last in spans])
    rows: list[tuple[Cell, ...]] = [
        (
            label,
            *(
                [None] * 7
                if is_future(q, first)
                else _standing(trainings, published=published, silent=silent)
            ),
        )
        for (label, first, _last), trainings in zip(spans, at_ends, strict=True)
    ]
    before_data(q)
    days_with_learners = [row for row in rows if row[1] is not None]
    summary = ""
    if days_with_learners:
        progress_now, completion_now = (
            amount(days_with_learners[-1][1]),
            amount(days_with_learners[-1][2]),
        )
        summary = (
            f"{show_percent(progress_now)} progress · {show_percent(completion_now)} completed"
        )
    return Rows(
        rows,
        columns=with_bucket(q, _PROGRESS_COLUMNS),
        empty="" if days_with_learners else "Nobody was enrolled yet. Press ] for a later period.",
        summary=summary,
    )


def _standing(
    trainings: Mapping[RowId, Mapping[str, float]],
    *,
    published: Collection[RowId],
    silent: Collection[RowId],
) -> tuple[float | None, ...]:
    """Return progress and completion as plain means and over all enrolments, then the cards.

    Args:
        trainings: the sums of each training.
        published: those that count for progress and completion.
        silent: those of which nobody knows who never started.
    """
    for_means = [sums for training, sums in trainings.items() if training in published]
    with_learners = [sums for sums in for_means if sums[PROGRESS.per] > 0]
    pooled = add_up(with_learners, (PROGRESS.part, COMPLETION.part, PROGRESS.per))
    known = [sums for training, sums in trainings.items() if training not in silent]
    every = add_up(trainings.values(), CHANGES)
    return (
        PROGRESS.mean(with_learners),
        COMPLETION.mean(with_learners),
        PROGRESS.of(pooled),
        COMPLETION.of(pooled),
        SCORE.of(every),
        NEVER_STARTED.of(add_up(known, CHANGES)) if known else None,
        ENROLMENTS.of(every),
    )


_ENROLMENT_COLUMNS = (
    day("day", "Day"),
    NEW_ENROLMENTS.column("enrolled"),
    COMPLETIONS.column("completed"),
    WITHDRAWALS.column("withdrawn"),
)


@on_levels(
    "enrolments",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.ENROLMENTS,
    title="Enrolments",
    columns=_ENROLMENT_COLUMNS,
    chart=Line("day"),
    unit="enrolments",
    sparks=(("new_enrolments", "enrolled"), ("completions", "completed")),
    behind=doors_to(
        {"enrolled": NEW_ENROLMENTS, "completed": COMPLETIONS, "withdrawn": WITHDRAWALS},
        of_days=True,
    ),
)
async def enrolments(q: Query) -> Rows:
    """How many enrolments began, were completed and were withdrawn, per day.

    Each enrolment is one person in one training. Enrolments without a known date are in no day; a
    completion before the enrolment counts on the day of enrolment. Where the platform keeps no
    roster, the first activity in a training counts as the enrolment.
    """
    per_label: dict[object, list[Mapping[str, float]]] = {}
    for number, changes in changes_within(q, await history(q)).items():
        per_label.setdefault(bucket_of(number_day(number), q.request.by), []).append(changes)
    rows: list[tuple[Cell, ...]] = []
    for label, first, _last in buckets(q):
        if is_future(q, first):
            rows.append((label, None, None, None))
        else:
            sums = add_up(per_label.get(label, ()), tuple(WITHIN.values()))
            measures = (NEW_ENROLMENTS, COMPLETIONS, WITHDRAWALS)
            rows.append((label, *(measure.of(sums) for measure in measures)))
    totals = [int(sum(amount(row[i]) for row in rows)) for i in (1, 2, 3)]
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _ENROLMENT_COLUMNS),
        empty="" if any(totals) else nothing_happened(q, "enrolments"),
        summary=f"{totals[0]:,} enrolled · {totals[1]:,} completed" if any(totals) else "",
    )
