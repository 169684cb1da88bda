"""Opigno's statistics page of one training, `/statistics/training/{id}`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.opigno_dates import (
    WEEK_SECONDS,
    Month,
    month_text,
    next_month,
    selected,
)
from termstats.data.platform_pages.opigno_format import (
    fmt,
    label,
    percent,
    rh,
    sql_mean,
    table_time,
)
from termstats.data.platform_pages.opigno_raw import ACHIEVEMENTS, STEPS, Raw, Row
from termstats.data.platform_pages.opigno_steps import Steps

PAGE = "training"


def month_shown(raw: Raw, trainings: Collection[int], now: Second) -> Month:
    """Return the month that the page of these trainings opens with."""
    rows = (row["registered"] for row in raw.rows(ACHIEVEMENTS) if row["gid"] in trainings)
    return selected(rows, now, raw.zone)


def training(raw: Raw, gid: int, month: Month | None, now: Second) -> list[PageCell]:
    """Return everything on the page of training `gid` for `month`."""
    month = month or month_shown(raw, (gid,), now)
    steps = Steps(raw, now)
    members = raw.memberships(gid)
    expired = steps.expired(gid)
    counted = set(members) - expired
    before = month_text(next_month(month))
    rows = [
        row
        for row in raw.rows(ACHIEVEMENTS)
        if row["gid"] == gid
        and row["uid"] in counted
        and row["registered"]
        and row["registered"] < before
    ]
    return [
        *donuts(PAGE, rows, len(expired)),
        *people(PAGE, raw, members, now),
        *_content(raw, gid, members, expired, steps),
        *_users(raw, gid, members, expired),
    ]


def donuts(page: str, rows: Sequence[Row], expired: int) -> list[PageCell]:
    """Return progress and completion of achievement rows; expired users count 0."""
    progress = completion = 0.0
    if rows:
        whole = len(rows) + expired
        progress = sum(row["progress"] or 0 for row in rows) / whole / 100
        completion = sum(row["completed"] is not None for row in rows) / whole
    return [
        PageCell(page, "progress", "", percent(progress), progress),
        PageCell(page, "completion", "", percent(completion), completion),
    ]


def people(page: str, raw: Raw, members: Sequence[int], now: Second) -> list[PageCell]:
    """Return the three numbers of users: memberships, new accounts, recent logins."""
    accounts = [raw.users[uid] for uid in members]
    new = sum(user["created"] > now - WEEK_SECONDS for user in accounts)
    recent = sum(user["login"] > now - WEEK_SECONDS for user in accounts)
    return [
        PageCell(page, "users", "", str(len(members)), len(members)),
        PageCell(page, "new_users", "", str(new), new),
        PageCell(page, "recently_active", "", str(recent), recent),
    ]


def _content(
    raw: Raw, gid: int, members: Sequence[int], expired: Collection[int], steps: Steps
) -> list[PageCell]:
    if steps.expires(gid):
        modules = _live_content(raw, gid, members, expired, steps)
    else:
        modules = _stored_content(raw, gid, members)
    shown = []
    for name, completed, score, seconds in modules:
        share = 100 * completed / len(members)
        time = fmt(int(seconds)) if int(seconds) > 0 else "-"
        shown += [
            PageCell(PAGE, "content_completed", name, f"{rh(share)}%", share),
            PageCell(PAGE, "content_score", name, f"{rh(score)}%", score),
            PageCell(PAGE, "content_time", name, time, seconds),
        ]
    return shown


def _stored_content(
    raw: Raw, gid: int, members: Sequence[int]
) -> Iterable[tuple[str, int, float, float]]:
    """Return (name, completed, mean score, mean seconds) of the stored steps of members."""
    enrolled = {row["uid"] for row in raw.rows(ACHIEVEMENTS) if row["gid"] == gid} & set(members)
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in raw.rows(STEPS):
        if row["gid"] == gid and row["uid"] in enrolled and row["name"]:
            by_name[row["name"]].append(row)

    def highest(rows: Sequence[Row], column: str) -> int:
        return max(row[column] or 0 for row in rows)

    def order(item: tuple[str, list[Row]]) -> tuple[int, int, str]:
        return highest(item[1], "position"), highest(item[1], "parent_id"), item[0]

    for name, rows in sorted(by_name.items(), key=order):
        if max(row["typology"] for row in rows) == "Module" and highest(rows, "parent_id"):
            continue  # a module inside a course
        yield (
            name,
            sum(row["completed"] is not None for row in rows),
            float(sql_mean([row["score"] for row in rows if row["score"] is not None]) or 0),
            float(sql_mean([row["time"] for row in rows if row["time"] is not None]) or 0),
        )


def _live_content(
    raw: Raw, gid: int, members: Sequence[int], expired: Collection[int], steps: Steps
) -> Iterable[tuple[str, int, float, float]]:
    """Return the same computed live, as under certificate expiry: all members divide."""
    users = [uid for uid in members if uid not in expired]
    if not users:
        return
    per_user = [steps.all(gid, uid, steps.since(gid, uid)) for uid in users]
    for same in zip(*per_user, strict=True):
        first = same[0]
        # A live meeting gets no name there, and so no line.
        if not first.name or first.typology == "Meeting":
            continue
        scores = [step.last if step.newest else step.kept_score for step in same]
        seconds = sum(step.seconds for step in same)
        yield (
            first.name,
            sum(step.completed_at > 0 for step in same),
            sum(scores) / len(members),
            rh(seconds / len(members)),
        )


def _users(raw: Raw, gid: int, members: Sequence[int], expired: Collection[int]) -> list[PageCell]:
    rows: dict[int, Row] = {}
    for row in raw.rows(ACHIEVEMENTS):
        if row["gid"] == gid:
            rows.setdefault(row["uid"], row)
    cells = []
    for uid in members:
        progress_row = rows.get(uid)
        name = raw.shown_name(uid)
        cells += (
            results(PAGE, "user", name, {"score": 0, "status": "expired", "time": 0})
            if uid in expired
            else results(PAGE, "user", name, progress_row)
        )
    return cells


def results(page: str, figure: str, key: str, row: Row | None) -> list[PageCell]:
    """Return score, state and time of one line of results; no row is pending."""
    score = (row["score"] if row else 0) or 0
    time = (row["time"] if row else 0) or 0
    return [
        PageCell(page, f"{figure}_score", key, f"{score}%", score),
        PageCell(page, f"{figure}_passed", key, label(row["status"] if row else None)),
        PageCell(page, f"{figure}_time", key, table_time(time), time),
    ]
