"""What `termstats report` and `figures` print and write."""

import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.model.errors import EXIT_FAILED
from tests.cli.command import Capture, fails, prints


def test_the_same_figure_in_three_formats(store: Path, capsys: Capture) -> None:
    base = ["report", "global.trainings", "--store", str(store), "--period", "all"]
    lines = prints([*base, "--format", "csv"], capsys).splitlines()
    data = json.loads(prints([*base, "--format", "json"], capsys))
    text = prints(base, capsys)
    assert lines[0].startswith("training_id,training,status,learners,active,never_started")
    assert len(lines) - 1 == len(data["rows"]) > 0
    with closing(sqlite3.connect(store)) as connection:
        titles = {row[0] for row in connection.execute("SELECT title FROM training")}
    assert {row["training"] for row in data["rows"]} <= titles
    assert data["zone"] == "UTC"
    assert "people" in text


def test_options_before_and_after_the_command_mean_the_same(store: Path, capsys: Capture) -> None:
    before = prints(["--store", str(store), "report", "global.totals"], capsys)
    after = prints(["report", "global.totals", "--store", str(store)], capsys)
    assert before == after


def test_from_and_to_are_a_period(store: Path, capsys: Capture) -> None:
    base = ["report", "global.activity", "--store", str(store), "--format", "csv"]
    rows = prints([*base, "--from", "2026-03-01", "--to", "2026-03-07"], capsys).splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == [
        f"2026-03-{day:02}" for day in range(1, 8)
    ]
    assert rows == prints([*base, "--period", "2026-03-01..2026-03-07"], capsys).splitlines()


def test_a_filter_keeps_rows_that_contain_the_text(store: Path, capsys: Capture) -> None:
    base = ["report", "global.trainings", "--store", str(store), "--format", "json"]
    everything = json.loads(prints(base, capsys))["rows"]
    word = everything[0]["training"].split()[0].upper()
    kept = json.loads(prints([*base, "--filter", f"training={word}"], capsys))
    wanted = [row for row in everything if word.casefold() in row["training"].casefold()]
    assert kept["rows"] == wanted
    assert f"filtered: {len(wanted)} of {len(everything)} rows" in kept["notes"]


def test_a_paged_figure_comes_with_all_pages(store: Path, capsys: Capture) -> None:
    with closing(sqlite3.connect(store)) as connection:
        training, wanted = connection.execute(
            "SELECT t.key, count(*) FROM event AS e JOIN training AS t ON t.id = e.training_id "
            "JOIN action AS a ON a.id = e.action_id "
            "WHERE a.kind NOT IN ('admin', 'api', 'function', 'error') "
            "GROUP BY t.key ORDER BY 2 DESC"
        ).fetchone()
    assert wanted > 200
    out = prints(
        ["report", "training.tracker-log", "--training", training, "--store", str(store),
         "--period", "all", "--everybody", "--format", "json"],
        capsys,
    )  # fmt: skip
    assert len(json.loads(out)["rows"]) == wanted


def test_figures_lists_what_report_takes(capsys: Capture) -> None:
    rows = json.loads(prints(["figures", "--format", "json"], capsys))
    needs = {row["id"]: row["needs"] for row in rows}
    assert needs["global.totals"] == ""
    assert needs["training.totals"] == "--training"
    words = [name.partition(".")[0] for name in needs]
    levels = ("global", "training", "learner", "class", "backoffice", "collaboration", "reconcile")
    assert list(dict.fromkeys(words)) == list(levels)
    assert list(needs) == sorted(needs, key=lambda name: (levels.index(name.split(".")[0]), name))
    assert "global.totals" in prints(["figures"], capsys)
    assert prints(["figures", "--format", "csv"], capsys).startswith("id,title,needs\n")


def test_output_is_private_whole_and_never_overwritten(
    store: Path, tmp_path: Path, capsys: Capture
) -> None:
    target = tmp_path / "out.csv"
    command = ["report", "global.totals", "--store", str(store), "--format", "csv", "-o"]
    assert prints([*command, str(target)], capsys) == ""
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    written = target.read_text()
    assert written.startswith("metric,value,previous,change\n")
    target.write_text("mine")
    assert "add --force" in fails([*command, str(target)], capsys)
    assert target.read_text() == "mine"
    prints([*command, str(target), "--force"], capsys)
    assert target.read_text() == written
    gone = tmp_path / "no" / "such" / "folder.csv"
    assert "cannot be written" in fails([*command, str(gone)], capsys, EXIT_FAILED)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv"]


def test_a_full_disk_leaves_nothing(store: Path, capsys: Capture) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "termstats", "report", "global.totals", "--store", str(store)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert process.returncode == EXIT_FAILED
    assert process.stderr.startswith("termstats: error: ")
    assert "Traceback" not in process.stderr
