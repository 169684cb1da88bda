"""What must hold between figures whatever the data: cards, lists, charts, files and machines."""

from __future__ import annotations

import csv as csv_files
import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import figures
from termstats.data.model import writing as csv
from termstats.data.model.period import local_day
from termstats.data.model.request import Param
from termstats.data.model.table import Column, Kind, StackedBars, StackedNames, Table
from termstats.data.model.units import Second
from termstats.data.store import schema
from tests.data.figures.hand_store import dicts
from tests.data.figures.random_store import CLASS_OF_THREE, Asked, Happening, Plan, asking, plans

quick = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def total(table: Table, column: str) -> float:
    """Return the sum of the known numbers of a column."""
    return sum(cell for cell in table.column(column) if isinstance(cell, (int, float)))


def cards(table: Table) -> dict[str, Any]:
    return {row["metric"]: row["value"] for row in dicts(table)}


def counted(plan: Plan, person: int | None) -> bool:
    return person is not None and not plan.people[person]


# ---- every figure --------------------------------------------------------------------------------

_GIVEN = {Param.TRAINING: "t0", Param.LEARNER: "p0", Param.CLASS: "c0", Param.MODULE: "m0"}


def askable(plan: Plan) -> Iterator[tuple[Figure, dict[Param, str]]]:
    """Give every figure whose parameters the plan can answer."""
    for figure in figures().values():
        wanted = {param: _GIVEN[param] for param in figure.needs if param in _GIVEN}
        has_class = Param.CLASS not in wanted or plan.classes
        if len(wanted) == len(figure.needs) and has_class:
            yield figure, wanted


async def files_of(asked: Asked, plan: Plan, **options: Any) -> dict[str, str]:
    """Return figure id -> its CSV file, for every figure."""
    return {
        figure.id: csv.to_csv(await asked.table(figure.id, keys=wanted, **options))
        for figure, wanted in askable(plan)
    }


@pytest.mark.slow
@settings(quick, max_examples=6)
@example(plan=CLASS_OF_THREE, everybody=False)
@given(plans(), st.booleans())
async def test_every_figure_holds_together(plan: Plan, everybody: bool) -> None:
    async with asking(plan) as asked:
        for figure, wanted in askable(plan):
            table = await asked.table(figure.id, keys=wanted, everybody=everybody)
            names = [column.name for column in table.columns]
            assert len(set(names)) == len(names), figure.id
            assert all(len(row) == len(names) for row in table.rows), figure.id
            assert table.rows or table.empty, f"{figure.id} is empty and does not say why"
            cards_named = {name for name, _panel in figure.cards}
            # The backoffice leaves cards out that its sources do not know.
            if cards_named and figure.level is not Level.BACKOFFICE:
                assert cards_named <= set(table.column("metric")), figure.id
            check_ranges(table)
            check_chart(table)
            check_file(table)


def check_ranges(table: Table) -> None:
    """Percentages lie in 0-100; counts and durations are never negative; all are numbers."""
    for number, row in enumerate(table.rows):
        for index, cell in enumerate(row):
            kind, where = table.kind(number, index), (table.figure_id, row)
            is_change = table.columns[index].name == "change"
            if not isinstance(cell, (int, float)):
                assert kind not in (Kind.COUNT, Kind.PERCENT, Kind.SECONDS) or cell is None, where
            elif kind is Kind.PERCENT:
                assert (-100 if is_change else 0) <= cell <= 100 + 1e-9, where
            elif kind in (Kind.COUNT, Kind.SECONDS) and not is_change:
                assert cell >= 0, where


def check_chart(table: Table) -> None:
    """A chart draws columns that the table has, and its stacks add up to the table's total."""
    chart = table.chart
    if chart is None or not table.rows:
        return
    drawn = [
        getattr(chart, name)
        for name in ("x", "y", "value", "label")
        if isinstance(getattr(chart, name, None), str)
    ]
    drawn.extend(getattr(chart, "ys", ()))
    # The first column of a series is named by the bucket; charts may keep calling it day.
    names = {column.name for column in table.columns} | {"day"}
    assert set(drawn) <= names, table.figure_id
    if isinstance(chart, (StackedBars, StackedNames)) and "total" in names:
        parts = [
            index
            for index, column in enumerate(table.columns)
            if column.kind is Kind.COUNT and column.name not in chart.leave
        ]
        at = table.position("total")
        for row in table.rows:
            known = [cell for i in parts if isinstance(cell := row[i], int)]
            assert sum(known) == (row[at] or 0), (table.figure_id, row)


def check_file(table: Table) -> None:
    """The exported file has the rows and columns of the screen, in their order."""
    head, *body = csv_files.reader(io.StringIO(csv.to_csv(table)))
    assert head == [column.name for column in table.columns]
    assert [len(line) for line in body] == [len(table.columns)] * len(table.rows)
    for line, row in zip(body, table.rows, strict=True):
        for written, cell, column in zip(line, row, table.columns, strict=True):
            assert_same(written, cell, column)


