"""`termstats figures`: the list of figures, and what each costs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.model.errors import EXIT_NOT_ALLOWED
from tests.cli.command import Capture, fails, prints
from tests.data.figures.hand_store import Hand, make_store
from tests.data.query.scope_world import make_world, mark


def three_visits(hand: Hand) -> None:
    hand.person("1", "Ana")
    hand.training("T", "Title")
    hand.enrol("1", "T")
    for hour in (8, 9, 10):
        hand.event(f"2026-03-01 {hour:02}:00", "1", "page", "T")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_store(tmp_path_factory.mktemp("figures"), three_visits)))


def test_it_says_what_each_figure_reads_and_costs(store: str, capsys: Capture) -> None:
    asked = ["figures", "--explain", "--store", store, "--period", "all"]
    rows = {row["id"]: row for row in json.loads(prints([*asked, "--format", "json"], capsys))}
    assert set(rows) == set(figures())
    log = rows["training.tracker-log"]
    assert {"event", "enrolment"} <= set(log["reads"].split())
    assert log["rows"] == 3
    assert float(log["ms"]) > 0
    assert "event" not in rows["global.activity"]["reads"].split()
    nothing_to_ask_about = rows["class.members"]
    assert {value for name, value in nothing_to_ask_about.items() if name != "id"} == {""}
    lines = csv.DictReader(io.StringIO(prints([*asked, "--format", "csv"], capsys)))
    assert [line["id"] for line in lines] == list(rows)
    head = prints(asked, capsys).splitlines()[0]
    assert head.split() == ["id", "ms", "statements", "rows", "whole", "reads"]


def test_only_who_sees_everything_may_ask(tmp_path: Path, capsys: Capture) -> None:
    world = str(asyncio.run(make_world(tmp_path)))
    viewer = ["--viewer", mark("username", "ana")]
    fails(["figures", "--explain", "--store", world, *viewer], capsys, EXIT_NOT_ALLOWED)


def test_a_period_is_for_costs(capsys: Capture) -> None:
    assert "--explain" in fails(["figures", "--period", "7d"], capsys)
