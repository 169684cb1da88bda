"""What Opigno's own pages showed on a real site, cell by cell."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termstats.data import schema
from termstats.data.importers.mysqldump import load_dump
from termstats.data.importers.sources import SqliteSource
from termstats.data.reconcile import Shown
from termstats.data.reconcile.opigno_class import class_page
from termstats.data.reconcile.opigno_dashboard import dashboard, month_shown
from termstats.data.reconcile.opigno_learner import learner
from termstats.data.reconcile.opigno_raw import TABLES, Raw
from termstats.data.reconcile.opigno_training import month_shown as training_month
from termstats.data.reconcile.opigno_training import training
from termstats.data.request import Param
from termstats.data.table import Table
from termstats.errors import NotAllowed, UsageError
from tests.figures.hand_store import Hand, dicts, make_store, report
from tests.shared import shared_path

TREND_NAMES = {
    "trainings_completed": "completed",
    "current_trainings": "current",
    "certificates": "certificates",
    "time": "time",
}
CHARTS = {"completedTrainings": "completed", "currentTrainings": "current"}
TOTALS = ("completed", "certificates", "badges", "skills")
UNRELIABLE = ("platform",)
"""Blocks of a user that the site computed live without a session: course scores are 0 there."""
STEP = re.compile(r" (\d+%) (Success|Failed|Pending|Expired)(?: |$)")


@cache
def expected() -> dict[str, Any]:
    text = shared_path("opigno/expected-1.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _source(site: int) -> SqliteSource:
    return load_dump(shared_path(f"opigno/site-{site}.sql.gz"), TABLES)


async def load(site: int) -> Raw:
    tables = {}
    async with _source(site) as source:
        for table, columns in TABLES.items():
            if table in await source.tables():
                tables[table] = [
                    dict(zip(columns, row, strict=True))
                    async for batch in source.batches(table, columns, columns[:1])
                    for row in batch
                ]
    return Raw(tables, ZoneInfo("UTC"))


@pytest.fixture(scope="module")
def site() -> Any:
    return asyncio.run(load(1))


def cells(shown: Sequence[Shown]) -> list[tuple[str, str, str]]:
    return sorted((s.figure, s.key, s.platform) for s in shown)


def raws(shown: Sequence[Shown]) -> dict[tuple[str, str], float | None]:
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


def test_dashboard_of_seven_months(site: Raw) -> None:
    pages = expected()["dashboard"]
    assert len(pages) == 7
    for page in pages:
        shown = dashboard(site, month_of(page), expected()["now_ts"])
        assert cells(shown) == dashboard_cells(page)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]
        assert month_of(page) or month_shown(site, 0) == (page["year"], page["month"])


def test_dashboard_of_a_student_manager(site: Raw) -> None:
    known = expected()["dashboard_as_tina"]
    own = {int(group) for group in known["lp_ids"]}
    for page in known["pages"]:
        shown = dashboard(site, month_of(page), expected()["now_ts"], own)
        assert cells(shown) == dashboard_cells(page)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]


def test_trainings_of_five_months(site: Raw) -> None:
    pages = [page for page in expected()["training"] if page["bundle"] == "learning_path"]
    assert len(pages) == 25
    for page in pages:
        shown = training(site, page["gid"], month_of(page), expected()["now_ts"])
        found = [*donuts(page)]
        found += lines(
            page["content"]["rows"], "content_completed", "content_score", "content_time"
        )
        found += lines(page["users"]["rows"], "user_score", "user_passed", "user_time")
        assert cells(shown) == sorted(found)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]
        assert month_of(page) or training_month(site, [page["gid"]], 0) == (
            page["year"],
            page["month"],
        )


def test_classes_of_five_months(site: Raw) -> None:
    pages = [page for page in expected()["training"] if page["bundle"] == "opigno_class"]
    assert len(pages) == 10
    for page in pages:
        shown = class_page(site, page["gid"], expected()["now_ts"])
        found = [*donuts(page)]
        for table in page["class_results"].values():
            names = ("result_score", "result_passed", "result_time")
            found += lines(table["rows"], *names, under=f"{table['title']} / ")
        assert cells(shown) == sorted(found)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]


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


def test_learners(site: Raw) -> None:
    users = expected()["user"]
    assert len(users) == 12
    for uid, user in users.items():
        shown = learner(site, int(uid), expected()["now_ts"])
        assert cells(shown) == user_cells(user), uid
        found = raws(shown)
        for days, stats in user["stats"].items():
            seconds, double = stats["time_seconds"], stats["time_seconds_double"]
            assert found["trend_time", days] == seconds
            assert found["trend_time_change", days] == 2 * seconds - double


def test_details_of_every_training_of_every_learner(site: Raw) -> None:
    seen = 0
    for uid, user in expected()["user"].items():
        for gid, details in user.get("training_details", {}).items():
            shown = learner(site, int(uid), expected()["now_ts"], int(gid))
            said = detail_cells(details["text"])
            assert [
                (s.figure, s.key, s.platform)
                for s in shown
                if s.figure.startswith(("detail_", "step_"))
            ] == said, (uid, gid)
            seen += len(said)
    assert seen > 150


# ---- the figure, on a store ----------------------------------------------------------------------


async def kept_store(folder: Path, raw: Raw) -> Path:
    """Return a store with the site's tables and as much of ours as its comparison needs."""

    def fill(hand: Hand) -> None:
        for table, rows in raw.tables.items():
            for number, row in enumerate(rows):
                key, data = f"{number:09}", json.dumps(row)
                hand.writer.add(schema.reported_row, {"name": table, "key": key, "data": data})
        for row in raw.rows("users_field_data"):
            hand.person(str(row["uid"]), raw.shown_name(row["uid"]) if row["uid"] else "nobody")
        for row in raw.rows("groups_field_data"):
            if row["type"] == "learning_path":
                hand.training(str(row["id"]), str(row["label"]))
        hand.class_("1", ("3", "4"), title="Class North")
        hand.member("1", "5")
        hand.enrol("5", "3", "2026-08-05 09:00", completed_at="2026-08-10 10:04")
        hand.enrol("5", "4", "2026-08-05 09:00")

    return await make_store(folder, fill, as_of="2026-09-16 12:00:02", platform="opigno")


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


