"""Files are written whole or not at all, and only where a file is or may be."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from termstats.data.model.errors import TermstatsError
from termstats.data.model.private_files import (
    new_file,
    open_new_private,
    open_private,
    write_private,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_new_file_is_its_owners_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("old")
    old.chmod(0o640)
    write_private(new, "new\r\n")
    write_private(old, "changed")
    assert (new.read_bytes(), mode(new)) == (b"new\r\n", 0o600)
    assert (old.read_text(), mode(old)) == ("changed", 0o640)


def test_what_cannot_be_written_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "half \ud800")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["kept.json"]


def test_a_link_stays_a_link_and_the_file_behind_it_is_written(tmp_path: Path) -> None:
    there, not_there = tmp_path / "a" / "real.csv", tmp_path / "a" / "later.csv"
    there.parent.mkdir()
    there.write_text("old")
    for real, link in ((there, tmp_path / "one"), (not_there, tmp_path / "two")):
        link.symlink_to(real)
        write_private(link, "new")
        assert link.is_symlink()
        assert real.read_text() == "new"
    assert names(tmp_path / "a") == ["later.csv", "real.csv"]


def test_a_new_file_follows_no_link_that_was_put_in_its_place(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "x.csv").symlink_to(elsewhere)  # leads nowhere yet
    path, file = open_new_private(tmp_path, "x", ".csv")
    with file:
        file.write("mine")
    assert (path.name, mode(path)) == ("x-2.csv", 0o600)
    (tmp_path / "y.csv").symlink_to(elsewhere)
    with open_private(tmp_path / "y.csv") as file:
        file.write("mine")
    assert not (tmp_path / "y.csv").is_symlink()
    assert not elsewhere.exists()


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def make_circle(path: Path) -> None:
    path.symlink_to(path)


def make_protected(path: Path) -> None:
    path.write_text("old")
    path.chmod(0o400)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "a folder"),
        (os.mkfifo, "a pipe"),
        (make_socket, "a socket"),
        (make_circle, "cannot be written"),
        (lambda path: path.symlink_to("/dev/null"), "a device"),
        pytest.param(
            make_protected,
            "write-protected",
            marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything"),
        ),
    ],
)
def test_what_is_no_file_is_left_alone(
    make: Callable[[Path], None], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    path = Path("place")
    make(path)
    before = path.lstat()
    with pytest.raises(TermstatsError, match=words) as error:
        write_private(path, "new")
    assert "\n" not in str(error.value)
    assert path.lstat() == before
    assert names(tmp_path) == ["place"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text("old")
    os.chown(path, 12345, 23456)
    path.chmod(0o640)
    write_private(path, "new")
    status = path.stat()
    assert (status.st_uid, status.st_gid, mode(path)) == (12345, 23456, 0o640)


def test_a_file_of_somebody_who_would_lose_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    status = os.stat_result((0o100640, 1, 1, 1, 12345, 23456, 3, 0, 0, 0))
    monkeypatch.setattr(os, "chown", refuse)
    real_stat = Path.stat
    monkeypatch.setattr(
        Path, "stat", lambda self, **k: status if self == path else real_stat(self, **k)
    )
    with pytest.raises(TermstatsError, match="belongs to another user"):
        write_private(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["theirs.csv"]


def test_parts_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    dead = [".store.db.1.importing", ".store.db.1.importing-journal", ".store.db.22.part"]
    alone = [".store.db.9.importing.bad-rows"]
    others = [".store.db.old.1.importing", "x.store.db.1.importing", ".store.db.1.importing.txt"]
    for name in [*dead, *alone, *others]:
        (tmp_path / name).write_text("somebody's")
    with new_file(path, "importing") as living:
        own = living.path.name
        assert names(tmp_path) == sorted([*others, own])
        with new_file(path, "part"):
            assert living.path.exists()
    assert names(tmp_path) == sorted(others)


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TermstatsError, match="cannot be written \\(No such file"):
        write_private(tmp_path / "no" / "such.csv", "new")
    assert names(tmp_path) == []
