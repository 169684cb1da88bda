"""The backoffice figures against the checks of the Opendatasoft reference, counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.backoffice.reading.platform_use import action_columns, call_class
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.table import Table
from tests.data.figures.hand_store import Hand, dicts, make_store, report

# timestamp, user, dataset, affected user, action, page: the log L of the reference, May 2024.
LOG = (
    ("06 09:00", "ana", "d1", None, "edit_dataset", None),
    ("06 10:00", "ana", "d1", None, "publish_dataset", None),
    ("06 23:30", "bo", None, None, "add_page", "p1"),
    ("07 09:00", "bo", None, None, "edit_page", "p1"),
    ("07 09:05", "bo", "d2", None, "edit_dataset", None),
    ("08 08:00", "cy", None, "zed", "add_user_to_domain", None),
    ("08 08:01", "cy", None, "zed", "edit_user_to_domain", None),
    ("09 08:00", "dee", "d1", None, "edit_dataset", None),
    ("10 08:00", "eli", "d3", None, "edit_dataset", None),
    ("10 09:00", "fay", None, None, "edit_page", "p2"),
    ("11 03:00", None, None, None, "edit_domain_property", None),
    ("12 12:00", "ana", "d2", None, "frobnicate_dataset", None),
)
WEEK = "2024-05-06..2024-05-12"
AS_OF = "2024-05-13 00:00"


def fill_log(hand: Hand) -> None:
    for name in ("ana", "bo", "cy", "dee", "eli", "fay", "zed"):
        hand.person(name, staff=1)
    for name in ("d1", "d2", "d3"):
        hand.object(name, "dataset", f"Title of {name}")
    for name in ("p1", "p2"):
        hand.object(name, "page")
    hand.object("G", "group")
    for at, user, dataset, target, action, page in LOG:
        more: dict[str, Any] = {}
        if dataset or page:
            more["object"] = dataset or page
        if target:
            more["target"] = target
        if action == "edit_user_to_domain":
            more["diff"] = '{"security": []}'
        more["further"] = ("G",) if action[0] == "p" else ()
        hand.event(f"2024-05-{at}", user, "admin", action=action, place=("portal", ""), **more)


def fill_calls(hand: Hand) -> None:
    for name in ("ana", "bo"):
        hand.person(name)
    hand.person("anonymous", anonymous=1)
    hand.person("robot", bot=1)
    calls = (
        ("ana", "search_dataset_records"),
        ("anonymous", "records_index"),
        ("anonymous", "analyze_records"),
        ("bo", "get_geo_clusters"),
        ("robot", "download_dataset_records"),
        ("ana", "export_dataset"),
        ("anonymous", "lookup_dataset"),
    )
    for user, call in calls:
        hand.event("2024-05-06 12:00", user, "api", action=call)


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill_log, as_of=AS_OF)


def cards(table: Table, column: str = "value") -> dict[str, object]:
    return {str(row["metric"]): row[column] for row in dicts(table)}


async def test_cards(log: Path) -> None:
    table = await report(log, "backoffice.totals", WEEK)
    assert cards(table) == {
        "users": 6,
        "actions": 12,
        "actions_per_user": pytest.approx(11 / 6),
        "errors": None,
        "sessions": None,
    }
    assert "Not recorded by this source: errors, sessions." in table.notes


async def test_three_days_are_half_open(log: Path) -> None:
    found = cards(await report(log, "backoffice.totals", "2024-05-06..2024-05-08"))
    assert (found["actions"], found["users"]) == (7, 3)


async def test_cards_beside_the_period_before(log: Path) -> None:
    table = await report(log, "backoffice.totals", "2024-05-08..2024-05-09")
    # 8 and 9 May: 3 actions of cy and dee; 6 and 7 May: 5 of ana and bo.
    assert cards(table)["actions"] == 3
    assert cards(table, "previous")["actions"] == 5
    assert cards(table, "change")["actions"] == -2
    assert cards(table, "previous")["users"] == 2


async def test_an_empty_period_shows_zero_and_no_mean(log: Path) -> None:
    table = await report(log, "backoffice.totals", "2024-04-01..2024-04-07")
    assert cards(table) == {
        "users": 0,
        "actions": 0,
        "actions_per_user": None,
        "errors": None,
        "sessions": None,
    }
    for name in ("top-users", "top-datasets", "top-pages", "distribution", "actions", "log"):
        empty = await report(log, f"backoffice.{name}", "2024-04-01..2024-04-07")
        assert empty.rows == ()
        # Of a kind the nearest day is named, of a part of it the days of the data.
        assert "on 6 May (" in empty.empty or "6–12 May 2024" in empty.empty


async def test_top_five_users(log: Path) -> None:
    table = await report(log, "backoffice.top-users", WEEK)
    assert [(row["user_id"], row["user"], row["total"]) for row in dicts(table)] == [
        ("ana", "ana", 3),
        ("bo", "bo", 3),
        ("cy", "cy", 2),
        ("dee", "dee", 1),
        ("eli", "eli", 1),
        (None, "(others)", 1),
    ]
    assert "Not shown one by one: 1 more in (others), 1 tied with the last one shown." in (
        table.notes
    )
    assert any(note.startswith("Not ranked: 1 action of") for note in table.notes)


async def test_a_users_stack_adds_up(log: Path) -> None:
    ana = dicts(await report(log, "backoffice.top-users", WEEK))[0]
    stack = {name: n for name, n in ana.items() if n and name not in ("user_id", "user", "total")}
    assert stack == {"edit_dataset": 1, "publish_dataset": 1, "frobnicate_dataset": 1}


async def test_top_datasets_and_pages(log: Path) -> None:
    datasets = await report(log, "backoffice.top-datasets", WEEK)
    assert list(datasets.rows) == [
        ("d1", "Title of d1", 3, 2),
        ("d2", "Title of d2", 2, 2),
        ("d3", "Title of d3", 1, 1),
    ]
    pages = await report(log, "backoffice.top-pages", WEEK)
    assert list(pages.rows) == [("p1", "p1", 2, 1), ("p2", "p2", 1, 1)]
    cut = await report(log, "backoffice.top-datasets", WEEK, top=1)
    assert list(cut.rows)[1] == (None, "(others)", 3, None)


async def test_distribution(log: Path) -> None:
    rows = dicts(await report(log, "backoffice.distribution", WEEK))
    assert [(row["action"], row["actions"]) for row in rows[:2]] == [
        ("edit_dataset", 4),
        ("edit_page", 2),
    ]
    assert rows[0]["share"] == pytest.approx(100 / 3)
    assert [row["actions"] for row in rows[2:]] == [1] * 6
    assert sum(row["share"] for row in rows) == pytest.approx(100)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", [3, 2, 2, 1, 2, 1, 1]), ("Europe/Paris", [2, 3, 2, 1, 2, 1, 1])],
)
async def test_actions_per_day(tmp_path: Path, zone: str, expected: list[int]) -> None:
    path = await make_store(tmp_path, fill_log, zone=zone, as_of=AS_OF)
    table = await report(path, "backoffice.actions", WEEK)
    assert table.column("total") == expected
    assert table.column("day")[0] == date(2024, 5, 6)
    parts = [sum(int(cell) for cell in row[1:-1] if isinstance(cell, int)) for row in table.rows]
    assert parts == expected
    assert table.column("edit_page") == [0, 1, 0, 0, 1, 0, 0]


async def test_actions_by_week_and_days_to_come(log: Path) -> None:
    weeks = await report(log, "backoffice.actions", WEEK, by="week")
    assert [(row["week"], row["total"]) for row in dicts(weeks)] == [(date(2024, 5, 6), 12)]
    days = await report(log, "backoffice.actions", "2024-05-12..2024-05-14")
    assert days.column("total") == [1, 0, None]


async def test_users_by_weekday(log: Path) -> None:
    table = await report(log, "backoffice.weekdays", WEEK)
    assert table.column("users") == [2, 1, 1, 1, 2, 0, 1]
    assert table.column("actions") == [3, 2, 2, 1, 2, 1, 1]
    assert table.column("weekday")[0] == "Monday"


@pytest.mark.parametrize(
    ("by", "expected"), [("day", [2, 1, 1, 1, 2, 0, 1]), ("week", [6]), ("month", [6])]
)
async def test_unique_users(log: Path, by: str, expected: list[int]) -> None:
    table = await report(log, "backoffice.unique-users", WEEK, by=by)
    assert table.column("users") == expected


async def test_lists_behind_the_tops(log: Path) -> None:
    objects = dicts(await report(log, "backoffice.objects", WEEK))
    assert [(row["object_id"], row["actions"]) for row in objects] == [
        ("d1", 3),
        ("p1", 2),
        ("d2", 2),
        ("G", 1),
        ("p2", 1),
        ("d3", 1),
    ]
    users = dicts(await report(log, "backoffice.users", WEEK))
    assert users[0] == {
        "user_id": "ana",
        "user": "ana",
        "actions": 3,
        "active_days": 2,
        "last_action": date(2024, 5, 12),
    }
    assert [row["user_id"] for row in users] == ["ana", "bo", "cy", "dee", "eli", "fay"]


async def test_the_log_newest_first_in_its_own_columns(log: Path) -> None:
    table = await report(log, "backoffice.log", WEEK)
    assert [column.name for column in table.columns] == [
        "timestamp", "domain_id", "user_id", "dataset_id", "username", "action",
        "group_id", "page_id", "diff", "map_id", "reuse_title", "subdomain_id",
    ]  # fmt: skip
    rows = dicts(table)
    assert len(rows) == 12
    assert [row["action"] for row in rows[:2]] == ["frobnicate_dataset", "edit_domain_property"]
    assert rows[1]["user_id"] is None
    assert rows[0]["domain_id"] == "portal"
    edit = rows[5]
    assert (edit["user_id"], edit["username"], edit["diff"]) == ("cy", "zed", '{"security": []}')
    assert (rows[8]["page_id"], rows[8]["dataset_id"]) == ("p1", None)


@pytest.mark.parametrize("limit", [1, 5, 6, 12, 13])
async def test_pages_of_the_log_are_the_log(log: Path, limit: int) -> None:
    seen: list[object] = []
    after = None
    for _page in range(13):
        table = await report(log, "backoffice.log", WEEK, limit=limit, after=after)
        seen.extend(row[5] for row in table.rows)
        assert len(table.rows) <= limit
        after = table.after
        if after is None:
            break
    assert seen == [row[4] for row in reversed(LOG)]


@pytest.mark.parametrize(
    ("column", "text", "number"),
    [
        ("timestamp", "2024-05-06", 3),
        ("timestamp", "09:0", 4),
        ("domain_id", "PORT", 12),
        ("user_id", "AN", 3),
        ("dataset_id", "d1", 3),
        ("username", "zed", 2),
        ("action", "edit_", 8),
        ("group_id", "g", 1),
        ("page_id", "p", 3),
        ("diff", "security", 1),
        ("map_id", "m", 0),
        ("reuse_title", "r", 0),
        ("subdomain_id", "s", 0),
    ],
)
async def test_the_log_filters_by_every_field(
    log: Path, column: str, text: str, number: int
) -> None:
    table = await report(log, "backoffice.log", WEEK, row_search=((column, text),))
    assert len(table.rows) == number
    position = table.position(column)
    if column != "timestamp":
        assert all(text.lower() in str(row[position]).lower() for row in table.rows)
    assert bool(table.empty) == (number == 0)


async def test_filters_of_the_log_all_hold_and_page(log: Path) -> None:
    filters = (("user_id", "bo"), ("action", "page"))
    first = await report(log, "backoffice.log", WEEK, row_search=filters, limit=1)
    assert [row[5] for row in first.rows] == ["edit_page"]
    second = await report(
        log, "backoffice.log", WEEK, row_search=filters, limit=1, after=first.after
    )
    assert [row[5] for row in second.rows] == ["add_page"]


async def test_wrong_filters_and_pages_of_the_log_are_named(log: Path) -> None:
    with pytest.raises(UsageError, match="no column 'actor' here; filter by timestamp"):
        await report(log, "backoffice.log", WEEK, row_search=(("actor", "ana"),))
    with pytest.raises(UsageError, match="'x' is no page"):
        await report(log, "backoffice.log", WEEK, after="x")


async def test_api_calls_by_class(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill_calls, as_of=AS_OF)
    table = await report(path, "backoffice.api-calls", "2024-05-06..2024-05-06")
    # The reference counts analyze 1, geo 1, search 2, other 3: two of those 3 are downloads.
    assert list(table.rows) == [(date(2024, 5, 6), 1, 1, 2, 2, 1, 7)]
    users = await report(path, "backoffice.unique-users", "2024-05-06..2024-05-06")
    assert users.column("users") == [2]
    everybody = await report(
        path, "backoffice.unique-users", "2024-05-06..2024-05-06", everybody=True
    )
    assert everybody.column("users") == [4]
    assert "no administrative actions" in (await report(path, "backoffice.actions", WEEK)).empty


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("aggregate_records", "analyze"),
        ("get_geo_clusters_polygon", "geo"),
        ("get_bbox_clusters", "geo"),
        ("datasets_index", "search"),
        ("download_dataset_attachment", "other"),
        ("export_records", "download"),
        ("analyze", "analyze"),
        ("odata_service_root_doc", "other"),
        ("", "other"),
    ],
)
def test_class_of_a_call(name: str, expected: str) -> None:
    assert call_class(name) == expected


def test_an_action_named_like_a_column_gets_its_own_name() -> None:
    columns = action_columns(["total", "total_action", "edit"], ("day", "total"))
    assert [column.name for column in columns] == ["total_action", "total_action_action", "edit"]


async def test_errors_and_sessions_where_the_platform_records_them(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        from termstats.data.store import schema
        from tests.data.figures.hand_store import when

        person = hand.person("ana")
        hand.event("2026-03-05 10:00", "ana", "admin", action="save")
        hand.event("2026-03-05 10:01", "ana", "error", action="TypeError")
        hand.event("2026-03-05 10:02", None, "error", action="TypeError")
        for key, at in (("s1", "2026-03-05 10:00"), ("s2", "2026-02-05 10:00")):
            hand.writer.add(
                schema.session, {"key": key, "person_id": person, "started_at": when(at)}
            )

    path = await make_store(tmp_path, fill)
    found = cards(await report(path, "backoffice.totals"))
    assert (found["errors"], found["sessions"], found["actions"]) == (2, 1, 1)


async def test_a_store_without_platform_use_says_so(tmp_path: Path) -> None:
    path = await make_store(tmp_path, lambda hand: hand.person("ana"))
    for name in ("totals", "actions", "top-users", "top-pages", "distribution", "weekdays",
                 "unique-users", "objects", "users", "log"):  # fmt: skip
        table = await report(path, f"backoffice.{name}")
        assert table.rows == ()
        assert table.empty.startswith("This source records no administrative actions")
    calls = await report(path, "backoffice.api-calls")
    assert calls.empty.startswith("This source records no API calls")
    # "Everything was used" would be no answer where there is nothing to use.
    unused = await report(path, "backoffice.unused")
    assert (unused.rows, unused.empty[:44]) == ((), "This source lists nothing that could be used")


async def test_the_backoffice_is_for_administrators(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        training = hand.training("T")
        hand.person("mia")
        hand.grant("mia", "manager", training_id=training)
        hand.event("2026-03-05", "mia", "admin", action="edit")

    path = await make_store(tmp_path, fill)
    for name in ("totals", "log", "top-users"):
        with pytest.raises(NotAllowed):
            await report(path, f"backoffice.{name}", viewer="mia")


async def test_names_are_made_safe(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.person("ana", "An\x1b[2Ja")
        hand.object("d", "dataset", "Ti\x07tle")
        hand.event("2026-03-05", "ana", "admin", action="edit\x1b", object="d")

    path = await make_store(tmp_path, fill)
    for name in ("top-users", "top-datasets", "actions", "distribution", "log"):
        table = await report(path, f"backoffice.{name}")
        words = [
            *map(str, (c for row in table.rows for c in row)),
            *(c.name for c in table.columns),
        ]
        assert table.rows
        assert not any("\x1b" in word or "\x07" in word for word in words)
