"""The command line: exit codes, one-line errors, data on stdout, nothing half written."""

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from termstats import __version__
from termstats.cli import main as cli
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import EXIT_FAILED, EXIT_NOT_ALLOWED, EXIT_OK, EXIT_USAGE

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("TERMSTATS_STORE", raising=False)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "sample.db"
    command = ["sample", str(path), "--learners", "60", "--events", "3000"]
    assert cli.main([*command, "--zone", "UTC"]) == EXIT_OK
    return path


def fails(arguments: Sequence[str], capsys: Capture, code: int = EXIT_USAGE) -> str:
    """Run, expect one line of error and nothing on stdout; return the line."""
    capsys.readouterr()
    assert cli.main(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("termstats: error: "), err
    assert err.count("\n") == 1, err
    return err


def prints(arguments: Sequence[str], capsys: Capture) -> str:
    capsys.readouterr()
    code = cli.main(arguments)
    out, err = capsys.readouterr()
    assert code == EXIT_OK, err
    return out


# ---- words that do not fit -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "global.totlas"], "no figure 'global.totlas'"),
        (["report", "global.totals", "--period", "yesteryear"], "no period 'yesteryear'"),
        (["report", "global.totals", "--period", "2026-02-01..2026-01-01"], "swap the two"),
        (["report", "global.totals", "--from", "2026-02-01", "--to", "2026-01-01"], "swap the two"),
        (["report", "global.totals", "--from", "1.2.2026"], "write it as 2026-01-31"),
        (["report", "global.totals", "--period", "7d", "--to", "2026-01-01"], "not both"),
        (["report", "global.totals", "--filter", "x"], "COLUMN=TEXT"),
        (["report", "global.totals", "--filter", "nope=x"], "no column 'nope'"),
        (["report", "global.totals", "--by", "hour"], "hour"),
        (["report", "global.totals", "--top", "0"], "--top"),
        (["report", "training.totals"], "needs --training KEY"),
        (["report", "training.totals", "--training", "xyzzy"], "no training 'xyzzy'"),
        (["report"], "Missing argument 'ID'"),
        (["reprot"], "No such command 'reprot'"),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(
    store: Path, capsys: Capture, arguments: list[str], said: str
) -> None:
    assert said in fails(["--store", str(store), *arguments], capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["moodle", "x", "--store", "s.db"], "known: oppia, oulad"),
        (["oppia", "x", "--store", "s.db", "--zone", "Mars/Base"], "no time zone 'Mars/Base'"),
        (["oppia", "x", "--store", "s.db", "--source-zone", "CETT"], "no time zone 'CETT'"),
        (["oppia", "x", "--store", "s.db", "--as-of", "tuesday"], "--as-of 'tuesday'"),
        (["oppia", "x"], "which store? give --store FILE"),
    ],
)
def test_wrong_words_of_an_import(capsys: Capture, arguments: list[str], said: str) -> None:
    assert said in fails(["import", *arguments], capsys)


def test_stores_that_are_none(tmp_path: Path, capsys: Capture) -> None:
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    for path, said in (
        (tmp_path / "none.db", "no such file"),
        (tmp_path, "a folder"),
        (text, "cannot be read as a termstats store"),
        (other, "not a termstats store"),
    ):
        error = fails(["--store", str(path), "report", "global.totals"], capsys, EXIT_FAILED)
        assert said in error


def test_another_schema_version_says_what_to_do(
    store: Path, tmp_path: Path, capsys: Capture
) -> None:
    for version, way_out in ((0, "import the source again"), (99, "update termstats")):
        path = tmp_path / f"v{version}.db"
        path.write_bytes(store.read_bytes())
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(
                "UPDATE store_setting SET value = ? WHERE name = 'schema_version'", (version,)
            )
            connection.commit()
        error = fails(["report", "global.totals", "--store", str(path)], capsys, EXIT_FAILED)
        assert way_out in error


def test_an_unknown_viewer_is_not_allowed(store: Path, capsys: Capture) -> None:
    command = ["--store", str(store), "--viewer", "nobody-here", "report", "global.totals"]
    assert "nobody is called 'nobody-here'" in fails(command, capsys, EXIT_NOT_ALLOWED)


def test_an_error_shows_no_control_characters(store: Path, capsys: Capture) -> None:
    command = ["--store", str(store), "report", "global.totals", "--period", "\x1b]52;c;eA==\x07"]
    error = fails(command, capsys)
    assert "\x1b" not in error
    assert "\x07" not in error


def test_debug_shows_the_traceback(store: Path) -> None:
    with pytest.raises(Exception, match="no figure"):
        cli.main(["--debug", "--store", str(store), "report", "nope"])


# ---- what is printed -----------------------------------------------------------------------------


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
    assert "global.totals" in prints(["figures"], capsys)
    assert prints(["figures", "--format", "csv"], capsys).startswith("id,title,needs\n")


