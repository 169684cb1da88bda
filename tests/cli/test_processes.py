"""The command line as a process of its own: no terminal, and a reader that stops early."""

import subprocess
import sys
from pathlib import Path

from termstats.data.model.errors import EXIT_FAILED, EXIT_USAGE
from tests.cli.command import run


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
