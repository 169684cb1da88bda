"""How many colours the real program asks the terminal for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

TRUE_COLOUR, OF_256 = b"8;2;", b"8;5;"


@pytest.mark.parametrize(
    ("env", "options", "expected"),
    [
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, (), OF_256),
        ({}, (), TRUE_COLOUR),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, ("--theme", "dark"), TRUE_COLOUR),
    ],
)
def test_over_ssh_256_colours_do_unless_a_theme_is_chosen(
    env: dict[str, str],
    options: tuple[str, ...],
    expected: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "COLORTERM": "truecolor"}
    argv = [sys.executable, "-m", "termstats", *options]
    for name in ("SSH_CONNECTION", "TEXTUAL_COLOR_SYSTEM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    with Terminal(argv, env={**home, **env}) as terminal:
        terminal.wait_for("SAMPLE")
        terminal.wait_until_quiet()
        assert expected in terminal.raw
        assert (TRUE_COLOUR in terminal.raw) is (expected == TRUE_COLOUR)