# ---- files ---------------------------------------------------------------------------------------


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


def test_sample_is_the_same_for_the_same_seed_and_not_overwritten(
    store: Path, tmp_path: Path, capsys: Capture
) -> None:
    again = tmp_path / "again.db"
    command = ["sample", str(again), "--learners", "60", "--events", "3000", "--zone", "UTC"]
    prints(command, capsys)
    totals = ["report", "global.totals", "--format", "csv", "--store"]
    assert prints([*totals, str(again)], capsys) == prints([*totals, str(store)], capsys)
    assert "add --force" in fails(command, capsys)
    text = tmp_path / "letter.txt"
    text.write_text("dear")
    fails(["sample", str(text), "--force"], capsys, EXIT_FAILED)
    assert text.read_text() == "dear"


def test_a_failed_import_leaves_the_old_store(store: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(store.read_bytes())
    before = path.read_bytes()
    wrong = tmp_path / "wrong.db"
    with closing(sqlite3.connect(wrong)) as connection:
        connection.execute("CREATE TABLE t (x)")
    fails(["import", "oppia", str(wrong), "--store", str(path)], capsys, EXIT_FAILED)
    fails(["import", "oulad", str(tmp_path / "none"), "--store", str(path)], capsys, EXIT_FAILED)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s.db", "wrong.db"]


# ---- check, doctor, config -----------------------------------------------------------------------


def test_check_passes_a_sound_store(store: Path, capsys: Capture) -> None:
    out = prints(["check", "--store", str(store)], capsys)
    assert "the file is whole" in out
    assert len(re.findall(r"day tables agree with [\d,]+ events", out)) == 2


def test_check_finds_day_tables_that_disagree(store: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(store.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE training_day SET events = events + 1 WHERE training_id = 0")
        connection.commit()
    assert cli.main(["check", "--store", str(path), "--format", "json"]) == EXIT_FAILED
    found = json.loads(capsys.readouterr().out)
    assert any("learner activity" in problem for problem in found["problems"])


def test_check_finds_a_damaged_file(store: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.db"
    content = bytearray(store.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40_000] = b"\xff" * 40_000
    path.write_bytes(content)
    assert cli.main(["check", "--store", str(path)]) == EXIT_FAILED
    assert "damaged" in capsys.readouterr().out


def test_doctor_names_versions_and_masks_passwords(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSTATS_STORE", "postgresql://reader:hunter2@db/x")
    out = prints(["doctor"], capsys) + prints(["config", "show"], capsys)
    assert __version__ in out
    assert "hunter2" not in out
    assert "reader:***@db" in out


def test_a_password_in_the_arguments_is_warned_of_and_never_shown(capsys: Capture) -> None:
    assert cli.main(["--store", "postgresql://r:hunter2@db/x", "check"]) == EXIT_FAILED
    out, err = capsys.readouterr()
    assert "warning: a password" in err
    assert "hunter2" not in out + err
    command = ["import", "oppia", "mysql://r:hunter2@127.0.0.1:1/x", "--store", "/nowhere/s.db"]
    assert cli.main(command) == EXIT_FAILED
    out, err = capsys.readouterr()
    assert "warning: a password" in err
    assert "hunter2" not in out + err


# ---- processes -----------------------------------------------------------------------------------


def run(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "termstats", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def test_without_a_terminal_nothing_is_imported_to_be_opened(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    done = run(["import", "oulad", str(tmp_path), "--store", str(store), "--open"])
    assert done.returncode == 2
    assert "no terminal here" in done.stderr
    assert not store.exists()


def test_without_a_terminal_the_dashboard_names_report() -> None:
    for arguments in ([], ["--screen", "learner"]):
        process = run(arguments)
        assert process.returncode == EXIT_USAGE
        assert process.stderr.count("\n") == 1
        assert "termstats report" in process.stderr


def test_a_reader_that_stops_early_is_told_nothing(store: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "termstats", "report", "backoffice.log", "--store", str(store),
         "--period", "all", "--format", "json", "--everybody"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert err == b""
    assert process.returncode == EXIT_FAILED


def test_ctrl_c_ends_without_a_traceback(tmp_path: Path) -> None:
    target = tmp_path / "s.db"
    with subprocess.Popen(
        [sys.executable, "-m", "termstats", "sample", str(target), "--events", "2000000"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not any(p.stat().st_size for p in tmp_path.iterdir()) and time.monotonic() < deadline:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


async def test_a_password_never_reaches_the_store(tmp_path: Path) -> None:
    class Empty:
        platform = title = help = "empty"

        async def run(self, location: str, context: ImportContext) -> None:
            assert "hunter2" in location

    path = tmp_path / "s.db"
    await run_import(Empty(), "mysql://reader:hunter2@db/x", path)
    assert b"hunter2" not in path.read_bytes()
    assert b"mysql://reader:***@db/x" in path.read_bytes()
