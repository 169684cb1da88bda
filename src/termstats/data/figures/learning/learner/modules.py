"""The modules of one training as one learner stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.policy import StartRow
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.module_list import ModuleItem, module_list
from termstats.data.figures.learning.module_state import (
    attempts_by_module,
    module_state,
    scores_of,
    tries_of,
    verdict,
)
from termstats.data.figures.learning.version_modules import of_version
from termstats.data.model.doors import Door
from termstats.data.model.request import Param
from termstats.data.model.scoring import kept_score, progress_percent
from termstats.data.model.table import (
    Cell,
    Destination,
    Gauge,
    count,
    day,
    ident,
    percent,
    seconds,
    words,
)
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.query.query import Query
from termstats.data.store.schema import FLAG_OUTLIER


@figure(
    "learner.modules",
    title="Modules",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.TRAINING),
    takes=(Param.VERSION,),
    columns=(
        ident("module_id"),
        words("module", "Module"),
        words("kind", "Kind"),
        words("mandatory", "Mandatory"),
        count("attempts", "Attempts"),
        words("state", "State"),
        percent("progress", "Progress"),
        percent("score", "Score", "the one that counts: best or newest, by the module's rule"),
        percent("best", "Best"),
        percent("newest", "Newest"),
        percent("first", "First"),
        percent("pass_mark", "Pass mark"),
        seconds("time_spent", "Time", "of the attempts"),
        day("completed", "Completed"),
        percent("lowest", "Lowest", "of all finished attempts"),
        percent("mean", "Mean", "of all finished attempts"),
    ),
    chart=Gauge("module", "progress"),
    row_opens=Destination("learner.attempts", (("module", "module_id"),)),
    behind=(
        ("attempts", Door("learner.attempts", params=(("module", "module_id"),), unit="attempts")),
    ),
    lead=("module", "state", "score", "attempts", "best", "time_spent", "pass_mark"),
    start=StartRow(tried="attempts"),
)
async def modules(q: Query) -> Rows:
    """One row per module of the training in its order, as it stands at the end of the period.

    Attempts are all, open ones too; scores are those of finished attempts: that which counts, best,
    newest, first, lowest and their mean, each of the attempt's own maximum. State is passed or
    failed by the module's rule where there is a pass mark, else completed once all its activities
    are (or an attempt is finished where it has none), in progress with anything done, not started.
    Progress is the share of its activities that are done. Time is that of the attempts, those over
    the limit left out. Sections hold the progress of their modules. Old versions are listed last,
    only where the learner tried them; --version all lists every one, --version VERSION what was
    used in that version with the attempts made in it.
    """
    tries, done = await attempts_by_module(q), q.roster.completions()
    done_at = {
        row.activity_id: row.at for row in await q.fetch(select(done.c.activity_id, done.c.at))
    }
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for module in await of_version(q, await module_list(q), also=set(tries)):
        rows.append(_standing(module, tries[module.id], done_at, q.end, day_of))
    before_data(q)
    return Rows(
        rows,
        empty="" if rows else "This training has no modules that are shown here.",
        summary=_summary(rows),
    )


def _summary(rows: Sequence[Sequence[Cell]]) -> str:
    failed = sum(1 for row in rows if row[5] == "failed")
    return f"{len(rows):,} modules" + (f", {failed:,} failed" if failed else "")


def _standing(
    module: ModuleItem,
    tries: Sequence[Any],
    done_at: dict[RowId, Second],
    end: Second,
    day_of: Callable[[Second | None], DayNumber | None],
) -> tuple[Any, ...]:
    """Return the cells of one module; `tries` in order of time."""
    over = tries_of(tries, end)
    scores, scored = [t.score for t in over.counting], scores_of(over)
    done = [done_at[part] for part in module.path if part in done_at]
    state: str | None = verdict(module, over, len(done))
    completed: Second | None = None
    if state == "passed":
        completed = next((t.finished_at for t in over.counting if t.passed), None)
    elif state == "completed":
        completed = max(done) if module.path else over.finished[0].finished_at
    if state is None and not module.is_heading:
        state = module_state(module, over, len(done))
    progress: float | None = progress_percent(len(done), len(module.path), completed is not None)
    if module.is_heading and not module.path:
        progress = None
    times = [t.seconds for t in tries if t.seconds is not None and not t.flags & FLAG_OUTLIER]
    return (
        module.key,
        module.title,
        module.kind,
        module.role,
        len(tries),
        None if module.is_heading and not tries else state,
        progress,
        kept_score(scores, module.keep),
        *(scored.best, scored.newest, scored.first),
        module.pass_mark,
        sum(times) if times else None,
        day_of(completed),
        *(scored.lowest, scored.mean),
    )
