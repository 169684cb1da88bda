"""`termstats export course`: whole or not there, the figures' rows, names from hostile titles."""

from __future__ import annotations

import asyncio
import csv
import os
import resource
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from termstats.cli import main as cli
from termstats.data.exports import course
from termstats.data.model.errors import EXIT_FAILED, EXIT_NOT_ALLOWED, EXIT_OK
from tests.cli.command import Capture, fails, prints
from tests.data.figures.hand_store import Hand, make_store

LOG_HEADER = (
    "Date,UserId,Type,Activity Title,Section Title,Time Taken,IP Address,User Agent,Language,"
    "username,version,digest,completed,score"
)
BAD = '../=2\x1b[2J"\n'


def hostile(hand: Hand) -> None:
    hand.person("ann", "Ann")
    hand.person("ben", "Ben")
    hand.person("tina", "Tina", staff=1)
    hand.training("T", "Title")
    hand.class_("C", ("T",))
    hand.member("C", "ann")
    hand.member("C", "tina", "coach")
    hand.grant("tina", "coach", class_id=hand.id("class", "C"))
    for person in ("ann", "ben", "tina"):
        hand.enrol(person, "T", "2026-03-01")
    hand.module("new", "T", title=BAD, version="2", digest="d2", pass_mark=60.0)
    hand.module("NEW", "T", title=BAD, version="1", digest="d1", current=0)
    hand.module("say", "T", kind="feedback", title="Say", digest="d3")
    hand.question("q1", "new", position=1, title="=1+1")
    hand.question("q2", "new", position=2, title="Two, or more?")
    hand.question("f1", "say", title="How?")
    for number, (who, module, at) in enumerate(
        (("ben", "new", "2026-03-02 10:00"), ("ann", "new", "2026-03-01 10:00"),
         ("ann", "say", "2026-03-03"))
    ):  # fmt: skip
        scores: dict[str, Any] = {"points": 3.0, "max_points": 4.0, "score": 75.0, "passed": 1}
        if number == 1:
            scores["version"] = "1.5"  # the course was older then
        if module == "say":
            scores = {"in_score": 0}
        hand.attempt(f"a{number}", who, "T", module, finished_at=at, **scores)
    hand.answer("a0", "q1", answer="@ben", points=1)
    hand.answer("a1", "q2", answer="Grüße\n", points=2.5)
    hand.answer("a2", "f1", answer="well")
    for hour, who in ((8, "ann"), (9, "ben"), (10, "tina")):
        hand.event(
            f"2026-03-01 {hour:02}:00", who, "page", "T", seconds=60.0, completed=1, version="2"
        )


@pytest.fixture
def hand_store(tmp_path: Path) -> Path:
    return asyncio.run(make_store(tmp_path, hostile))


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def command(store: Path, output: Path, *more: str) -> list[str]:
    return ["export", "course", "--store", str(store), "--training", "T", "-o", str(output), *more]


