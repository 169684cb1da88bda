"""Every view of a measure agrees with the others, whatever the data: over the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.measure import Measure, Sums
from termstats.data.figures.definition.measures import COMPLETION, MEASURES, PROGRESS
from termstats.data.model.enrolment_path import CHANGES
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from tests.data.figures.hand_store import dicts
from tests.data.figures.random_store import Asked, Plan, asking, plans

quick = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
OF_TRAININGS = {
    "enrolments": "learners",
    "active_users": "active",
    **{
        name: name
        for name in ("never_started", "completed", "completion", "progress", "score", "time_spent")
    },
}
"""Measure -> column of the list of trainings."""
OF_RATES = {"not_started": "not_started", "under_way": "in_progress"}
"""Measure -> column of the completion rates."""
OF_CLASSES = {
    "active_users": "active",
    **{name: name for name in ("progress", "completion", "score", "time_spent")},
}
"""Measure -> column of the list of classes."""
OF_MEMBERS = {"enrolments": "trainings", "completed": "completed", "progress": "progress",
              "score": "score"}  # fmt: skip
"""Measure -> column of the list of members."""


def cards(table: Table) -> dict[str, Any]:
    return {row["metric"]: row["value"] for row in dicts(table)}


def added_up(rows: Iterable[Mapping[str, Any]]) -> Sums:
    """Return what rows of single enrolments add up to, counted here and nowhere else."""
    rows = list(rows)
    scores = [row["score"] for row in rows if row["score"] is not None]
    return {
        "enrolled": len(rows),
        "completed": sum(row["state"] in ("passed", "expired") for row in rows),
        "progress": sum(row["progress"] for row in rows),
        "scored": len(scores),
        "score": sum(scores),
    }


def per(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, Any]:
    """Return key -> sums of the enrolments that have it in `column`."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return {key: added_up(group) for key, group in groups.items()}


def needs(measure: Measure) -> set[str]:
    """Return the names of the sums that a measure is computed from."""
    return {name for name in (measure.part, measure.less, measure.per) if name}


def check(columns: Mapping[str, str], row: Mapping[str, Any], *others: Mapping[str, Any]) -> None:
    """Check that a row says of each measure what cards or sums of enrolments say of it."""
    for name, column in columns.items():
        measure, values = MEASURES[name], []
        for other in others:
            if needs(measure) <= set(other):
                values.append(measure.of(other))
            elif name in other:
                values.append(other[name])
        assert values, f"nothing to compare {name} with"
        for value in values:
            assert row[column] == (None if value is None else pytest.approx(value)), name


@quick
@given(plans(), st.booleans())
async def test_the_list_of_trainings_says_what_cards_and_learners_say(
    plan: Plan, everybody: bool
) -> None:
    async with asking(plan) as asked:
        listed = dicts(await asked.table("global.trainings", everybody=everybody))
        rates = dicts(await asked.table("global.completion-rates", everybody=everybody))
        rates_of = {row["training_id"]: row for row in rates}
        for row in listed:
            keys = {Param.TRAINING: row["training_id"]}
            totals = cards(await asked.table("training.totals", keys=keys, everybody=everybody))
            people = dicts(await asked.table("training.learners", keys=keys, everybody=everybody))
            series = dicts(await asked.table("training.progress", keys=keys, everybody=everybody))
            check(OF_TRAININGS, row, totals, added_up(people))
            for measure in (PROGRESS, COMPLETION):
                for value in (totals[measure.name], series[-1][measure.name]):
                    assert row[measure.name] == approximately(value)
                assert row[measure.name] == approximately(series[-1][f"pooled_{measure.name}"])
            if rate := rates_of.get(row["training_id"]):
                check(OF_RATES, rate, totals_of(rate))
                assert rate["completion"] == row["completion"]
                assert (rate["learners"], rate["completed"]) == (row["learners"], row["completed"])


@quick
@given(plans(), st.booleans())
async def test_classes_say_what_their_cards_and_learners_say(plan: Plan, everybody: bool) -> None:
    async with asking(plan) as asked:
        listed = dicts(await asked.table("global.classes", everybody=everybody))
        for row in listed:
            one = await ask_class(asked, row["class_id"], everybody)
            totals, learners = cards(one["totals"]), dicts(one["learners"])
            activity = {name: totals[name] for name in ("active_users", "time_spent")}
            check(OF_CLASSES, row, activity, added_up(learners))
            first = dicts(one["comparison"])[0]
            check({name: name for name in ("progress", "completion", "score")}, first, row)
            by_training = per(learners, "training_id")
            for training in dicts(one["trainings"]):
                sums = by_training.get(training["training_id"], added_up(()))
                check({**OF_MEMBERS, "enrolments": "learners"}, training, sums)
                assert training["completion"] == approximately(COMPLETION.of(sums))
            by_learner = per(learners, "learner_id")
            for member in dicts(one["members"]):
                check(OF_MEMBERS, member, by_learner.get(member["learner_id"], added_up(())))
            published = [sums for key, sums in by_training.items() if is_published(plan, key)]
            for measure in (PROGRESS, COMPLETION):
                assert totals[measure.name] == approximately(measure.mean(published))


@quick
@given(plans())
async def test_a_learner_has_completed_what_the_list_says(plan: Plan) -> None:
    async with asking(plan) as asked:
        for number in range(len(plan.people)):
            keys = {Param.LEARNER: f"p{number}"}
            totals = cards(await asked.table("learner.totals", keys=keys))
            rows = dicts(await asked.table("learner.trainings", keys=keys))
            check({"completed": "completed"}, totals, added_up(rows))


@quick
@given(plans(), st.booleans())
async def test_the_means_of_the_site_are_those_of_its_trainings(
    plan: Plan, everybody: bool
) -> None:
    async with asking(plan) as asked:
        totals = cards(await asked.table("global.totals", everybody=everybody))
        listed = dicts(await asked.table("global.trainings", everybody=everybody))
        shown = [row for row in listed if is_published(plan, row["training_id"])]
        for measure in (PROGRESS, COMPLETION):
            known = [row[measure.name] for row in shown if row[measure.name] is not None]
            mean = sum(known) / len(known) if known else None
            assert totals[measure.name] == approximately(mean)


def totals_of(rate: Mapping[str, Any]) -> Sums:
    """Return the sums of a training as the other columns of its rates tell them."""
    started = rate["learners"] - rate["not_started"]
    return {"enrolled": rate["learners"], "completed": rate["completed"], "started": started}


def test_every_measure_of_standing_enrolments_is_compared() -> None:
    of_enrolments = {each.name for each in MEASURES.values() if needs(each) <= set(CHANGES)}
    assert of_enrolments == {
        *(*OF_TRAININGS, *OF_MEMBERS, *OF_RATES),
    } - {"active_users", "time_spent"}


def approximately(value: float | None) -> Any:
    return None if value is None else pytest.approx(value)


def is_published(plan: Plan, key: str) -> bool:
    return plan.trainings[int(key.removeprefix("t"))][2]


async def ask_class(asked: Asked, key: str, everybody: bool) -> dict[str, Table]:
    """Return the figures of one class by the name of their level's part."""
    return {
        name: await asked.table(f"class.{name}", keys={Param.CLASS: key}, everybody=everybody)
        for name in ("totals", "trainings", "learners", "members", "comparison")
    }
