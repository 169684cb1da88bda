"""The command line as a process of its own: no terminal, and a reader that stops early."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
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


_NOTES = """
import os, pathlib, sys
seen = b""
for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    try:
        seen += path.read_bytes()
    except OSError:
        pass
pathlib.Path(sys.argv[1]).write_bytes(seen)
print(pathlib.Path(sys.argv[2]).read_text())
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_no_password_stands_in_any_command_line_nor_in_an_error(tmp_path: Path) -> None:
    """The command that prints it looks at all command lines; then no server answers."""
    secret = "s3cret-" + tmp_path.name
    (tmp_path / "secret").write_text(secret)
    (tmp_path / "note.py").write_text(_NOTES)
    words = [sys.executable, *(str(tmp_path / each) for each in ("note.py", "seen", "secret"))]
    (tmp_path / "config.toml").write_text(f"password_command = {json.dumps(shlex.join(words))}\n")
    url = "postgresql://ann@127.0.0.1:1/academy"
    log = tmp_path / "log"
    asked = ["--debug", "--log", str(log), "--store", url, "report", "global.totals"]
    done = run(asked, TERMSTATS_CONFIG=str(tmp_path / "config.toml"))
    assert done.returncode != EXIT_OK
    assert b"termstats" in (tmp_path / "seen").read_bytes()
    told = (tmp_path / "seen").read_text(errors="replace") + done.stdout + done.stderr
    assert secret not in told + log.read_text()
