"""What is counted of those who need help is what their list holds, whatever the data."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from tests.data.figures.hand_store import dicts
from tests.data.figures.random_store import Plan, asking, plans

Listed = dict[Any, list[dict[str, Any]]]


def per(rows: list[dict[str, Any]], column: str) -> Listed:
    groups: Listed = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def longest(rows: list[dict[str, Any]]) -> Any:
    return min((row["since"] for row in rows if row["since"] is not None), default=None)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(plans())
async def test_counts_are_those_of_the_list(plan: Plan) -> None:
    async with asking(plan) as asked:
        listed = await asked.table("global.attention")
        of_reason = per(dicts(listed), "reason")
        reasons = await asked.table("global.attention-reasons")
        people = await asked.table("global.behind-attention")
        of_one = {
            reason: await asked.table("global.behind-attention", action=reason)
            for reason in of_reason
        }
    assert reasons.notes == people.notes == listed.notes
    told = [(row["reason"], row["enrolments"], row["learners"], row["longest"])
            for row in dicts(reasons)]  # fmt: skip
    assert told == [
        (reason, len(rows), len(per(rows, "learner_id")), longest(rows))
        for reason, rows in of_reason.items()
    ]
    for table, rows in ((people, dicts(listed)), *((of_one[r], of_reason[r]) for r in of_reason)):
        assert {row["learner_id"]: (row["enrolments"], row["since"]) for row in dicts(table)} == {
            key: (len(mine), longest(mine)) for key, mine in per(rows, "learner_id").items()
        }
