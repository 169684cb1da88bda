"""Cards count published trainings, lists have all: each says which, and how many more there are."""

from __future__ import annotations

from pathlib import Path

from termstats.data.figures.definition.measures import MEASURES
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when

MORE = (
    "Cards count the 2 published trainings; lists have 4 more: drafts, archived ones, or made "
    "later."
)


def fill(hand: Hand) -> None:
    hand.person("ann")
    for name in ("live", "old"):
        hand.training(name, created_at=when("2025-01-01"))
    for name in ("draft", "archive", "gone"):
        hand.training(name, published=0)
    hand.training("later", created_at=when("2026-04-02"))
    trainings = ("live", "old", "draft", "archive", "gone", "later")
    hand.class_("C", trainings)
    hand.class_("small", ("live", "old"))
    for class_ in ("C", "small"):
        hand.member(class_, "ann")
    for name in trainings:
        hand.enrol("ann", name, "2026-01-01")


def card(table: Table) -> object:
    return {row["metric"]: row["value"] for row in dicts(table)}["trainings"]


async def test_the_card_and_the_list_each_say_what_they_count(tmp_path: Path) -> None:
    store = await make_store(tmp_path, fill, as_of="2026-04-30")
    for cards, listing, keys in (
        ("global.totals", "global.trainings", {}),
        ("class.totals", "class.trainings", {Param.CLASS: "C"}),
    ):
        totals, rows = [await report(store, each, keys=keys) for each in (cards, listing)]
        assert (card(totals), len(rows.rows)) == (2, 6)
        assert rows.summary == "6 trainings, 2 of them published"
        assert MORE in totals.notes and MORE in rows.notes
    assert MEASURES["trainings"].title == "Published"


async def test_nothing_is_said_where_they_are_the_same(tmp_path: Path) -> None:
    store = await make_store(tmp_path, fill, as_of="2026-04-30")
    keys = {Param.CLASS: "small"}
    totals = await report(store, "class.totals", keys=keys)
    rows = await report(store, "class.trainings", keys=keys)
    assert (card(totals), len(rows.rows), rows.summary) == (2, 2, "2 trainings")
    assert not [note for note in (*totals.notes, *rows.notes) if "published" in note]
