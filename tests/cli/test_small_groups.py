"""`--min-group`, `min_group` of the configuration and of a snapshot, in every way to ask."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.cli import owner
from termstats.cli.session import ASKED
from termstats.data.model.errors import EXIT_NOT_ALLOWED, EXIT_OK
from termstats.data.model.small_numbers import HIDDEN
from tests.cli.command import Capture, fails, prints
from tests.data.figures.definition.test_small_groups import fill
from tests.data.figures.hand_store import Hand, make_store

TRAININGS = ["report", "global.trainings", "--period", "2026"]


def with_viewers(hand: Hand) -> None:
    fill(hand)
    hand.person("sam", staff=1)
    hand.person("mia", staff=1)
    hand.grant("sam", "administrator")
    for training in ("big", "mid", "tiny"):
        hand.grant("mia", "manager", training_id=hand.id("training", training))


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_store(tmp_path_factory.mktemp("groups"), with_viewers)))


def learners(text: str) -> list[str]:
    return [row["learners"] for row in csv.DictReader(io.StringIO(text))]


def test_every_format_says_hidden_and_text_says_why(groups: str, capsys: Capture) -> None:
    asked = ["--store", groups, "--min-group", "5", *TRAININGS]
    given = prints([*asked, "--format", "csv"], capsys)
    assert learners(given) == ["10", HIDDEN, HIDDEN]
    rows = json.loads(prints([*asked, "--format", "json"], capsys))["rows"]
    assert [row["learners"] for row in rows] == [10, HIDDEN, HIDDEN]
    assert "note: hidden: about fewer than 5 people" in prints(asked, capsys)
    # What is searched for is what is shown.
    assert "tiny" not in prints([*asked, "--filter", "learners=2", "--format", "csv"], capsys)


@pytest.mark.parametrize(
    "command",
    [
        ["report", "training.learners", "--training", "big"],
        ["report", "learner.totals", "--learner", "p1"],
        ["report", "global.totals", "--only", "person=p1"],
        ["sql", "SELECT name FROM person"],
        ["person", "p1", "-o", "p1"],
        ["viewers"],
        ["export", "course", "--training", "big", "-o", "big"],
        ["snapshot", "copy.db"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_nobody_is_named_in_any_command(
    groups: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    command: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code = cli.main(["--store", groups, "--min-group", "5", *command])
    captured = capsys.readouterr()
    assert code != EXIT_OK and captured.out == ""
    assert captured.err.count("\n") == 1 and captured.err.startswith("termstats: error: ")
    assert list(tmp_path.glob("*")) == []


def test_the_configuration_binds_viewers_and_no_administrators(
    groups: str, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "config.toml").write_text("min_group = 5\n")

    def seen(*options: str) -> list[str]:
        return learners(
            prints(["--store", groups, *options, *TRAININGS, "--format", "csv"], capsys)
        )

    assert seen("--viewer", "mia") == ["10", HIDDEN, HIDDEN]
    assert seen("--viewer", "sam") == seen() == ["12", "7", "2"]
    # An own page is nobody else's.
    own = ["--store", groups, "--viewer", "p1", "report", "learner.totals", "--period", "2026"]
    assert HIDDEN not in prints([*own, "--learner", "p1"], capsys)
    (tmp_path / "config.toml").write_text("min_group = 1\n")
    assert "min_group must be 0, or from 2 to 1000" in fails(TRAININGS, capsys)


@pytest.fixture
def tina(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program be started by tina."""
    monkeypatch.setattr(owner, "user_name", lambda _number: "tina")


def trainings(groups: str, capsys: Capture, *options: str) -> list[str]:
    return learners(prints(["--store", groups, *options, *TRAININGS, "--format", "csv"], capsys))


IN_FIVES, IN_EIGHTS = ["10", HIDDEN, HIDDEN], ["16", HIDDEN, HIDDEN]


@pytest.mark.usefixtures("tina")
@pytest.mark.parametrize(
    ("typed", "of_file", "of_viewer", "seen"),
    [
        # The strictest of the option, the file and the line of the viewer.
        (0, 0, 0, ["12", "7", "2"]),
        (0, 0, 5, IN_FIVES),
        (0, 5, 0, IN_FIVES),
        (8, 5, 2, IN_EIGHTS),
        (5, 8, 2, IN_EIGHTS),
        (5, 2, 8, IN_EIGHTS),
    ],
)
def test_the_strictest_smallest_group_of_a_viewer_holds(
    groups: str,
    tmp_path: Path,
    capsys: Capture,
    typed: int,
    of_file: int,
    of_viewer: int,
    seen: list[str],
) -> None:
    line = f'"tina" = {{ viewer = "mia", min_group = {of_viewer} }}'
    (tmp_path / "config.toml").write_text(f"min_group = {of_file}\n[viewers]\n{line}\n")
    options = ("--min-group", str(typed)) if typed else ()
    assert trainings(groups, capsys, *options) == seen


