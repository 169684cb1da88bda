"""How far enrolments got: progress, completion, who joined and left."""

from __future__ import annotations

from collections import defaultdict

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, is_future, nothing_happened
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import amount, buckets, with_bucket
from termstats.data.figures.learning.history import (
    COMPLETED,
    ENROLLED,
    WITHDRAWN,
    history,
    standing,
    states_at,
)
from termstats.data.figures.learning.published import published_only
from termstats.data.model.period import bucket_of, day_number, number_day
from termstats.data.model.table import Cell, Line, count, day, percent
from termstats.data.model.text import show_percent
from termstats.data.query.query import Query

_PROGRESS_COLUMNS = (
    day("day", "Day"),
    percent("progress", "Progress", "plain mean over trainings"),
    percent("completion", "Completion", "plain mean over trainings"),
    percent("pooled_progress", "Pooled progress", "over all enrolments"),
    percent("pooled_completion", "Pooled completion", "over all enrolments"),
)
_PROGRESS_CHART = Line("day", ("progress", "completion"), percent=True)


@on_levels(
    "progress",
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    title="Progress and completion",
    columns=_PROGRESS_COLUMNS,
    chart=_PROGRESS_CHART,
    unit="%",
    sparks=(("progress", "progress"), ("completion", "completion")),
)
async def progress(q: Query) -> Rows:
    """How far learners had got at the end of each day.

    Of everybody enrolled by then: progress is the mean of done activities of all activities in the
    path (100 % once completed), completion the share who had completed. The first two columns are
    the plain mean over published trainings with learners, so that a small training weighs as much
    as a large one; the pooled columns weigh every enrolment the same. Withdrawn learners stay in.
    Where a platform keeps no history of progress its stored value is used for every day. No value
    before the first enrolment and after the as-of moment.
    """
    found = await published_only(q, await history(q))
    spans = buckets(q)
    states = states_at(found, [last for _label, _first, last in spans])
    rows: list[tuple[Cell, ...]] = []
    for (label, first, _last), state in zip(spans, states, strict=True):
        if is_future(q, first):
            rows.append((label, None, None, None, None))
        else:
            s = standing(list(state.values()))
            rows.append((label, s.progress, s.completion, s.pooled_progress, s.pooled_completion))
    before_data(q)
    known = [row for row in rows if row[1] is not None]
    summary = ""
    if known:
        last = known[-1]
        assert isinstance(last[1], float) and isinstance(last[2], float)  # noqa: S101
        summary = f"{show_percent(last[1])} progress · {show_percent(last[2])} completed"
    return Rows(
        rows,
        columns=with_bucket(q, _PROGRESS_COLUMNS),
        empty="" if known else "Nobody was enrolled yet. Press ] for a later period.",
        summary=summary,
    )


_ENROLMENT_COLUMNS = (
    day("day", "Day"),
    count("enrolled", "Enrolled"),
    count("completed", "Completed"),
    count("withdrawn", "Withdrawn"),
)


@on_levels(
    "enrolments",
    (Level.GLOBAL, Level.TRAINING),
    title="Enrolments",
    columns=_ENROLMENT_COLUMNS,
    chart=Line("day"),
    unit="enrolments",
)
async def enrolments(q: Query) -> Rows:
    """How many enrolments began, were completed and were withdrawn, per day.

    Each enrolment is one person in one training. Enrolments without a known date are in no day; a
    completion before the enrolment counts on the day of enrolment. Where the platform keeps no
    roster, the first activity in a training counts as the enrolment.
    """
    found = await history(q)
    first_day = day_number(q.period.first)
    picked: list[tuple[int, list[float]]] = [
        pair for changed in found.values() for pair in changed if pair[0] >= first_day
    ]
    per_label: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for number_, change in picked:
        sums = per_label[bucket_of(number_day(number_), q.request.by)]
        for index, what in enumerate((ENROLLED, COMPLETED, WITHDRAWN)):
            sums[index] += change[what]
    rows: list[tuple[Cell, ...]] = []
    for label, first, _last in buckets(q):
        if is_future(q, first):
            rows.append((label, None, None, None))
        else:
            rows.append((label, *(int(value) for value in per_label[label])))
    totals = [int(sum(amount(row[i]) for row in rows)) for i in (1, 2, 3)]
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _ENROLMENT_COLUMNS),
        empty="" if any(totals) else nothing_happened(q, "enrolments"),
        summary=f"{totals[0]:,} enrolled · {totals[1]:,} completed" if any(totals) else "",
    )
