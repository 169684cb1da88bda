"""A store of hostile texts on all levels, in dialogs, toasts and lines, in a real terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.model.errors import EXIT_OK
from tests.fuzz.poison import HOSTILE, poison
from tests.pty.terminal import Terminal
from tests.screens.test_sample import SAMPLE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals"),
]
PROGRAM = [sys.executable, "-m", "termstats"]
FROM_DATA = re.compile(
    rb"\x1b\](?:52|8);|\x1b[P_^X]"  # clipboard, links, DCS, APC, PM, SOS
    rb"|\xc2[\x80-\x9f]|(?<![\x80-\xff])[\x80-\x9f]"  # C1, as UTF-8 and as it is
    rb"|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf"  # bidi, BOM
    rb"|\xf3\xa0\x81|[\x00\x0e\x7f]"  # tags, NUL, other character sets, DEL
)
"""What no byte of ours is and hostile texts hold; colours and moves Textual writes itself."""
LEVEL = ("\t", "\r", "\x1b", ".", "\t", "i", "\x1b", "s", "v", "\x1b")
WALK = (
    *("1", *LEVEL, "2", "\r", *LEVEL, "3", "\r", *LEVEL, "4", "\r", *LEVEL, "5", *LEVEL),
    *("/", "e", "\x1b", "F", "\r", "\x1b", "\x1b", "?", "\x1b", "\x10", "a", "\x1b", "="),
    *("\x1b", "p", "\x1b", "C", "\x1b", "e", "\x1b", "A", "1"),
)


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return poison(SAMPLE, tmp_path_factory.mktemp("poison") / "poisoned.sqlite3")


def harm_in(raw: bytes) -> list[bytes]:
    return [raw[max(0, at.start() - 20) : at.end() + 20] for at in FROM_DATA.finditer(raw)][:5]


def test_what_is_looked_for_is_in_hostile_texts() -> None:
    harmful = [text for text in HOSTILE if harm_in(text)]
    assert len(harmful) >= 8
    assert not harm_in("Zo\u00eb \u6f22\u5b57 \U0001f469 \u2026 \u2502 \ufffd".encode())


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_no_control_byte_of_data_reaches_the_terminal(
    poisoned: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    home = {"HOME": str(tmp_path), "TERMSTATS_CONFIG": str(tmp_path / "config.toml")}
    with Terminal([*PROGRAM, "--store", str(poisoned)], *size, env=home) as terminal:
        terminal.wait_for("1 Global")
        for keys in WALK:
            terminal.send(keys)
            terminal.wait_until_quiet(0.05)
        assert "Traceback" not in terminal.text
        assert not harm_in(terminal.raw)
        # Something hostile was there to be seen, and was made harmless.
        assert "\ufffd".encode() in terminal.raw
        for keys in ("\x1b", "\x1b", "\x1b", "1", "q"):
            terminal.send(keys)
            terminal.wait_until_quiet(0.1)
        assert terminal.wait_for_exit() == EXIT_OK


def printed(
    store: Path, arguments: Sequence[str], typed: str = ""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, "--store", str(store), *arguments],
        input=typed.encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_no_command_prints_a_control_byte_of_data(poisoned: Path) -> None:
    lines = ["period all", "training", "1", "learner", "2", "find e", "class", "1"]
    for figure in figures().values():
        if not figure.needs:
            lines += [f"show {figure.id}", "row 1", "why"]
    said = printed(poisoned, ["shell"], "\n".join(lines))
    assert b"Traceback" not in said.stderr
    for out in (said.stdout, said.stderr):
        assert not harm_in(out) and b"\x1b" not in out
    for arguments in (["viewers", "--learners"], ["check"], ["report", "global.trainings"]):
        given = printed(poisoned, arguments)
        assert given.returncode == EXIT_OK, given.stderr
        assert not harm_in(given.stdout + given.stderr) and b"\x1b" not in given.stdout