async def test_the_figure_reads_the_kept_tables(site: Raw, tmp_path: Path) -> None:
    path = await kept_store(tmp_path, site)
    by_request = {month_of(page): page for page in expected()["dashboard"]}
    for month, text in (((2025, 12), "2025-12"), ((2026, 9), "2026-09"), (None, None)):
        table = await report(path, "reconcile.opigno", month=text)
        assert found_cells(table) == dashboard_cells(by_request[month])
    for key, param in (("3", Param.TRAINING), ("1", Param.CLASS)):
        page = next(p for p in expected()["training"] if p["gid"] == int(key))
        table = await report(path, "reconcile.opigno", keys={param: key})
        assert {row[:4] for row in table.rows} >= {
            (str(param), figure, name, text) for figure, name, text in donuts(page)
        }
    both = {Param.LEARNER: "5", Param.TRAINING: "3"}
    table = await report(path, "reconcile.opigno", keys=both)
    details = detail_cells(expected()["user"]["5"]["training_details"]["3"]["text"])
    assert found_cells(table) == sorted(user_cells(expected()["user"]["5"]) + details)


async def test_a_month_is_a_month(tmp_path: Path) -> None:
    group = {"id": 1, "type": "learning_path", "label": "P", "default_langcode": 1}

    def fill(hand: Hand) -> None:
        row = {"name": "groups_field_data", "key": "0", "data": json.dumps(group)}
        hand.writer.add(schema.reported_row, row)

    path = await make_store(tmp_path, fill, platform="opigno")
    assert (await report(path, "reconcile.opigno", month="2026-01")).rows
    with pytest.raises(UsageError, match="YYYY-MM"):
        await report(path, "reconcile.opigno", month="2026")


async def test_ours_stand_beside_with_the_reason(site: Raw, tmp_path: Path) -> None:
    path = await kept_store(tmp_path, site)
    table = await report(path, "reconcile.opigno", keys={Param.LEARNER: "5"})
    rows = {(row["figure"], row["key"]): row for row in dicts(table)}
    # Completed is 100 % with us; Opigno wrote the score over it.
    row = rows["training_progress", "Safety Basics"]
    assert (row["platform"], row["termstats"]) == ("79%", 100)
    assert "replaces its progress by its score" in row["reason"]
    row = rows["training_status", "Safety Basics"]
    assert (row["platform"], row["termstats"], row["reason"]) == ("Success", "passed", "")
    row = rows["trend_completed", "30"]
    assert (row["platform"], row["termstats"]) == ("1", 0)  # the hand store lacks one completion
    dashboard_table = await report(path, "reconcile.opigno", month="2026-08")
    first = dicts(dashboard_table)[0]
    # One of one has completed Safety Basics, one of one not Data Protection: 100 and 0.
    assert (first["figure"], first["platform"], first["termstats"]) == ("progress", "31%", 50)
    assert "today's stored progress" in first["reason"]
    assert "trainings of one name" not in first["reason"]


async def test_only_administrators_reconcile(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.person("1", "Tina")
        hand.training("3")
        hand.enrol("1", "3", "2026-03-01")
        hand.writer.add(
            schema.grant,
            {"person_id": hand.id("person", "1"), "role": "manager", "training_id": 1},
        )

    path = await make_store(tmp_path, fill)
    with pytest.raises(NotAllowed, match="reconciliation is for administrators"):
        await report(path, "reconcile.opigno", viewer="1")
    assert "No data of Opigno" in (await report(path, "reconcile.opigno")).empty
