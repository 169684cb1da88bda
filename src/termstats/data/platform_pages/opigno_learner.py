"""Opigno's statistics page of one person, and the details of one training there."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.opigno_dates import (
    WEEK_SECONDS,
    moment,
    since_midnight,
    sunday_week,
)
from termstats.data.platform_pages.opigno_format import fmt, label, table_time
from termstats.data.platform_pages.opigno_raw import ACHIEVEMENTS, STEPS, Raw, Row
from termstats.data.platform_pages.opigno_steps import Steps

PAGE = "learner"
TREND_DAYS = (7, 30)
CHART_DAYS = 30
DAY_SECONDS = 86_400
LONGEST_ATTEMPT = 28_800
"""Seconds; a longer attempt counts so much in the trend of time."""


def learner(raw: Raw, uid: int, now: Second, training: int | None = None) -> list[PageCell]:
    """Return everything on the page of `uid`, and the details of `training` where one is given."""
    rows = [row for row in raw.rows(ACHIEVEMENTS) if row["uid"] == uid]
    existing = [row for row in rows if row["gid"] in raw.groups]
    cells = [
        *_totals(raw, uid, rows, existing),
        *_trends(raw, uid, rows, existing, now),
        *_weeks(raw, existing, now),
    ]
    for row in sorted(existing, key=lambda row: str(row["name"]).casefold()):
        name, progress = str(row["name"]), row["progress"] or 0
        cells += [
            PageCell(PAGE, "training_progress", name, f"{progress}%", progress),
            PageCell(PAGE, "training_status", name, label(row["status"])),
        ]
    if training is not None:
        cells += _details(raw, uid, training, now)
    return cells


def _totals(raw: Raw, uid: int, rows: list[Row], existing: list[Row]) -> list[PageCell]:
    numbers = {
        "completed": len(_with(existing, "completed")),
        "certificates": len(_certified(raw, rows)),
        "badges": sum(row["uid"] == uid for row in raw.rows("opigno_module_badges")),
        "skills": sum(row["uid"] == uid for row in raw.rows("opigno_skills_statistic")),
    }
    return [PageCell(PAGE, f"total_{name}", "", str(n), n) for name, n in numbers.items()]


def _with(rows: list[Row], status: str) -> list[Row]:
    return [row for row in rows if row["status"] == status]


def _certified(raw: Raw, rows: list[Row]) -> list[Row]:
    trainings = {row["entity_id"] for row in raw.rows("group__field_certificate")}
    return [row for row in _with(rows, "completed") if row["gid"] in trainings]


def _since(raw: Raw, rows: list[Row], column: str, start: Second) -> list[Row]:
    moments = ((row, moment(row[column], raw.zone)) for row in rows)
    return [row for row, at in moments if at is not None and at >= start]


def _trends(
    raw: Raw, uid: int, rows: list[Row], existing: list[Row], now: Second
) -> list[PageCell]:
    attempts = [
        row for row in raw.rows("user_module_status") if row["user_id"] == uid and row["finished"]
    ]

    def numbers(days: int) -> dict[str, int]:
        midnight = since_midnight(days, now, raw.zone)
        rolling = Second(now - days * DAY_SECONDS)
        return {
            "completed": len(_since(raw, _with(existing, "completed"), "completed", midnight)),
            "current": len(_since(raw, _with(existing, "pending"), "registered", midnight)),
            "certificates": len(_since(raw, _certified(raw, rows), "completed", rolling)),
            "time": sum(
                min(row["finished"] - row["started"], LONGEST_ATTEMPT)
                for row in attempts
                if row["started"] >= midnight
            ),
        }

    cells = []
    for days in TREND_DAYS:
        both = numbers(2 * days)
        for name, amount in numbers(days).items():
            change = 2 * amount - both[name]
            key = str(days)
            if name == "time":
                shown, moved = fmt(amount), ("-" if change < 0 else "") + fmt(abs(change))
            else:
                shown, moved = str(amount or "-"), f"{change:+}" if change else "-"
            cells += [
                PageCell(PAGE, f"trend_{name}", key, shown, amount),
                PageCell(PAGE, f"trend_{name}_change", key, moved, change),
            ]
    return cells


def _weeks(raw: Raw, existing: list[Row], now: Second) -> list[PageCell]:
    start = since_midnight(CHART_DAYS, now, raw.zone)
    today = since_midnight(1, now, raw.zone)
    cells = []
    for name, status, column in (
        ("completed", "completed", "completed"),
        ("current", "pending", "registered"),
    ):
        per_week: dict[str, set[int]] = defaultdict(set)
        for row in _since(raw, _with(existing, status), column, start):
            week = sunday_week(datetime.fromisoformat(row[column]))
            per_week[str(week)].add(row["gid"])
        for bar in range(1, 6):
            day = datetime.fromtimestamp(today - (5 - bar) * WEEK_SECONDS, raw.zone)
            # Looked up by ISO week in two digits: 01 to 09 are never found either.
            number = len(per_week.get(day.strftime("%V"), ()))
            cells.append(PageCell(PAGE, f"weekly_{name}", f"Week{bar}", str(number), number))
    return cells


def _details(raw: Raw, uid: int, training: int, now: Second) -> list[PageCell]:
    live = Steps(raw, now)
    steps = live.led(training, uid, live.since(training, uid))
    row: Row | None = None
    stored: dict[tuple[str, int], Row] = {}
    if not live.is_expired(training, uid):
        row = _first(raw, ACHIEVEMENTS, uid, training)
        for stored_row in raw.rows(STEPS):
            if (
                stored_row["uid"] == uid
                and stored_row["gid"] == training
                and not stored_row["parent_id"]
            ):
                stored.setdefault((stored_row["typology"], stored_row["entity_id"]), stored_row)
    passed = sum(stored_row["status"] == "passed" for stored_row in stored.values())
    progress, score, time = (
        (row[name] or 0) if row else 0 for name in ("progress", "score", "time")
    )
    completed = row["completed"] if row else None
    at = f"{datetime.fromisoformat(completed):%B %d %Y}" if completed else "-"
    shown = [
        PageCell(PAGE, "detail_modules", "", f"{passed}/{len(steps)}", passed),
        PageCell(PAGE, "detail_completion", "", f"{progress}%", progress),
        PageCell(PAGE, "detail_score", "", f"{score}%", score),
        PageCell(PAGE, "detail_time", "", table_time(time), time),
        PageCell(PAGE, "detail_completed_on", "", at),
    ]
    for step in steps:
        step_row = stored.get((step.typology, step.entity))
        name = str(step_row["name"]) if step_row else step.name
        shown += [
            PageCell(PAGE, "step_result", name, f"{step.last}%", step.last),
            PageCell(PAGE, "step_state", name, label(step_row["status"] if step_row else None)),
        ]
    return shown


def _first(raw: Raw, table: str, uid: int, training: int) -> Row | None:
    rows = (row for row in raw.rows(table) if row["uid"] == uid and row["gid"] == training)
    return next(rows, None)