def assert_same(written: str, cell: Any, column: Column) -> None:
    if cell is None:
        assert written == ""
    elif isinstance(cell, (int, float)):
        # Files have 12 digits of a number: more only show in which order a sum was added.
        assert float(written) == pytest.approx(cell, rel=1e-11), column.name
    elif isinstance(cell, str):
        assert written.removeprefix("'") == cell.removeprefix("'")
    else:
        assert written == cell.isoformat()


# ---- cards and what they open --------------------------------------------------------------------


@quick
@given(plans(), st.booleans())
async def test_cards_are_the_sum_of_their_lists(plan: Plan, everybody: bool) -> None:
    async with asking(plan) as asked:

        async def get(name: str) -> Table:
            return await asked.table(name, everybody=everybody)

        found = cards(await get("global.totals"))
        trainings = await get("global.trainings")
        activity = await get("global.activity")
        enrolments = await get("global.enrolments")
        spent = await get("global.time-spent")
        assert found["enrolments"] == total(trainings, "learners")
        assert found["never_started"] == total(trainings, "never_started")
        assert found["new_enrolments"] == total(enrolments, "enrolled")
        assert found["completions"] == total(enrolments, "completed")
        assert found["actions"] == total(activity, "total")
        assert found["time_spent"] == pytest.approx(total(spent, "time_spent"))
        assert found["time_spent"] >= total(trainings, "time_spent") - 1e-6
        last = dicts(await get("global.progress"))[-1]
        assert found["progress"] == pytest.approx(last["progress"])
        assert found["completion"] == pytest.approx(last["completion"])


def happened(plan: Plan, everybody: bool, *, people_only: bool = False) -> list[Happening]:
    """Return the events that count, by the rule of the population and nothing else."""
    return [
        event
        for event in plan.events
        if not event.flags & schema.FLAG_DUPLICATE
        and (everybody or counted(plan, event.person))
        and not (people_only and event.person is None)
    ]


def in_march(asked: Asked, event: Happening) -> bool:
    return local_day(Second(event.at), asked.store.info.zone).month == 3


@quick
@given(plans(), st.booleans())
async def test_activity_is_what_was_written(plan: Plan, everybody: bool) -> None:
    async with asking(plan) as asked:
        events = happened(plan, everybody)
        table = await asked.table("global.activity", "2026", everybody=everybody)
        assert total(table, "total") == sum(event.weight for event in events)
        for kind in schema.KINDS:
            assert total(table, kind) == sum(e.weight for e in events if e.kind == kind)
        found = cards(await asked.table("global.totals", "2026", everybody=everybody))
        active = {e.person for e in events if e.active and e.person is not None}
        assert found["active_users"] == len(active)


@quick
@given(plans(), st.booleans())
async def test_trainings_add_up(plan: Plan, everybody: bool) -> None:
    async with asking(plan) as asked:
        whole = await asked.table("global.activity", everybody=everybody)
        listed = await asked.table("global.trainings", everybody=everybody)
        rows = {row["training_id"]: row for row in dicts(listed)}
        parts = 0.0
        for number in range(len(plan.trainings)):
            keys = {Param.TRAINING: f"t{number}"}
            part = await asked.table("training.activity", keys=keys, everybody=everybody)
            parts += total(part, "total")
            one = cards(await asked.table("training.totals", keys=keys, everybody=everybody))
            row = rows[f"t{number}"]
            assert one["enrolments"] == row["learners"]
            assert one["active_users"] == row["active"]
            assert one["never_started"] == row["never_started"]
            assert one["time_spent"] == pytest.approx(row["time_spent"])
            assert one["score"] == pytest.approx(row["score"])
        outside = [
            e.weight for e in happened(plan, everybody) if e.training is None and in_march(asked, e)
        ]
        assert total(whole, "total") == parts + sum(outside)


@quick
@given(plans())
async def test_people_add_up(plan: Plan) -> None:
    async with asking(plan) as asked:
        whole = await asked.table("global.activity", everybody=True)
        few = await asked.table("global.activity")
        parts = {True: 0.0, False: 0.0}
        for number in range(len(plan.people)):
            keys = {Param.LEARNER: f"p{number}"}
            one = await asked.table("learner.activity", keys=keys, everybody=True)
            parts[counted(plan, number)] += total(one, "total")
        nobody = [e.weight for e in happened(plan, True) if e.person is None and in_march(asked, e)]
        assert total(few, "total") == parts[True]
        assert total(whole, "total") == parts[True] + parts[False] + sum(nobody)


