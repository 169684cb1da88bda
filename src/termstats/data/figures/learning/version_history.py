"""How far learners got in one version of a training, or in whichever they completed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import case, func, select

from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.history import Change, History, Pair, changes_of_each
from termstats.data.figures.learning.module_list import module_list
from termstats.data.figures.learning.version_modules import of_version
from termstats.data.model.enrolment_path import CHANGES
from termstats.data.model.request import EVERY_VERSION
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query
from termstats.data.store import schema


async def version_history(q: Query) -> History:
    """Return the changes of the period in the version that is asked about; see `history`.

    Of `all` versions: of the current one, and whoever was awarded an earlier one stays completed.
    """
    if q.request.version == EVERY_VERSION:
        awarded = await _awards(q)
        of_pairs = {
            pair: list(_kept_completed(changed, awarded.get(pair)))
            for pair, changed in (await changes_of_each(q)).items()
        }
    else:
        of_pairs = await _changes_in_version(q)
    before = DayNumber(q.day_range[0] - 1)
    sums: dict[RowId, dict[DayNumber, list[float]]] = defaultdict(dict)
    for (training, _person), changed in of_pairs.items():
        for day, change in changed:
            total = sums[training].setdefault(max(day, before), [0.0] * len(CHANGES))
            total[:] = [a + b for a, b in zip(total, change, strict=True)]
    return {training: sorted(per_day.items()) for training, per_day in sums.items()}


def _change(**changed: float) -> list[float]:
    return [changed.get(name, 0.0) for name in CHANGES]


def _kept_completed(changed: Iterable[Change], awarded: DayNumber | None) -> Iterable[Change]:
    """Yield the changes of an enrolment that is completed from the day of its award on."""
    at = {name: index for index, name in enumerate(CHANGES)}
    progress = completed = 0.0
    is_done = False
    for day, change in sorted(changed):
        if awarded is not None and not is_done and day > awarded:
            yield awarded, _change(progress=100 - progress, completed=1 - completed)
            is_done = True
        progress += change[at["progress"]]
        completed += change[at["completed"]]
        if is_done:
            frozen = {at["progress"], at["completed"]}
            change = [0.0 if i in frozen else n for i, n in enumerate(change)]
        yield day, change
    if awarded is not None and not is_done:
        yield awarded, _change(progress=100 - progress, completed=1 - completed)


async def _changes_in_version(q: Query) -> dict[Pair, list[Change]]:
    """Return (training, person) -> the changes of a learner in the version."""
    modules = [m for m in await of_version(q, await module_list(q)) if not m.is_heading]
    # Of the newest version what is in no path, a pre-test, does not count.
    counting = [m for m in modules if not m.current or m.path or m.mandatory]
    sizes: dict[RowId, int] = defaultdict(int)
    for module in counting:
        sizes[module.training_id] += 1
    events = q.days.events(whole_history=True)
    begun = await q.fetch(
        select(events.c.training_id, events.c.person_id, func.min(events.c.second).label("at"))
        .where(events.c.version == q.request.version, events.c.kind != "download")
        .group_by(events.c.training_id, events.c.person_id)
    )
    done = await q.fetch(
        select(
            *(events.c.training_id, events.c.person_id, events.c.module_id),
            func.min(case((events.c.completed == 1, events.c.second))).label("at"),
        )
        .where(
            events.c.version == q.request.version,
            events.c.module_id.in_([module.id for module in counting]),
        )
        .group_by(events.c.training_id, events.c.person_id, events.c.module_id)
    )
    day_of = local_days(q)
    days: dict[Pair, list[DayNumber]] = defaultdict(list)
    for row in done:
        if (day := day_of(row.at)) is not None:
            days[row.training_id, row.person_id].append(day)
    awarded = await _awards(q, q.request.version)
    first = {(row.training_id, row.person_id): day_of(row.at) for row in begun}
    return {
        pair: _learner(first.get(pair), days[pair], awarded.get(pair), sizes[pair[0]])
        for pair in {**first, **awarded}
    }


def _learner(
    begun: DayNumber | None, done: list[DayNumber], awarded: DayNumber | None, modules: int
) -> list[Change]:
    """Return the changes of one learner: `done` holds the day of each module that was completed."""
    in_order = sorted(done)
    ends = [] if awarded is None else [awarded]
    if modules and len(in_order) == modules:
        ends.append(in_order[-1])
    completed = min(ends, default=None)
    steps = [day for day in in_order if completed is None or day < completed]
    first = min(day for day in (begun, completed) if day is not None)
    share = 100 / modules if modules else 0.0
    changed: list[Change] = [(first, _change(enrolled=1, started=1))]
    changed += [(day, _change(progress=share)) for day in steps]
    if completed is not None:
        changed.append((completed, _change(completed=1, progress=100 - share * len(steps))))
    return changed


async def _awards(q: Query, version: str | None = None) -> Mapping[Pair, DayNumber]:
    """Return (training, person) -> day of the first badge, of a version or of any."""
    awards, trainings = q.roster.of_people(schema.award), q.roster.trainings()
    rows = await q.fetch(
        select(awards.c.training_id, awards.c.person_id, func.min(awards.c.at).label("at"))
        .join(trainings, trainings.c.id == awards.c.training_id)
        .where(
            *(awards.c.kind == "badge", awards.c.at < q.end),
            awards.c.version.is_not(None) if version is None else awards.c.version == version,
        )
        .group_by(awards.c.training_id, awards.c.person_id)
    )
    day_of = local_days(q)
    days = {(row.training_id, row.person_id): day_of(row.at) for row in rows}
    return {pair: day for pair, day in days.items() if day is not None}