@pytest.mark.usefixtures("tina")
def test_a_viewer_without_small_groups_has_them_by_no_other_name(
    groups: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[viewers]\n"tina" = "*"\n"omar" = { viewer = "mia", min_group = 5 }\n')
    # Who sees everything may look as mia, and sees what omar sees.
    assert trainings(groups, capsys, "--viewer", "mia") == IN_FIVES
    assert trainings(groups, capsys) == ["12", "7", "2"]
    listed = prints(["--store", groups, "viewers", "--format", "csv"], capsys)
    assert {row["username"]: row["min_group"] for row in csv.DictReader(io.StringIO(listed))} == {
        "sam": "0",
        "mia": "5",
    }
    path.write_text('[viewers]\n"tina" = { viewer = "*", min_group = 5 }\n')
    assert trainings(groups, capsys) == IN_FIVES
    # As a learner they would see one person after another.
    as_learner = [
        "--store",
        groups,
        "--viewer",
        "p1",
        "report",
        "learner.totals",
        "--learner",
        "p1",
    ]
    assert "looks as nobody else" in fails(as_learner, capsys, EXIT_NOT_ALLOWED)


@pytest.mark.usefixtures("tina")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{ viewer = 'mia', min_group = 1 }", "tina.min_group must be 0, or from 2 to 1000"),
        ("{ viewer = 'mia', min_group = -5 }", "tina.min_group must be 0, or from 2 to 1000"),
        ("{ viewer = 'mia', min_group = true }", "min_group must be a number, not true or false"),
        ("{ viewer = 'mia', min_group = '5' }", "tina.min_group must be a number, not text"),
        ("{ viewer = 'mia', mingroup = 5 }", "unknown key viewers.tina.mingroup"),
        ("{ min_group = 5 }", "viewers.tina is empty"),
        ("{ viewer = 5 }", "viewers.tina.viewer must be text, not a number"),
        ("5", "viewers.tina must be text, not a number"),
    ],
)
def test_nonsense_about_a_viewer_opens_nothing(
    groups: str, tmp_path: Path, capsys: Capture, line: str, said: str
) -> None:
    (tmp_path / "config.toml").write_text(f'[viewers]\n"tina" = {line}\n')
    assert said in fails(["--store", groups, *TRAININGS], capsys)


def test_a_snapshot_carries_it_and_its_receiver_cannot_switch_it_off(
    groups: str, tmp_path: Path, capsys: Capture
) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    prints(["snapshot", "--store", groups, "--min-group", "5", str(first)], capsys)
    (tmp_path / "config.toml").write_text("min_group = 0\n")
    prints(["snapshot", "--store", str(first), str(second)], capsys)
    for path in (first, second):
        own = ["--store", str(path), "--min-group", "2"]
        assert learners(prints([*own, *TRAININGS, "--format", "csv"], capsys)) == [
            *("10", HIDDEN, HIDDEN)
        ]
        asked = ["report", "training.learners", "--training", "big"]
        assert "tells of single people" in fails([*own, *asked], capsys, EXIT_NOT_ALLOWED)
        fails([*own, "sql", "SELECT name FROM person"], capsys, EXIT_NOT_ALLOWED)
        as_learner = ["--store", str(path), "--viewer", "p1", "report", "learner.totals"]
        said = fails([*as_learner, "--learner", "p1"], capsys, EXIT_NOT_ALLOWED)
        assert "p1 is a learner; here are only numbers about 5 people or more" in said
        checked = prints(["--store", str(path), "check"], capsys)
        assert (
            "every cell has the type" in checked and "day tables agree with the events" in checked
        )


@pytest.mark.parametrize(
    ("typed", "of_file", "of_viewer"), [("5", 0, 0), ("", 5, 0), ("", 0, 5), ("2", 3, 5)]
)
def test_a_session_of_a_shared_host_has_it_and_cannot_change_it(
    groups: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    typed: str,
    of_file: int,
    of_viewer: int,
) -> None:
    """By the option, the file, or the line of the viewer beside that of the account."""
    monkeypatch.setattr(owner, "user_name", lambda _number: "termstats")
    monkeypatch.chdir(tmp_path)
    lines = (
        f'min_group = {of_file}\n[viewers]\n"termstats" = "*"\n',
        f'"mia" = {{ viewer = "mia", min_group = {of_viewer} }}\n',
    )
    (tmp_path / "config.toml").write_text("".join(lines))
    begun = ["--store", groups, "--viewer", "mia", "--exports-in", str(tmp_path / "exports")]
    begun += ["--min-group", typed] if typed else []

    def asked(words: str) -> tuple[int, str, str]:
        monkeypatch.setenv(ASKED, words)
        code = cli.main([*begun, "session"])
        captured = capsys.readouterr()
        monkeypatch.chdir(tmp_path)
        return code, captured.out, captured.err

    report = f"{' '.join(TRAININGS)} --format csv"
    code, out, err = asked(report)
    assert code == EXIT_OK and learners(out) == IN_FIVES, err
    for words in (
        f"--min-group 2 {report}",
        f"{report} --min-group 2",
        f"{report} --viewer sam",
        "snapshot copy.db --min-group 2",
        "report training.learners --training big",
    ):
        code, out, _err = asked(words)
        assert code != EXIT_OK and out == "", words


def test_linear_mode_hides_too_and_has_no_learners(
    groups: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    lines = (
        "period 2026\ntrainings\n4\nwhy\nlearner p1\nfind p1\nshow training.learners training=big\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    cli.main(["--store", groups, "--min-group", "5", "shell"])
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert HIDDEN in said and "about fewer than 5 people" in said
    assert "p1" not in captured.out.replace("find p1", "").split()
    assert "tells of single people" in said
    assert "termstats --min-group 5 report global.trainings" in " ".join(said.split())


def test_a_series_is_compared_with_the_months_before(
    groups: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("period 2026-03\n1\ncompare\n"))
    cli.main(["--store", groups, "--min-group", "5", "shell"])
    # Twelve on 10 February; 31 days before March would be the end of January too.
    said = capsys.readouterr().out.splitlines()
    assert "week of 9 Mar: 0 people, 10 on week of 9 Feb, 10 less" in said
    assert "week of 23 Feb: 0 people, 0 on week of 26 Jan, the same" in said
