"""What Opigno's own pages showed on a real site, cell by cell."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termstats.cli import main as cli
from termstats.data.figures.reconcile.opigno import is_same
from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.sources.dumps.loading import load_dump
from termstats.data.importers.sources.tables import SqliteSource
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import EXIT_USAGE, NotAllowed, UsageError
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.model.units import Second
from termstats.data.platform_pages.opigno_class import class_page
from termstats.data.platform_pages.opigno_dashboard import dashboard, month_shown
from termstats.data.platform_pages.opigno_learner import learner
from termstats.data.platform_pages.opigno_raw import TABLES, Raw
from termstats.data.platform_pages.opigno_training import month_shown as training_month
from termstats.data.platform_pages.opigno_training import training
from termstats.data.store import schema
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.figures.reconcile.opigno_expected import (
    COMPARED,
    NOT_COMPARED,
    cells,
    class_cells,
    dashboard_cells,
    detail_cells,
    expected,
    found_cells,
    month_of,
    raws,
    training_cells,
    user_cells,
)
from tests.shared import shared_path


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


def test_dashboard_of_seven_months(site: Raw) -> None:
    pages = expected()["dashboard"]
    assert len(pages) == 7
    for page in pages:
        shown = dashboard(site, month_of(page), expected()["now_ts"])
        assert cells(shown) == dashboard_cells(page)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]
        assert month_of(page) or month_shown(site, Second(0)) == (page["year"], page["month"])


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
        assert cells(shown) == training_cells(page)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]
        assert month_of(page) or training_month(site, [page["gid"]], Second(0)) == (
            page["year"],
            page["month"],
        )


def test_classes_of_five_months(site: Raw) -> None:
    pages = [page for page in expected()["training"] if page["bundle"] == "opigno_class"]
    assert len(pages) == 10
    for page in pages:
        shown = class_page(site, page["gid"], expected()["now_ts"])
        assert cells(shown) == class_cells(page)
        assert raws(shown)["progress", ""] == page["progress_raw"]
        assert raws(shown)["completion", ""] == page["completion_raw"]


def test_learners(site: Raw) -> None:
    users = expected()["user"]
    assert len(users) == 12
    for uid, user in users.items():
        assert set(user) <= COMPARED | set(NOT_COMPARED)
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


AS_OF = {
    1: "2026-09-16T12:00:02+00:00",
    2: "2026-10-14T12:00:01+00:00",
    3: "2026-11-16T12:00:01+00:00",
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("opigno")
    return {number: asyncio.run(imported(folder, number)) for number in AS_OF}


async def imported(folder: Path, number: int) -> Path:
    path = folder / f"site-{number}.sqlite3"
    options = ImportOptions(as_of=Second(int(datetime.fromisoformat(AS_OF[number]).timestamp())))
    dump = shared_path(f"opigno/site-{number}.sql.gz")
    await run_import(OpignoImporter(), str(dump), path, options)
    return path


async def test_dashboard_of_an_import(stores: dict[int, Path]) -> None:
    for page in expected()["dashboard"]:
        month = month_of(page)
        text = f"{month[0]}-{month[1]:02}" if month else None
        table = await report(stores[1], "reconcile.opigno", month=text)
        assert found_cells(table) == dashboard_cells(page)
        assert table.rows[0][4] == page["progress_raw"]


@pytest.mark.slow
async def test_trainings_and_classes_of_an_import(stores: dict[int, Path]) -> None:
    for page in expected()["training"]:
        month = month_of(page)
        text = f"{month[0]}-{month[1]:02}" if month else None
        is_class = page["bundle"] == "opigno_class"
        keys = {Param.CLASS if is_class else Param.TRAINING: str(page["gid"])}
        table = await report(stores[1], "reconcile.opigno", month=text, keys=keys)
        cells_of = class_cells if is_class else training_cells
        assert found_cells(table) == cells_of(page), page["gid"]


@pytest.mark.slow
async def test_learners_of_an_import(stores: dict[int, Path]) -> None:
    for uid, user in expected()["user"].items():
        keys = {Param.LEARNER: uid}
        table = await report(stores[1], "reconcile.opigno", keys=keys)
        assert found_cells(table) == user_cells(user)
        for gid, details in user.get("training_details", {}).items():
            table = await report(stores[1], "reconcile.opigno", keys={**keys, Param.TRAINING: gid})
            said = detail_cells(details["text"])
            assert found_cells(table) == sorted(user_cells(user) + said)


async def test_every_difference_has_a_reason(stores: dict[int, Path]) -> None:
    for path in stores.values():
        for keys in ({}, {Param.TRAINING: "6"}, {Param.CLASS: "1"}, {Param.LEARNER: "8"}):
            table = await report(path, "reconcile.opigno", keys=keys)
            for number, row in enumerate(table.rows):
                platform, ours, reason = str(row[3]), row[5], row[6]
                if ours is not None:
                    is_alike = is_same(platform, ours, table.row_kinds[number])
                    assert bool(reason) != is_alike, row
                else:
                    assert reason or platform == "-", row


def shown_of(table: Table) -> dict[tuple[str, str], str]:
    return {(row["figure"], row["key"]): row["platform"] for row in dicts(table)}


def called(uid: int) -> str:
    return str(expected()["user"][str(uid)]["display"])


async def test_later_sites(stores: dict[int, Path]) -> None:
    # At the second date the certificates of 8 and 10 have ended, 11 has a new one.
    table = await report(stores[2], "reconcile.opigno", keys={Param.TRAINING: "6"})
    rows = shown_of(table)
    # 67 of the learner and 0 of the administrator; the two others count 0: 67 / 4.
    assert (rows["progress", ""], rows["completion", ""]) == ("17%", "25%")
    states = [rows["user_passed", called(uid)] for uid in (8, 10, 11)]
    assert states == ["Expired", "Expired", "Success"]
    # The deleted training stays in the list of the dashboard, without a number of users.
    rows = shown_of(await report(stores[2], "reconcile.opigno"))
    (gone,) = (key for (name, key), text in rows.items() if name == "training_users" and not text)
    assert rows["training_completed", gone] == "1"
    # A month later nobody has a valid certificate.
    rows = shown_of(await report(stores[3], "reconcile.opigno", keys={Param.TRAINING: "6"}))
    assert rows["progress", ""] == "0%"
    assert rows["user_passed", called(11)] == "Expired"


async def test_ours_stand_beside_with_the_reason(stores: dict[int, Path]) -> None:
    table = await report(stores[1], "reconcile.opigno", keys={Param.LEARNER: "5"})
    rows = {(row["figure"], row["key"]): row for row in dicts(table)}
    # Completed is 100 % with us; Opigno wrote the score, 79, over it.
    (row,) = (
        r for r in rows.values() if (r["figure"], r["platform"]) == ("training_progress", "79%")
    )
    assert row["termstats"] == 100
    assert "replaces its progress by its score" in row["reason"]
    row = rows["training_status", row["key"]]
    assert (row["platform"], row["termstats"], row["reason"]) == ("Success", "passed", "")
    # Completed on Tuesday, 1 September: two Mondays before that of the 16th.
    bars = [rows["weekly_completed", f"Week{n}"]["termstats"] for n in range(1, 6)]
    assert bars == [0, 0, 1, 0, 0]
    first = dicts(await report(stores[1], "reconcile.opigno", month="2026-09"))[1]
    # Completed of learners: 2 of 4, 1 of 3, 1 of 3, 1 of 2; one training has nobody.
    assert (first["figure"], first["platform"]) == ("completion", "23%")
    assert first["termstats"] == pytest.approx(100 * (2 / 4 + 1 / 3 + 1 / 3 + 1 / 2) / 4)
    assert "staff" in first["reason"]


async def test_a_month_is_a_month(tmp_path: Path) -> None:
    user = {"uid": 1, "name": "u1", "created": 0, "access": 0, "login": 0, "default_langcode": 1}

    def fill(hand: Hand) -> None:
        row = {"name": "users_field_data", "key": "0", "data": json.dumps(user)}
        hand.writer.add(schema.reported_row, row)

    path = await make_store(tmp_path, fill, platform="opigno")
    assert (await report(path, "reconcile.opigno", month="2026-01")).rows
    with pytest.raises(UsageError, match="YYYY-MM"):
        await report(path, "reconcile.opigno", month="2026")


async def test_a_copy_without_the_tables_says_so(tmp_path: Path) -> None:
    path = await make_store(tmp_path, lambda hand: None, platform="opigno")
    assert "without Opigno's own tables" in (await report(path, "reconcile.opigno")).empty


def test_other_figures_have_no_month(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "global.totals", "--month", "2026-03"]) == EXIT_USAGE
    assert "--period YYYY-MM" in capsys.readouterr().err


async def test_only_administrators_reconcile(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.person("1")
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
