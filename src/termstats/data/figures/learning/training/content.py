"""The modules of a training, and how far its learners got in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select

from termstats.data.figures.definition.doors import door_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import COMPLETION, ENROLMENTS
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.module_learners import (
    Completed,
    completed_by,
    finished_by_learner,
    parts_by_learner,
    parts_of,
    started_by_learner,
)
from termstats.data.figures.learning.module_list import ModuleItem, module_list
from termstats.data.figures.learning.unplaced import note_unplaced_attempts
from termstats.data.figures.learning.version_modules import of_version
from termstats.data.model.doors import Door
from termstats.data.model.request import EVERY_VERSION, Param
from termstats.data.model.scoring import NEWEST
from termstats.data.model.table import (
    Cell,
    Destination,
    Gauge,
    count,
    ident,
    percent,
    seconds,
    words,
)
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

_THE_MODULE = (("module", "module_id"),)


@dataclass(frozen=True)
class _Tried:
    """What the attempts at one module come to, over the learners who finished one."""

    finished: int
    passed: int
    score: float | None
    seconds: float | None


@figure(
    "training.content",
    title="Content",
    level=Level.TRAINING,
    takes=(Param.VERSION,),
    columns=(
        ident("module_id"),
        words("module", "Module"),
        words("kind", "Kind"),
        words("mandatory", "Mandatory"),
        count("position", "#"),
        count("learners", "Learners"),
        count("started", "Started"),
        count("completed", "Completed"),
        COMPLETION.column(),
        percent("score", "Score", "mean of the kept scores of those who have one"),
        seconds("avg_time", "Mean time", "of attempts, per learner with a recorded time"),
        words("section", "Section"),
    ),
    chart=Gauge("module", "completion"),
    row_opens=Destination("training.quiz-responses", (("module", "module_id"),)),
    behind=(
        ("learners", door_to(ENROLMENTS)),
        ("started", Door("training.behind-module", "started", _THE_MODULE)),
        ("completed", Door("training.behind-module", "completed", _THE_MODULE)),
    ),
    lead=("module", "completion", "score", "avg_time", "mandatory", "kind"),
)
async def content(q: Query) -> Rows:
    """One row per module in its order, each after the section that holds it.

    Learners are all enrolled by the end of the period; started are those with an attempt or a
    completed activity, completed those who passed by the module's own rule (best or newest
    attempt), or did all its activities where there is nothing to pass. Score is the mean of the
    kept scores of learners who have one. Mean time is that of attempts, per learner with a time;
    times over the limit are left out. Sections are headings without values of their own. Old
    versions of modules are not listed, but for --version all, which lists them last. --version
    VERSION is of what was used in that version, by its learners: those with an event in it other
    than a download; completed is who did so in it, and attempts are those made in it.
    """
    modules = await of_version(q, await module_list(q))
    if not modules:
        return Rows((), empty="This training has no modules.")
    number = await _learners(q)
    scores = await _kept_scores(q, [m.id for m in modules if m.keep != NEWEST], newest=False)
    scores.update(await _kept_scores(q, [m.id for m in modules if m.keep == NEWEST], newest=True))
    if q.request.version in (None, EVERY_VERSION):
        started, all_done = await _participation(q, modules)
    else:
        started, all_done = await _in_version(q)
    rows: list[tuple[Cell, ...]] = []
    for position, module in enumerate(modules, 1):
        names = (module.key, module.title, module.kind, module.role, position, number)
        if module.is_heading and module.id not in scores:
            rows.append((*names[:-1], *[None] * 6, module.section))
            continue
        tried = scores.get(module.id)
        match completed_by(module):
            case Completed.ACTIVITIES:
                done = all_done.get(module.id, 0)
            case Completed.ATTEMPTS:
                done = tried.finished if tried else 0
            case Completed.PASSES:
                done = tried.passed if tried else 0
        rows.append(
            (
                *names,
                started.get(module.id, 0),
                done,
                COMPLETION.of({"completed": done, "enrolled": number}),
                tried.score if tried else None,
                tried.seconds if tried else None,
                module.section,
            )
        )
    before_data(q)
    await note_unplaced_attempts(q)
    mandatory = sum(1 for module in modules if module.mandatory)
    steps = sum(1 for module in modules if not module.is_heading)
    return Rows(
        rows,
        summary=f"{steps:,} modules, {mandatory:,} mandatory",
        opens=q.request.version in (None, EVERY_VERSION),
    )


async def _kept_scores(q: Query, modules: list[RowId], *, newest: bool) -> dict[RowId, _Tried]:
    """Return module id -> what learners' finished attempts come to, best or newest kept."""
    if not modules:
        return {}
    learners = finished_by_learner(q, modules, newest=newest)
    rows = await q.fetch(
        select(
            learners.c.module_id,
            func.count().label("finished"),
            func.sum(case((learners.c.passed == 1, 1), else_=0)).label("passed"),
            func.avg(learners.c.score).label("score"),
            func.avg(learners.c.seconds).label("seconds"),
        ).group_by(learners.c.module_id)
    )
    return {r.module_id: _Tried(r.finished, int(r.passed), r.score, r.seconds) for r in rows}


async def _participation(
    q: Query, modules: Iterable[ModuleItem]
) -> tuple[dict[RowId, int], dict[RowId, int]]:
    """Return module id -> learners who started, and -> learners who did all its activities."""
    begun, parts = started_by_learner(q), parts_by_learner(q)
    started = await q.fetch(
        select(begun.c.module_id, func.count().label("learners")).group_by(begun.c.module_id)
    )
    counts = await q.fetch(
        select(parts.c.module_id, parts.c.parts, func.count().label("learners")).group_by(
            parts.c.module_id, parts.c.parts
        )
    )
    sizes = {module.id: parts_of(module) for module in modules}
    return (
        {row.module_id: row.learners for row in started},
        {r.module_id: r.learners for r in counts if r.parts == sizes.get(r.module_id)},
    )


async def _learners(q: Query) -> int:
    """Return how many are enrolled, or how many learned in the version that is asked about."""
    roster = q.roster.enrolments()
    if q.request.version in (None, EVERY_VERSION):
        return int(await q.fetch_value(select(func.count()).select_from(roster)))
    events = q.days.events(whole_history=True)
    return int(
        await q.fetch_value(
            select(func.count(events.c.person_id.distinct())).where(
                events.c.version == q.request.version, events.c.kind != "download"
            )
        )
    )


async def _in_version(q: Query) -> tuple[dict[RowId, int], dict[RowId, int]]:
    """Return what `_participation` does, from the events of the version that is asked about."""
    events = q.days.events(whole_history=True)
    completed = case((events.c.completed == 1, events.c.person_id))
    rows = await q.fetch(
        select(
            events.c.module_id,
            func.count(events.c.person_id.distinct()).label("started"),
            func.count(completed.distinct()).label("completed"),
        )
        .where(events.c.version == q.request.version, events.c.module_id.is_not(None))
        .group_by(events.c.module_id)
    )
    return (
        {row.module_id: row.started for row in rows},
        {row.module_id: row.completed for row in rows},
    )
