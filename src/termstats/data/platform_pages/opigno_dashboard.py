"""Opigno's global statistics page, `/statistics/dashboard`."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Set

from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.opigno_dates import (
    WEEK_SECONDS,
    Month,
    month_text,
    next_month,
    selected,
)
from termstats.data.platform_pages.opigno_format import percent, rh, sql_mean, sql_ratio, table_time
from termstats.data.platform_pages.opigno_raw import ACHIEVEMENTS, TRAINING_MEMBER, Raw, Row

PAGE = "dashboard"
TABLES = (
    "users_field_data",
    "group_content_field_data",
    "opigno_learning_path_group_user_status",
    ACHIEVEMENTS,
    "opigno_statistics_user_login",
    "opigno_skills_statistic",
    "taxonomy_term_field_data",
)
"""The tables that this page reads."""


def month_shown(raw: Raw, now: Second) -> Month:
    """Return the month that the page opens with."""
    registered = (row["registered"] for row in raw.rows(ACHIEVEMENTS))
    return selected(registered, now, raw.zone)


def dashboard(
    raw: Raw, month: Month | None, now: Second, own: Set[int] | None = None
) -> list[PageCell]:
    """Return everything on the page for `month`; `own`: the trainings of a student manager."""
    month = month or month_shown(raw, now)
    return [
        *_donuts(raw, month, own),
        *_active_users(raw, month, own),
        *_users(raw, now, own),
        *_skills(raw),
        *_trainings(raw, own),
    ]


def _members(raw: Raw, own: Set[int]) -> set[int]:
    return {uid for training in own for uid in raw.memberships(training, TRAINING_MEMBER[:1])}


def _donuts(raw: Raw, month: Month, own: Set[int] | None) -> list[PageCell]:
    before = month_text(next_month(month))
    members = {t: set(raw.memberships(t, TRAINING_MEMBER[:1])) for t in own or ()}
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in raw.rows(ACHIEVEMENTS):
        if not row["uid"] or not row["registered"] or row["registered"] >= before:
            continue
        if own is None or row["uid"] in members.get(row["gid"], ()):
            by_name[_collated(row["name"])].append(row)
    progress = completion = 0.0
    # The page adds what the database has rounded, training by training.
    for _name, rows in sorted(by_name.items()):
        numbers = [row["progress"] for row in rows if row["progress"] is not None]
        if numbers:
            progress += float(sql_ratio(sum(numbers), len(numbers), per=100))
        completion += float(sql_ratio(_completed(rows), len(rows)))
    if by_name:
        progress /= len(by_name)
        completion /= len(by_name)
    return [
        PageCell(PAGE, "progress", "", percent(progress), progress),
        PageCell(PAGE, "completion", "", percent(completion), completion),
    ]


def _active_users(raw: Raw, month: Month, own: Set[int] | None) -> list[PageCell]:
    first, end = month_text(month), month_text(next_month(month))
    members = None if own is None else _members(raw, own)
    people: dict[int, set[int]] = defaultdict(set)
    for row in raw.rows("opigno_statistics_user_login"):
        # BETWEEN takes both ends: midnight after the month falls on its day 1.
        in_month = first <= (row["date"] or "") <= end
        if row["uid"] and in_month and (members is None or row["uid"] in members):
            people[int(row["date"][8:10])].add(row["uid"])
    return [
        PageCell(PAGE, "active_users", str(day), str(len(people[day])), len(people[day]))
        for day in range(1, monthrange(*month)[1] + 1)
    ]


def _users(raw: Raw, now: Second, own: Set[int] | None) -> list[PageCell]:
    members = None if own is None else _members(raw, own)
    accounts = [user for uid, user in raw.users.items() if members is None or uid in members]
    users = len(accounts)
    new = sum(user["created"] > now - WEEK_SECONDS for user in accounts)
    recent = sum(user["access"] > now - WEEK_SECONDS for user in accounts)
    return [
        PageCell(PAGE, "users", "", str(users), users),
        PageCell(PAGE, "new_users", "", str(new), new),
        PageCell(PAGE, "recently_active", "", str(recent), recent),
    ]


def _skills(raw: Raw) -> list[PageCell]:
    names = {row["tid"]: str(row["name"]) for row in raw.rows("taxonomy_term_field_data")}
    by_skill: dict[int, list[Row]] = defaultdict(list)
    for row in raw.rows("opigno_skills_statistic"):
        if row["tid"] in names:
            by_skill[row["tid"]].append(row)
    cells = []
    for tid, rows in sorted(by_skill.items()):
        for figure in ("score", "progress"):
            mean = sql_mean([row[figure] for row in rows if row[figure] is not None]) or 0
            name = f"skill_{figure}"
            cells.append(PageCell(PAGE, name, names[tid], f"{rh(mean)}%", float(mean)))
    return cells


def _trainings(raw: Raw, own: Set[int] | None) -> list[PageCell]:
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in raw.rows(ACHIEVEMENTS):
        if own is None or row["gid"] in own:
            groups[str(row["name"]), row["gid"]].append(row)
    enrolled: dict[int, int] = defaultdict(int)
    for row in raw.rows("opigno_learning_path_group_user_status"):
        if row["uid"]:
            enrolled[row["gid"]] += 1
    cells = []
    for (name, gid), rows in sorted(groups.items(), key=lambda item: _collated(item[0][0])):
        users = enrolled.get(gid)
        completed = _completed(rows)
        time = sql_mean([row["time"] for row in rows if row["time"] is not None]) or 0
        cells += [
            PageCell(PAGE, "training_users", name, "" if users is None else str(users), users),
            PageCell(PAGE, "training_completed", name, str(completed), completed),
            PageCell(PAGE, "training_time", name, table_time(rh(time)), float(time)),
        ]
    return cells


def _completed(rows: list[Row]) -> int:
    return sum(row["completed"] is not None for row in rows)


def _collated(name: object) -> str:
    """Return a name as the database compares it: without case and blanks at its end."""
    return str(name).rstrip().casefold()
