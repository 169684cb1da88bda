"""Runs the command line in this process or in an own one, on a small store."""

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_OK, EXIT_USAGE

Capture = pytest.CaptureFixture[str]


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
