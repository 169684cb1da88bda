"""The log: only where it is asked for, one line a record, nothing of learners, nothing secret."""

import logging
import os
import stat
from pathlib import Path

import pytest

from termstats.cli.main import main
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from termstats.log import LOGGER, OneLine, logging_to, place_of


def record(words: str, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("termstats.x", logging.ERROR, "x.py", 1, words, (), info)


def fault() -> ValueError:
    try:
        raise ValueError("Ana Alvarez\nhas no mark")
    except ValueError as error:
        return error


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("TERMSTATS_STORE", raising=False)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("reads postgresql://reader:hunter2@db/x now", "reads postgresql://reader:***@db/x now"),
        ("mysql://db/x?user=a&password=hunter2&y=1", "mysql://db/x?user=a&password=***&y=1"),
        ("two\nlines \x1b[31m", "two\ufffdlines \ufffd[31m"),
    ],
)
def test_a_record_is_one_line_without_secrets(words: str, written: str) -> None:
    line = OneLine().format(record(words))
    assert line.endswith(f"ERROR termstats.x {written}")
    assert line.isprintable()


def test_a_fault_is_its_kind_and_its_place_but_not_its_text() -> None:
    line = OneLine().format(record("worker of export", fault()))
    assert "worker of export: ValueError at test_log.py:" in line
    assert line.endswith(" fault")
    assert "Ana" not in line
    assert place_of(ValueError("Ana")) == "ValueError at an unknown place"


def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path, new = tmp_path / "termstats.log", tmp_path / "new.log"
    path.write_text("before\n")
    path.chmod(0o640)
    with logging_to(new):
        pass
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    with logging_to(path):
        logging.getLogger("termstats.a").info("within")
    LOGGER.error("after")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    first, within, last = path.read_text().splitlines()
    assert first == "before"
    assert within.endswith("INFO termstats.a within")
    assert "INFO termstats done after 0." in last


def test_a_device_keeps_its_mode() -> None:
    before = Path("/dev/null").stat().st_mode
    with logging_to(Path("/dev/null")):
        LOGGER.info("gone")
    assert Path("/dev/null").stat().st_mode == before


def test_a_pipe_and_stdout_are_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for file, words in ((str(pipe), "a pipe, not a file"), ("-", "stdout is for the data")):
        assert main(["--log", file, "report", "global.totals", "--period", "7d"]) != EXIT_OK
        assert words in capsys.readouterr().err


def test_a_command_is_logged_without_what_was_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "termstats.log"
    assert main(["--log", str(path), "report", "global.totals", "--period", "7d"]) == EXIT_OK
    assert "termstats" not in capsys.readouterr().err
    assert main(["--log", str(path), "report", "learner.trainings", "--learner", "xyzzy"]) != 0
    assert main(["--log", str(path), "report", "--help"]) == EXIT_OK
    text = path.read_text()
    assert "termstats.cli.main termstats " in text
    assert "global.totals: 13 rows in " in text
    assert "failed with UsageError after" in text
    assert "xyzzy" not in text
    assert text.splitlines()[-1].count(" done after ") == 1
    assert " ERROR " not in text


def test_an_unexpected_fault_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("Ana Alvarez")

    monkeypatch.setattr("termstats.cli.asking.answer", broken)
    path = tmp_path / "termstats.log"
    assert main(["--log", str(path), "report", "global.totals"]) == EXIT_FAILED
    assert "unexpected KeyError" in capsys.readouterr().err
    (line,) = [line for line in path.read_text().splitlines() if " ERROR " in line]
    assert "unexpected: KeyError at test_log.py:" in line
    assert "Ana" not in path.read_text()


def test_a_file_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--log", str(tmp_path / "none" / "x.log"), "figures"]
    assert main(words) == EXIT_FAILED
    assert "choose another file with --log" in capsys.readouterr().err
    assert main(["--log", str(tmp_path), "figures"]) == EXIT_USAGE


def test_nothing_is_logged_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    LOGGER.error("a fault")
    assert main(["report", "global.totals", "--format", "csv"]) == EXIT_OK
    assert capsys.readouterr().err == ""
