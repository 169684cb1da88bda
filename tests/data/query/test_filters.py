"""Filters of the backoffice: as typed, what they keep, and that the parts add up to the whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import UsageError
from termstats.data.model.filter_writing import joined, typed, written
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.data.query.filter_text import parse, parse_one
from termstats.data.query.scope import EVERYTHING
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store
from tests.data.figures.backoffice.test_backoffice import AS_OF, LOG, WEEK, fill_log
from tests.data.figures.hand_store import Hand, dicts, make_store, when

DST = (
    "2024-03-30 22:30",  # 23:30 on the 30th in Paris
    "2024-03-30 23:30",  # 00:30 on the 31st, which has 23 hours
    "2024-03-31 21:30",  # 23:30 on the 31st
    "2024-03-31 22:30",  # 00:30 on 1 April
    "2024-10-26 21:30",  # 23:30 on the 26th
    "2024-10-26 22:30",  # 00:30 on the 27th, which has 25 hours
    "2024-10-27 22:30",  # 23:30 on the 27th
    "2024-10-27 23:30",  # 00:30 on the 28th
)


def fill(hand: Hand) -> None:
    """The log of the reference, groups in a circle, and a package with one function."""
    fill_log(hand)
    for group, people in (("north", ("ana",)), ("coast", ("bo", "cy")), ("south", ("dee",))):
        hand.class_(group, title=f"Team {group.title()}")
        for person in people:
            hand.member(group, person)
    hand.sub_class("coast", "north")
    hand.sub_class("north", "coast")
    package = hand.object("geo", "package", "Geo")
    hand.object("geocode", "function", "Geocode", parent_id=package)
    for _ in range(2):
        hand.event("2024-05-06 09:30", "fay", "function", action="run", object="geocode")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(await make_store(tmp_path, fill, as_of=AS_OF))
    yield opened
    await opened.close()


async def ask(store: Store, figure_id: str, text: str, period: str = WEEK) -> Table:
    asked = Request(
        parse_period(period, store.info.today), filters=await parse(store, EVERYTHING, text)
    )
    return await run_figure(store, figure_id, asked)


async def actions(store: Store, text: str, period: str = WEEK) -> int:
    """Return the number of actions on the cards; it must be that of the log as well."""
    cards = {
        row["metric"]: row["value"] for row in dicts(await ask(store, "backoffice.totals", text))
    }
    log = await ask(store, "backoffice.log", text)
    assert len(log.rows) == cards["actions"]
    return int(cards["actions"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 12),
        ("action=edit_dataset", 4),
        ("action=frobnicate", 1),
        ("action=edit_*", 8),
        ("action=*_dataset", 6),
        ("action=edit_d* person=ana", 1),
        ("action=edit_* action=add_page", 9),
        ("person=ana", 3),
        ("user=zed", 0),
        ("object=d1", 3),
        ("object='Title of d1'", 3),
        ("package=geo", 0),
        ("group=north", 8),
        ("group=coast", 8),
        ("class='Team South'", 1),
        ("domain=portal", 12),
        ("domain=portal object=d2", 2),
        ("domain=portal group=north", 8),
        ("domain=elsewhere", 0),
        ("subdomain=portal", 0),
        ("days=2024-05-06..2024-05-07", 5),
        ("day=2024-05-10", 2),
        ("weekday=monday", 3),
        ("weekday=sun", 1),
        ("person=ana object=d1 action=edit_dataset", 1),
        ("domain=portal weekday=monday person=bo", 1),
        # Either of several values of one field.
        ("person=ana person=bo", 6),
        ("action=edit_dataset action=edit_page", 6),
        ("object=d1 object=d2", 5),
        ("group=north group=south", 9),
        ("domain=portal domain=elsewhere", 12),
        ("days=2024-05-06 days=2024-05-08", 5),
        ("days=2024-05-06..2024-05-07 days=2024-05-07..2024-05-08", 7),
        ("weekday=mon weekday=sun", 4),
        ("person=ana person=bo object=d1 object=d2", 4),
        ("domain=portal person=ana person=bo weekday=mon weekday=sun", 4),
        # And what must hold beside it.
        ("person=ana person=bo +person=bo", 3),
        ("person=ana +person=bo", 0),
        ("group=north +group=coast", 8),
        ("group=north +group=south", 0),
    ],
)
async def test_what_a_filter_keeps(store: Store, text: str, expected: int) -> None:
    assert await actions(store, text) == expected


async def test_a_package_keeps_the_use_of_its_functions(store: Store) -> None:
    users = await ask(store, "backoffice.unique-users", "package=geo", "2024-05-06")
    assert users.column("users") == [1]
    assert (await ask(store, "backoffice.unique-users", "", "2024-05-06")).column("users") == [3]


async def test_things_of_one_name_are_told_apart(tmp_path: Path) -> None:
    def fill_twins(hand: Hand) -> None:
        hand.person("ana")
        for key, number in (("k1", 1), ("k2", 2)):
            package = hand.object(key, "package", "Maps")
            hand.object(f"f{number}", "function", "draw", parent_id=package)
            for _ in range(number):
                hand.event(
                    "2024-05-06 09:00", "ana", "function", action="draw", object=f"f{number}"
                )
        hand.object("x", "dataset", "Maps")
        for _ in range(4):
            hand.event("2024-05-06 10:00", "ana", "admin", action="edit", object="x")
        # A page with the id of a package.
        page = {"key": "k1", "kind": "page", "title": "First"}
        act = {"action_id": hand.writer.action("admin", "edit"), "person_id": 1}
        act["object_id"] = hand.writer.add(schema.object_, page)
        for number in range(8):
            hand.writer.add_event(
                when("2024-05-06 11:00"), f"p{number}", {"key": f"p{number}"} | act
            )

    opened = await open_store(await make_store(tmp_path, fill_twins, as_of=AS_OF))
    try:
        for text, number in (
            ("package=k1", 1), ("package=k2", 2), ("package=k1 package=k2", 3),
            ("function=f1", 1), ("function=f1 function=f2", 3), ("object=x", 4),
            ("object=dataset:x", 4), ("object=package:k1", 1), ("object=page:k1", 8),
            ("object=First", 8), ("package=k1 object=f1", 1), ("package=k1 object=x", 0),
        ):  # fmt: skip
            found = await parse(opened, EVERYTHING, text)
            assert await parse(opened, EVERYTHING, typed(found)) == found
            table = await run_figure(
                opened,
                "backoffice.sources",
                Request(parse_period(WEEK, opened.info.today), filters=found),
            )
            assert sum(int(str(cell)) for cell in table.column("total")) == number, text
        for text, said in (
            ("package=Maps", "'Maps' may be any of 2: Maps .id package:k1., Maps .id k2."),
            ("object=Maps", "may be any of 3"),
            ("object=k1", "may be any of 2: First .id page:k1., Maps .id package:k1."),
            ("package=x", "no package 'x'"),
            ("function=Maps", "no function 'Maps'"),
        ):
            with pytest.raises(UsageError, match=said):
                await parse(opened, EVERYTHING, text)
        packages = dicts(await ask(opened, "backoffice.packages", "", WEEK))
        assert [(row["package_id"], row["events"]) for row in packages] == [("k1", 1), ("k2", 2)]
    finally:
        await opened.close()


@pytest.mark.parametrize("around", ["", "domain=portal ", "object=d1 ", "group=coast "])
async def test_parts_add_up(store: Store, around: str) -> None:
    whole = await actions(store, around)
    names = {row[4] for row in LOG}
    assert sum([await actions(store, f"{around}action={name}") for name in names]) == whole
    days = [f"2024-05-{number:02}" for number in range(6, 13)]
    assert sum([await actions(store, f"{around}days={day}") for day in days]) == whole
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert sum([await actions(store, f"{around}weekday={day}") for day in weekdays]) == whole


async def test_people_add_up_to_everything_but_the_unknown(store: Store) -> None:
    people = ("ana", "bo", "cy", "dee", "eli", "fay", "zed")
    assert sum([await actions(store, f"person={name}") for name in people]) == 12 - 1


async def test_a_day_is_local_however_it_is_read(tmp_path: Path) -> None:
    def fill_nights(hand: Hand) -> None:
        hand.person("ana", staff=1)
        for at in DST:
            hand.event(at, "ana", "admin", action="edit_page", place=("portal", ""))

    path = await make_store(tmp_path, fill_nights, zone="Europe/Paris", as_of="2024-12-01 00:00")
    opened = await open_store(path)
    try:
        expected = {"03-30": 1, "03-31": 2, "04-01": 1, "10-26": 1, "10-27": 2, "10-28": 1}
        for text in ("", "domain=portal"):
            table = await ask(opened, "backoffice.actions", text, "2024-03-01..2024-11-30")
            found = {f"{row['day']:%m-%d}": row["total"] for row in dicts(table) if row["total"]}
            assert found == expected, text
        for day, number in expected.items():
            log = await ask(opened, "backoffice.log", f"days=2024-{day}", "2024")
            assert len(log.rows) == number
        # 30 March, 26 October: Saturdays. 31 March, 27 October: Sundays.
        for weekday, number in (("sat", 2), ("sun", 4), ("mon", 2), ("tue", 0)):
            for text in (f"weekday={weekday}", f"weekday={weekday} domain=portal"):
                assert len((await ask(opened, "backoffice.log", text, "2024")).rows) == number
                table = await ask(opened, "backoffice.distribution", text, "2024")
                assert sum(map(float, map(str, table.column("actions")))) == number
    finally:
        await opened.close()


async def test_sessions_are_unknown_under_a_filter_that_they_do_not_have(tmp_path: Path) -> None:
    def fill_session(hand: Hand) -> None:
        fill(hand)
        begun = when("2024-05-06 08:00")
        row = {"key": "s1", "person_id": hand.id("person", "ana"), "started_at": begun}
        hand.writer.add(schema.session, row)

    opened = await open_store(await make_store(tmp_path, fill_session, as_of=AS_OF))
    try:
        for text, expected in (("person=ana", 1), ("person=bo", 0), ("action=edit_page", None)):
            table = await ask(opened, "backoffice.totals", text)
            cards = {row["metric"]: row["value"] for row in dicts(table)}
            assert cards["sessions"] == expected
    finally:
        await opened.close()


async def test_what_is_typed_is_read_again(store: Store) -> None:
    text = "person=ana action=edit_page group=north days=2024-05-06..2024-05-07 weekday=Monday"
    found = await parse(store, EVERYTHING, text)
    assert typed(found) == text
    assert await parse(store, EVERYTHING, typed(found)) == found
    assert [each.words for each in found][2:4] == ["group Team North", "days 2024-05-06..05-07"]
    (title,) = await parse(store, EVERYTHING, "object='Title of d1'")
    assert title.typed == ("d1",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("person=ana person=bo", ["person ana or bo"]),
        ("person=ana object=d1 person=bo", ["person ana or bo", "object Title of d1"]),
        ("person=ana person=ana", ["person ana"]),
        ("group=north +group=south", ["group Team North", "group Team South"]),
        (
            "group=north +group=south group=coast",
            ["group Team North", "group Team South or Team Coast"],
        ),
        ("person=ana person=bo person=cy person=dee", ["person ana or bo or 2 more"]),
    ],
)
async def test_several_values_are_said_and_read_again(
    store: Store, text: str, said: list[str]
) -> None:
    found = await parse(store, EVERYTHING, text)
    assert [each.words for each in found] == said
    assert await parse(store, EVERYTHING, typed(found)) == found
    assert joined([await parse_one(store, EVERYTHING, part) for part in written(found)]) == found


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("ana", "'ana': write FIELD=VALUE; fields: action, person"),
        ("colour=red", "write FIELD=VALUE"),
        ("person=", "write FIELD=VALUE"),
        ("person='ana", "a quote is not closed"),
        ("person=nobody-here", "nobody-here"),
        ("action=swim", "no action 'swim'"),
        ("action=edit", "may be any of 4 actions: edit_dataset, edit_domain_property"),
        ("weekday=t", "no weekday 't'"),
        ("days=soon", "soon"),
    ],
)
async def test_a_mistake_is_named(store: Store, text: str, error: str) -> None:
    with pytest.raises(UsageError, match=error.replace("(", r"\(")):
        await parse(store, EVERYTHING, text)
