"""CSV files as they are asked for: guarded or raw, with a byte order mark or without."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.command import Capture, fails, prints

BOM = b"\xef\xbb\xbf"
FORMULA = "SELECT '=1+1' AS \"@head\", '＝1' AS b, '-' AS c, '-11 sec' AS d, -2 AS e"


def asked(store: Path, *options: str) -> list[str]:
    return ["sql", FORMULA, "--store", str(store), *options]


def test_formulas_are_guarded_unless_raw_is_asked_for(store: Path, capsys: Capture) -> None:
    csv = asked(store, "--format", "csv")
    assert prints(csv, capsys) == "'@head,b,c,d,e\n'=1+1,'＝1,-,-11 sec,-2\n"
    assert prints([*csv, "--raw"], capsys) == "@head,b,c,d,e\n=1+1,＝1,-,-11 sec,-2\n"


@pytest.mark.parametrize("option", ["--raw", "--bom"])
def test_both_are_for_csv_only(store: Path, capsys: Capture, option: str) -> None:
    assert f"{option} is for --format csv" in fails(asked(store, option), capsys)


@pytest.mark.parametrize("by", ["option", "configuration"])
def test_a_byte_order_mark_is_by_choice(
    store: Path, tmp_path: Path, capsys: Capture, by: str
) -> None:
    if by == "configuration":
        (tmp_path / "config.toml").write_text("csv_bom = true\n")
    options = ["--bom"] if by == "option" else []
    report = ["report", "global.trainings", "--store", str(store), "--format", "csv"]
    prints([*report, "-o", str(tmp_path / "x.csv"), *options], capsys)
    content = (tmp_path / "x.csv").read_bytes()
    assert content.startswith(BOM) and content.count(BOM) == 1
    (tmp_path / "config.toml").unlink(missing_ok=True)
    prints([*report, "-o", str(tmp_path / "y.csv")], capsys)
    assert content == BOM + (tmp_path / "y.csv").read_bytes()


def test_a_course_is_written_so_too(store: Path, tmp_path: Path, capsys: Capture) -> None:
    report = ["report", "global.trainings", "--store", str(store), "--format", "csv"]
    trainings = prints(report, capsys)
    key = trainings.splitlines()[1].partition(",")[0]
    course = ["export", "course", "--training", key, "--store", str(store), "--bom"]
    prints([*course, "-o", str(tmp_path / "c")], capsys)
    files = sorted((tmp_path / "c").iterdir())
    assert {path.name for path in files if not path.read_bytes().startswith(BOM)} == {"about.txt"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
