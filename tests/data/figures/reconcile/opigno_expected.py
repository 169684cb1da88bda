"""What a real Opigno site showed, as sorted cells (figure, key, text)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from termstats.data.model.table import Table
from termstats.data.platform_pages import PageCell
from tests.shared import shared_path

TREND_NAMES = {
    "trainings_completed": "completed",
    "current_trainings": "current",
    "certificates": "certificates",
    "time": "time",
}
CHARTS = {"completedTrainings": "completed", "currentTrainings": "current"}
TOTALS = ("completed", "certificates", "badges", "skills")
COMPARED = frozenset({"stats", "all", "charts", "trainings", "training_details"})
NOT_COMPARED = {
    "platform": "unreliable: the site computed it live without a session, course scores are 0",
    "trainings_completed": "the achievements page, not the learner's page",
    **dict.fromkeys(
        ("name", "display", "created", "access", "login", "role"), "the header: no statistics"
    ),
}
"""Blocks of a user, and why they are not compared."""
STEP = re.compile(r" (\d+%) (Success|Failed|Pending|Expired)(?: |$)")


@cache
def expected() -> dict[str, Any]:
    text = shared_path("opigno/expected-1.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def cells(shown: Sequence[PageCell]) -> list[tuple[str, str, str]]:
    return sorted((s.figure, s.key, s.platform) for s in shown)


def raws(shown: Sequence[PageCell]) -> dict[tuple[str, str], float | None]:
    return {(s.figure, s.key): s.raw for s in shown}


def month_of(page: dict[str, Any]) -> tuple[int, int] | None:
    asked = page["request"]
    return (asked["year"], asked["month"]) if asked else None


def donuts(page: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield "progress", "", page["progress"]["text"]
    yield "completion", "", page["completion"]["text"]
    yield "users", "", str(page["metrics"]["users"])
    yield "new_users", "", str(page["metrics"]["new_users"])
    yield "recently_active", "", str(page["metrics"]["active_users"])


def lines(rows: Sequence[dict[str, Any]], *figures: str, under: str = "") -> Iterator[Any]:
    for row in rows:
        key, *values = row["cells"]
        for figure, value in zip(figures, values, strict=False):
            yield figure, under + key, value


def dashboard_cells(page: dict[str, Any]) -> list[tuple[str, str, str]]:
    days = page["users_per_day"]
    found = [*donuts(page)]
    found += [
        ("active_users", str(day), str(number))
        for day, number in zip(days["labels"], days["data"], strict=True)
    ]
    found += lines(page["skills"]["rows"], "skill_score", "skill_progress")
    found += lines(
        page["trainings"]["rows"], "training_users", "training_completed", "training_time"
    )
    return sorted(found)


def training_cells(page: dict[str, Any]) -> list[tuple[str, str, str]]:
    content, users = page["content"]["rows"], page["users"]["rows"]
    found = [*donuts(page)]
    found += lines(content, "content_completed", "content_score", "content_time")
    found += lines(users, "user_score", "user_passed", "user_time")
    return sorted(found)


def class_cells(page: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = [*donuts(page)]
    for table in page["class_results"].values():
        names = ("result_score", "result_passed", "result_time")
        found += lines(table["rows"], *names, under=f"{table['title']} / ")
    return sorted(found)


def user_cells(user: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = [(f"total_{name}", "", str(user["all"][name])) for name in TOTALS]
    for days, stats in user["stats"].items():
        for block, name in TREND_NAMES.items():
            amount, change = stats[block]["amount"], stats[block]["progress"]
            if isinstance(amount, int):  # the template prints - for 0 and a sign for a change
                amount, change = amount or "-", f"{change:+}" if change else "-"
            found.append((f"trend_{name}", days, str(amount)))
            found.append((f"trend_{name}_change", days, str(change)))
    for chart, name in CHARTS.items():
        data = user["charts"][chart]
        found += [
            (f"weekly_{name}", bar, str(number))
            for bar, number in zip(data["labels"], data["data"], strict=True)
        ]
    found += lines(user["trainings"]["rows"], "training_progress", "training_status")
    return sorted(found)


def detail_cells(text: str) -> list[tuple[str, str, str]]:
    """Return what the text of a page of details says, in the order of the page."""
    head, _, table = text.partition(" Course / Module Results State")
    found = re.fullmatch(
        r"(\S+) Module Passed (\S+) Completion (\S+) Score Time spent (.+) Completed on (.+)", head
    )
    assert found
    names = ("modules", "completion", "score", "time", "completed_on")
    said = [
        (f"detail_{name}", "", value) for name, value in zip(names, found.groups(), strict=True)
    ]
    start = 0
    for step in STEP.finditer(table):
        name = table[start : step.start()].strip()
        said += [("step_result", name, step[1]), ("step_state", name, step[2])]
        start = step.end() - 1
    return said


def found_cells(table: Table) -> list[tuple[Any, ...]]:
    names = [column.name for column in table.columns]
    assert names == [
        "page",
        "figure",
        "key",
        "platform",
        "platform_raw",
        "termstats",
        "reason",
    ]
    return sorted(row[1:4] for row in table.rows)
