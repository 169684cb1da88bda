"""The contributions and the files of the 360Learning reference, for the tests of this room."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from termstats.data.importers.threesixty.importer import ThreeSixtyImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.data.figures.hand_store import Hand, make_store
from tests.data.importers.threesixty.test_threesixty import (
    ACTIVITIES,
    COURSE,
    COURSE_COLUMNS,
    GROUPS,
    USERS,
)

USER_COLUMNS = (
    *("First name", "Last name", "Email", "Additional information"),
    *("Publications", "Comments", "Reactions"),
)
GROUP_COLUMNS = ("Name", "Publications", "Comments", "Reactions")
ACTIVITY_COLUMNS = (
    *("Title", "Views", "Likes", "Learned something", "Outdated", "Have a question"),
    *("Comments", "Downloads", "Type"),
)


def fill(hand: Hand) -> None:
    """Write the contributions of section 5.2."""
    for name in ("u1", "u2", "u3", "u4"):
        hand.person(name, f"Una {name.upper()}", email=f"{name}@x.org")
    hand.training("C")
    hand.training("old", published=0, status="archived")
    hand.activity("doc", "C", type="Document")
    hand.activity("ask", "C", type="Question")
    for group, members in (("A", ("u1", "u2")), ("B", ("u2",))):
        hand.class_(group)
        for person in members:
            hand.member(group, person)
    hand.member("A", "u3", "coach")
    hand.event("2026-03-01 09:00", "u1", "forum", action="post")
    hand.event("2026-03-01 10:00", "u2", "forum", action="reply")
    hand.event("2026-03-01 11:00", "u3", "forum", action="like")
    hand.event("2026-03-02 09:00", "u2", "forum", "C", action="comment")
    hand.event("2026-03-02 10:00", "u1", "forum", "C", action="private_comment")
    hand.event("2026-03-02 11:00", "u2", "forum", "old", action="comment")
    hand.event("2026-03-03 09:00", "u1", "forum", "C", action="learned", activity="doc")
    for at, person in (("10", "u4"), ("11", "u4"), ("12", "u2")):
        hand.event(f"2026-03-03 {at}:00", person, "page", "C", action="start", activity="doc")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def import_files(folder: Path, users: str = "users") -> Path:
    """Return a store of the four files of the reference."""
    write_files(folder, users)
    path = folder.with_suffix(".sqlite3")
    await run_import(ThreeSixtyImporter(), str(folder), path, ImportOptions())
    return path


def write_files(folder: Path, users: str) -> None:
    folder.mkdir()
    (folder / f"{users} 2026-03-20.csv").write_text(USERS)
    (folder / "groups 2026-03-20.csv").write_text(GROUPS)
    (folder / "activities - Safety 2026-03-20.csv").write_text(ACTIVITIES)
    (folder / "courses 2026-03-20.csv").write_text(f"{COURSE_COLUMNS}\n{COURSE}\n")


@pytest.fixture
async def imported(tmp_path: Path) -> Path:
    return await import_files(tmp_path / "exports")


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))


async def figures_of(folder: Path, files: dict[str, str]) -> Path:
    """Import files of these names and return the store."""
    source = folder / "files"
    source.mkdir(exist_ok=True)
    for name, text in files.items():
        (source / name).write_text(text, encoding="utf-8")
    path = folder / "files.sqlite3"
    await run_import(ThreeSixtyImporter(), str(source), path, ImportOptions())
    return path
