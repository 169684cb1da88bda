"""The team's site in the dumps of other programs: the same store as from mysqldump's."""

from pathlib import Path

import pytest

from termstats.cli.main import main
from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.data.importers.opigno.factory import at
from tests.data.importers.store_file import contents
from tests.shared import shared_path

AS_OF = at("2026-09-16 12:00:02")


async def load(source: Path, store: Path) -> Path:
    report = await run_import(OpignoImporter(), str(source), store, ImportOptions(as_of=AS_OF))
    assert report.refused == 0
    return store


def said(store: Path, capsys: pytest.CaptureFixture[str]) -> str:
    for figure in ("global.totals", "global.trainings", "global.inactive"):
        assert main(["report", figure, "--store", str(store)]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "dump-phpmyadmin/site.sql.gz",
        "dump-backup-migrate/site.sql.gz",
        "dump-backup-migrate/quoted-numbers-only.sql.gz",
    ],
)
async def test_dumps_of_other_programs(tmp_path: Path, name: str) -> None:
    store = await load(shared_path(f"../cases/import/{name}"), tmp_path / "store.db")
    expected = await load(shared_path("opigno/site-1.sql.gz"), tmp_path / "expected.db")
    assert contents(store) == contents(expected)


def test_their_reports_are_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [
        shared_path("opigno/site-1.sql.gz"),
        shared_path("../cases/import/dump-phpmyadmin/site.sql.gz"),
    ]
    reports = []
    for path in paths:
        store = tmp_path / "store.db"
        store.unlink(missing_ok=True)
        command = ["import", "opigno", str(path), "--store", str(store)]
        assert main([*command, "--as-of", "2026-09-16T12:00:02Z"]) == 0
        capsys.readouterr()
        reports.append(said(store, capsys))
    assert reports[0] == reports[1]
    assert "Safety Basics" in reports[0]