def test_the_platforms_columns_come_first_then_ours(
    hand_store: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    assert prints(command(hand_store, out), capsys) == ""
    listed = rows_of(out / "contents.csv")
    assert [row[0] for row in listed[1:]] == [
        "activity-log.csv",
        "quiz-new-2-2J.csv",
        "feedback-say-Say.csv",
        "old-quiz-NEW-2-2J.csv",
    ]
    assert [row[5:] for row in listed[1:]] == [
        ["", "", "2"], ["d2", "1", "2"], ["d3", "1", "1"], ["d1", "0", "0"],
    ]  # fmt: skip
    log = rows_of(out / "activity-log.csv")
    assert ",".join(log[0]) == LOG_HEADER
    assert log[1:] == [
        ["2026-03-01T09:00:00+00:00", "ben", "page", "", "", "60", "", "", "", "ben", "2", "", "1",
         ""],
        ["2026-03-01T08:00:00+00:00", "ann", "page", "", "", "60", "", "", "", "ann", "2", "", "1",
         ""],
    ]  # fmt: skip
    assert rows_of(out / "quiz-new-2-2J.csv") == [
        ["Date", "UserId", "Username", "Max Score", "User Score", "'=1+1", "Question Score",
         "Two, or more?", "Question Score", "version", "digest", "completed", "score"],
        ["2026-03-01T10:00:00+00:00", "ann", "ann", "4", "3", "", "", "Grüße", "2.5", "1.5", "d2",
         "1", "75"],
        ["2026-03-02T10:00:00+00:00", "ben", "ben", "4", "3", "'@ben", "1", "", "", "2", "d2", "1",
         "75"],
    ]  # fmt: skip
    assert rows_of(out / "feedback-say-Say.csv") == [
        ["Date", "UserId", "Username", "How?", "version", "digest"],
        ["2026-03-03T00:00:00+00:00", "ann", "ann", "well", "", "d3"],
    ]
    about = (out / "about.txt").read_text(encoding="utf-8")
    assert "Title (id T), Hand-made\n" in about
    assert "who: 2 of 3 people (not 1 staff)\n" in about
    assert "dates: when it happened, as the platform recorded it, in UTC\n" in about


def test_files_are_their_owners_only(hand_store: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    prints(command(hand_store, out), capsys)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "store.sqlite3"]


def test_a_zip_holds_the_same_files_and_is_the_same_twice(
    hand_store: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder, first = tmp_path / "course", tmp_path / "course.zip"
    prints(command(hand_store, folder), capsys)
    prints(command(hand_store, folder, "--zip"), capsys)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    with zipfile.ZipFile(first) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {f"course/{path.name}": path.read_bytes() for path in folder.iterdir()}
    before = first.read_bytes()
    first.unlink()
    prints(command(hand_store, first), capsys)
    assert first.read_bytes() == before


def test_period_clock_and_population_are_those_of_the_figures(
    hand_store: Path, tmp_path: Path, capsys: Capture
) -> None:
    prints(command(hand_store, tmp_path / "all", "--everybody"), capsys)
    assert len(rows_of(tmp_path / "all" / "activity-log.csv")) == 1 + 3
    prints(command(hand_store, tmp_path / "early", "--period", "2026-02"), capsys)
    assert len(rows_of(tmp_path / "early" / "activity-log.csv")) == 1
    assert len(rows_of(tmp_path / "early" / "quiz-new-2-2J.csv")) == 1


def test_a_coach_gets_the_rows_of_their_class(
    hand_store: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    prints(command(hand_store, out, "--viewer", "tina"), capsys)
    assert [row[1] for row in rows_of(out / "activity-log.csv")[1:]] == ["ann"]
    assert [row[1] for row in rows_of(out / "quiz-new-2-2J.csv")[1:]] == ["ann"]
    assert not any(b"ben" in path.read_bytes().lower() for path in out.iterdir())


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["--training", "none"], 2, "no training 'none'"),
        (["--viewer", "ann"], EXIT_NOT_ALLOWED, "ann is a learner"),
        (["--viewer", "tina", "--training", "U"], EXIT_NOT_ALLOWED, "that tina may see"),
        (["-o", "-"], 2, "give -o FOLDER, or -o FILE.zip"),
        (["--training", ""], 2, "which training?"),
        (["--period", "never"], 2, "never"),
    ],
)
def test_errors_are_one_line_and_leave_nothing(
    hand_store: Path, tmp_path: Path, capsys: Capture, more: list[str], code: int, words: str
) -> None:
    before = set(tmp_path.iterdir())
    assert words in fails(command(hand_store, tmp_path / "out", *more), capsys, code)
    assert set(tmp_path.iterdir()) == before


def test_export_alone_says_what_to_write(capsys: Capture) -> None:
    assert "termstats export course --training KEY -o FOLDER" in fails(["export"], capsys)
    assert "Did you mean 'course'?" in fails(["export", "corse"], capsys)


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_is_there_stays(hand_store: Path, tmp_path: Path, capsys: Capture, name: str) -> None:
    there = tmp_path / name
    there.mkdir()
    (there / "mine").write_text("mine")
    said = fails(command(hand_store, there), capsys, EXIT_FAILED)
    assert "exists already; choose another name, or remove it first" in said
    assert (there / "mine").read_text() == "mine"
    missing = tmp_path / "no" / name
    assert "cannot be written" in fails(command(hand_store, missing), capsys, EXIT_FAILED)


@pytest.mark.parametrize("name", ["out", "out.zip"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing(
    hand_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    before = set(tmp_path.iterdir())
    contents = course._write_contents

    def interrupted(*arguments: Any) -> None:
        assert set(tmp_path.iterdir()) > before
        os.kill(os.getpid(), number)
        contents(*arguments)

    monkeypatch.setattr(course, "_write_contents", interrupted)
    assert cli.main(command(hand_store, tmp_path / name)) == 128 + number
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_full_disk_leaves_nothing(hand_store: Path, tmp_path: Path, name: str) -> None:
    before = set(tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "termstats", *command(hand_store, tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == EXIT_FAILED
    assert done.stderr.startswith(f"termstats: error: {tmp_path / name}: cannot be written (")
    assert done.stderr.count("\n") == 1
    assert set(tmp_path.iterdir()) == before


def test_what_a_killed_one_left_goes_with_the_next(
    hand_store: Path, tmp_path: Path, capsys: Capture
) -> None:
    left = tmp_path / ".out.999999.part"
    left.mkdir()
    (left / "activity-log.csv").write_text("half")
    other = tmp_path / ".outer.1.part"
    other.mkdir()
    prints(command(hand_store, tmp_path / "out"), capsys)
    assert not left.exists()
    assert other.exists()


def test_the_sample_can_be_exported_too(store: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    given = ["export", "course", "--store", str(store), "--training", "safety", "-o", str(out)]
    assert cli.main(given) == EXIT_OK
    assert "contents.csv and about.txt to" in capsys.readouterr().err
    listed = rows_of(out / "contents.csv")[1:]
    assert len(listed) > 1
    for row in listed:
        assert len(rows_of(out / row[0])) == 1 + int(row[-1])
