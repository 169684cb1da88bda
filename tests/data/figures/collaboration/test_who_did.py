"""The people behind each number of engagement and contributions add up to that number."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.doors import question_behind
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.query.search import resolve
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store
from tests.data.figures.collaboration.reference import fill, import_files
from tests.data.figures.definition.test_invariants import quick
from tests.data.figures.hand_store import Hand, dicts, make_store, report

ACTS = (
    *(("page", "view"), ("quiz", "start"), ("download", "download"), ("other", "visit")),
    *(("forum", name) for name in ("post", "comment", "reply", "private_comment", "reaction")),
    *(("forum", name) for name in ("like", "learned", "outdated", "question", "useful")),
    ("forum", "irrelevant"),
)
MEMBERS = {"A": ("p0", "p1"), "B": ("p1", "p2")}
FIGURES = (
    *("collaboration.users", "collaboration.groups", "collaboration.courses"),
    *("collaboration.activities", "collaboration.reactions", "training.activities"),
)


@dataclass(frozen=True)
class Deed:
    """One event; a total names no person and stands at the as-of moment.

    p3 is staff, and coach of a class; t1 is archived.
    """

    act: tuple[str, str]
    person: int | None
    training: int | None
    activity: bool
    weight: int
    flags: int
    total: bool


deeds = st.builds(
    Deed,
    act=st.sampled_from(ACTS),
    person=st.none() | st.integers(0, 3),
    training=st.none() | st.integers(0, 1),
    activity=st.booleans(),
    weight=st.integers(1, 3),
    flags=st.sampled_from((0, 0, 0, schema.FLAG_DUPLICATE)),
    total=st.booleans(),
)


def written(found: list[Deed]) -> Any:
    def fill_store(hand: Hand) -> None:
        hand.writer.set_source(rules='{"totals": "without dates"}')
        for n in range(4):
            hand.person(f"p{n}", staff=int(n == 3))
        for n in range(2):
            hand.training(f"t{n}", published=1 - n)
            hand.activity(f"t{n}a", f"t{n}", type="Document")
        for name, members in MEMBERS.items():
            hand.class_(name)
            for member in members:
                hand.member(name, member)
        hand.member("A", "p3", "coach")
        hand.member("B", "p1", "coach")
        for n, deed in enumerate(found):
            where: dict[str, Any] = {}
            if deed.activity and deed.training is not None:
                where["activity"] = f"t{deed.training}a"
            total = deed.total and deed.training is not None
            nobody = deed.person is None or total
            hand.event(
                "2026-03-31 18:00" if total else f"2026-03-{n % 9 + 1:02} 10:00",
                None if nobody else f"p{deed.person}",
                deed.act[0],
                None if deed.training is None else f"t{deed.training}",
                action=deed.act[1],
                weight=deed.weight,
                flags=deed.flags,
                is_aggregate=int(total),
                **where,
            )

    return fill_store


async def behind(
    store: Store, table: Table, row: int, column: str, asked: Request
) -> tuple[int, str]:
    """Return the sum of what lies behind a number, with what is known without people."""
    opened = await question_behind(store, EVERYTHING, asked, table, table.rows[row], column)
    if opened is None:
        assert not table.rows[row][table.position(column)]
        return 0, "nothing behind"
    figure, request = opened
    found = await run_figure(store, figure.id, request)
    unknown = [
        int(note.split()[0].replace(",", "")) for note in found.notes if "without people" in note
    ]
    return sum(int(str(cell)) for cell in found.column("times")) + sum(unknown), str(found.notes)


@settings(quick, max_examples=6)
@given(
    st.lists(deeds, min_size=1, max_size=14),
    st.fixed_dictionaries({name: st.booleans() for name in ("everybody", "wide", "hide_archived")}),
    st.sampled_from(("", "person=p1 person=p3", "group=A", "weekday=Monday", "person=p0 group=B")),
)
async def test_people_add_up_to_every_number(
    found: list[Deed], switches: dict[str, Any], only: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(await make_store(Path(folder), written(found)))
        try:
            kept = await parse(store, EVERYTHING, only)
            await check_all(store, **switches, filters=kept)
        finally:
            await store.close()


async def check_all(store: Store, training: str = "t0", **switches: Any) -> None:
    period = parse_period("2026-03", store.info.today, store.info.coverage)
    for figure_id in FIGURES:
        entities: tuple[tuple[Param, Entity], ...] = ()
        if find_figure(figure_id).needs:
            one = await resolve(store, EVERYTHING, Param.TRAINING, training)
            entities = ((Param.TRAINING, one),)
        asked = Request(period, entities, **switches)
        table = await run_figure(store, figure_id, asked)
        names = [column.name for column in table.columns]
        opened = [name for name in names if table.opens(name)]
        assert len(opened) >= 3
        for row in range(len(table.rows)):
            for column in opened:
                number = table.rows[row][names.index(column)]
                if number is None or column in ("viewers", "People"):
                    continue
                total, notes = await behind(store, table, row, column, asked)
                assert total == number, (figure_id, table.rows[row], column, notes)


@pytest.fixture
async def imported(tmp_path: Path) -> Path:
    return await import_files(tmp_path / "exports", "users - North")


async def test_imported_numbers_add_up_too(imported: Path) -> None:
    store = await open_store(imported)
    try:
        await check_all(store, "c1", wide=True)
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("keys", "action", "said"),
    [
        ({Param.TRAINING: "c1"}, "Views", "10 views are known without people."),
        (
            {Param.TRAINING: "c1", Param.ACTIVITY: "Safety/What is safe?/Question"},
            "Views",
            "7 views are known without people.",
        ),
        # Nobody is known of Sales: the platform's own total.
        ({Param.CLASS: "Sales"}, "Comments", "7 comments are known without people."),
    ],
)
async def test_totals_without_people_say_so(
    imported: Path, keys: dict[Param, str], action: str, said: str
) -> None:
    table = await report(imported, "collaboration.people", keys=keys, action=action)
    assert table.rows == ()
    assert said in table.notes
    assert "known as a total, without people" in table.empty


async def test_totals_of_a_person_have_no_day(imported: Path) -> None:
    table = await report(imported, "collaboration.people", keys={Param.CLASS: "North"})
    assert [row[1:] for row in table.rows] == [("Ada Long", 3, None, None)]
    table = await report(imported, "collaboration.contributions", keys={Param.LEARNER: "a@x.org"})
    assert sorted((row["at"], row["what"], row["times"]) for row in dicts(table)) == [
        *((None, "comment", 3), (None, "publication", 1), (None, "reaction", 2)),
    ]
    assert table.summary == "6 contributions"


async def test_who_is_behind_the_lines_of_the_reference(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill)
    keys = {Param.CLASS: "A"}
    table = await report(path, "collaboration.people", keys=keys, action="comments")
    # u2: a reply, a public comment, and one in the archived course; u1: a private comment.
    assert [row[1:] for row in table.rows] == [
        ("Una U2", 3, date(2026, 3, 1), date(2026, 3, 2)),
        ("Una U1", 1, date(2026, 3, 2), date(2026, 3, 2)),
    ]
    table = await report(path, "collaboration.people", keys={Param.TRAINING: "C"})
    assert [row[1:3] for row in table.rows] == [("Una U4", 2), ("Una U2", 1)]
    assert table.summary == "views: 3 by 2 people"
    # A private comment is none of the course's.
    for action, expected in (("comments", ["Una U2"]), ("all comments", ["Una U1", "Una U2"])):
        keys = {Param.TRAINING: "C"}
        table = await report(path, "collaboration.people", keys=keys, action=action)
        assert table.column("learner") == expected
    everybody = await report(path, "collaboration.people", action="publications")
    assert everybody.column("learner") == ["Una U1"]


async def test_what_one_person_contributed(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill)
    table = await report(
        path, "collaboration.contributions", keys={Param.LEARNER: "u2"}, action="Comments"
    )
    assert [(row["at"], row["action"], row["training"]) for row in dicts(table)] == [
        (datetime(2026, 3, 2, 11, tzinfo=UTC), "comment", "old"),
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "comment", "C"),
        (datetime(2026, 3, 1, 10, tzinfo=UTC), "reply", None),
    ]
    table = await report(path, "collaboration.contributions", keys={Param.LEARNER: "u4"})
    assert "No contributions of this person" in table.empty


async def test_what_cannot_be_asked_says_the_way_out(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill)
    with pytest.raises(UsageError, match="give --training KEY; elsewhere use publications"):
        await report(path, "collaboration.people", action="views")
    with pytest.raises(UsageError, match="one of publications, comments, reactions, .* here"):
        keys = {Param.LEARNER: "u1"}
        await report(path, "collaboration.contributions", keys=keys, action="views")
    with pytest.raises(UsageError, match="give --training KEY with --activity"):
        await report(path, "collaboration.people", keys={Param.ACTIVITY: "doc"})


async def test_the_list_obeys_the_viewer(tmp_path: Path) -> None:
    def scoped(hand: Hand) -> None:
        fill(hand)
        hand.class_("coached", ("C",))
        hand.member("coached", "u4")
        hand.grant("u3", "coach", class_id=hand.id("class", "coached"))

    path = await make_store(tmp_path, scoped)
    keys = {Param.TRAINING: "C", Param.ACTIVITY: "doc"}
    table = await report(path, "training.people", viewer="u3", keys=keys, action="views")
    (line, *_rest) = dicts(
        await report(path, "training.activities", viewer="u3", keys={Param.TRAINING: "C"})
    )
    assert (table.column("learner"), line["views"]) == (["Una U4"], 2)
    with pytest.raises(NotAllowed):
        await report(path, "collaboration.people", viewer="u3", keys=keys)