@quick
@given(plans(), st.booleans())
async def test_classes_add_up(plan: Plan, everybody: bool) -> None:
    async with asking(plan) as asked:
        for number in range(len(plan.classes)):
            keys = {Param.CLASS: f"c{number}"}

            async def get(name: str, keys: dict[Param, str] = keys) -> Table:
                return await asked.table(name, keys=keys, everybody=everybody)

            found = cards(await get("class.totals"))
            trainings, learners = await get("class.trainings"), await get("class.learners")
            members = await get("class.members")
            assert found["enrolments"] == len(learners.rows) == total(trainings, "learners")
            assert total(members, "trainings") == len(learners.rows)
            assert found["users"] == sum(1 for n in members.column("trainings") if n)
            assert total(members, "completed") == total(trainings, "completed")
            assert total(members, "points") >= total(learners, "points")
            assert total(members, "points") == total(await get("class.leaderboard"), "points")
            assert found["time_spent"] == pytest.approx(total(trainings, "time_spent"))
            assert found["actions"] == total(await get("class.activity"), "total")
            first = dicts(await get("class.comparison"))[0]
            assert (first["class_id"], first["learners"]) == (f"c{number}", len(members.rows))


# ---- periods and switches ------------------------------------------------------------------------


@quick
@given(plans(), st.integers(1, 30), st.sampled_from(("day", "week", "month")))
async def test_two_halves_are_the_whole(plan: Plan, cut: int, by: str) -> None:
    first, second = f"2026-03-01..2026-03-{cut:02}", f"2026-03-{cut + 1:02}..2026-03-31"
    async with asking(plan) as asked:
        for name, columns in (
            ("global.activity", ("total",)),
            ("global.enrolments", ("enrolled", "completed", "withdrawn")),
            ("global.time-spent", ("time_spent",)),
        ):
            whole = await asked.table(name, by=by)
            halves = [await asked.table(name, period, by=by) for period in (first, second)]
            for column in columns:
                parts = sum(total(half, column) for half in halves)
                assert parts == pytest.approx(total(whole, column)), (name, column)


@quick
@given(plans())
async def test_everybody_is_never_fewer(plan: Plan) -> None:
    async with asking(plan) as asked:
        few = cards(await asked.table("global.totals"))
        all_ = cards(await asked.table("global.totals", everybody=True))
        for metric in ("users", "active_users", "enrolments", "completions", "actions"):
            assert few[metric] <= all_[metric], metric
        assert (few["trainings"], few["classes"]) == (all_["trainings"], all_["classes"])


# ---- the backoffice ------------------------------------------------------------------------------


@quick
@given(plans(), st.integers(1, 6), st.booleans())
async def test_platform_use_adds_up(plan: Plan, top: int, everybody: bool) -> None:
    async with asking(plan) as asked:

        async def get(name: str, **options: Any) -> Table:
            return await asked.table(f"backoffice.{name}", "2026", everybody=everybody, **options)

        if not plan.acts:
            assert (await get("totals")).rows == ()
            return
        found = cards(await get("totals"))
        machines = ("bot", "anonymous")
        people = [
            person
            for _at, _action, person, _on in plan.acts
            if person is not None and (everybody or plan.people[person] not in machines)
        ]
        assert (found["actions"], found["users"]) == (len(plan.acts), len(set(people)))
        for name, column in (("actions", "total"), ("distribution", "actions"),
                             ("weekdays", "actions")):  # fmt: skip
            assert total(await get(name), column) == len(plan.acts), name
        assert total(await get("top-users", top=top), "total") == len(people)
        assert total(await get("users"), "actions") == len(people)
        on_dataset = sum(1 for *_rest, on in plan.acts if on)
        assert total(await get("top-datasets", top=top), "actions") == on_dataset
        assert total(await get("objects"), "actions") == on_dataset
        assert len((await get("log")).rows) == len(plan.acts)


# ---- order, repetition, machine ------------------------------------------------------------------


@pytest.mark.slow
@settings(quick, max_examples=3)
@given(plans(), st.integers(0, 99))
async def test_neither_order_nor_repetition_changes_a_file(plan: Plan, seed: int) -> None:
    async with asking(plan) as asked:
        once = await files_of(asked, plan, everybody=True)
    async with asking(plan, Random(seed)) as asked:  # noqa: S311 - a shuffle, no secret
        mixed = await files_of(asked, plan, everybody=True)
    async with asking(plan, times=2) as asked:
        twice = await files_of(asked, plan, everybody=True)
    assert mixed == once
    assert twice == once


@contextmanager
def machine_zone(name: str) -> Iterator[None]:
    """Let the machine believe that it is in the zone `name`."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.slow
@settings(quick, max_examples=2)
@given(plans(), st.sampled_from(("Pacific/Auckland", "America/Los_Angeles")))
async def test_the_zone_of_the_machine_changes_nothing(plan: Plan, zone: str) -> None:
    async with asking(plan) as asked:
        usual = await files_of(asked, plan)
    with machine_zone(zone):
        async with asking(plan) as asked:
            elsewhere = await files_of(asked, plan)
    assert elsewhere == usual
