"""New folders and zips: whole or not there, and those of others are left alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from filelock import FileLock

from termstats.data.model.errors import TermstatsError
from termstats.data.model.new_folders import free_place, new_archive, new_folder


def test_a_folder_is_there_when_all_its_files_are(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with new_folder(target) as files:
        with files.file("a.csv") as out:
            out.write("1\r\nä\n")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["a.csv"]
    assert (target / "a.csv").read_bytes() == "1\r\nä\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("make", [new_folder, new_archive])
def test_a_failure_leaves_nothing(tmp_path: Path, make: object) -> None:
    with pytest.raises(ZeroDivisionError), make(tmp_path / "out.zip") as files:  # type: ignore[operator]
        with files.file("a.csv") as out:
            out.write("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_appears_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(TermstatsError, match="exists already"), new_folder(target) as files:
        with files.file("a.csv") as out:
            out.write("mine")
        target.mkdir()
        (target / "theirs").touch()
    assert [path.name for path in target.iterdir()] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_another_one_writes_stays(tmp_path: Path) -> None:
    theirs, left = tmp_path / ".out.1.part", tmp_path / ".out.2.part"
    linked = tmp_path / ".out.3.part"
    for part in (theirs, left):
        part.mkdir()
    linked.symlink_to(left)
    with FileLock(theirs / ".writing"), new_folder(tmp_path / "out"):
        pass
    assert theirs.exists()
    assert not left.exists()
    assert linked.is_symlink()


def test_names_in_a_zip_lie_in_one_folder(tmp_path: Path) -> None:
    with new_archive(tmp_path / "course.zip") as files:
        for name in ("a.csv", "b.csv"):
            with files.file(name) as out:
                out.write(name)
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        assert archive.namelist() == ["course/a.csv", "course/b.csv"]
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o600}


def test_a_place_that_is_free_is_numbered(tmp_path: Path) -> None:
    assert free_place(tmp_path, "x") == tmp_path / "x"
    (tmp_path / "x").touch()
    (tmp_path / "x-2").symlink_to(tmp_path / "nowhere")
    assert free_place(tmp_path, "x") == tmp_path / "x-3"
