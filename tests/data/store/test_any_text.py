"""One value that is no text must not end a figure, a search or a snapshot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import String

from termstats.cli import main as cli
from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import EXIT_OK
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.writing import to_csv, to_json, to_text
from termstats.data.query.scope import Scope
from termstats.data.query.search import resolve, search
from termstats.data.store import schema
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, make_store

READ_BY_THE_PROGRAM = {
    "action": ("kind",),
    "activity": ("type",),
    "answer": ("state",),
    "award": ("kind",),
    "class_member": ("role",),
    "enrolment": ("reported_state",),
    "enrolment_field": ("field",),
    "grant": ("role",),
    "module": ("kind", "keep"),
    "object": ("kind",),
    "person_field": ("field",),
    "point": ("type",),
    "question": ("type",),
    "training": ("status",),
    "training_tag": ("kind",),
}
"""Words that mean something; all other text of these tables is the platform's."""
SUBJECTS = {
    Param.TRAINING: "training",
    Param.LEARNER: "person",
    Param.CLASS: "class",
    Param.MODULE: "module",
}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample: a third of its texts ends in a byte that is no UTF-8, a third are BLOBs."""
    path = tmp_path_factory.mktemp("poisoned") / "store.db"
    command = ["sample", str(path), "--learners", "60", "--events", "2000", "--zone", "UTC"]
    assert cli.main(command) == EXIT_OK
    with closing(sqlite3.connect(path)) as connection:
        for name, words in READ_BY_THE_PROGRAM.items():
            _poison(connection, name, ("key", *words))
        for name in ("event", "event_param", "person", "place", "session", "class"):
            _poison(connection, name, ("key",))
        connection.commit()
    return path


def _poison(connection: sqlite3.Connection, name: str, leave: tuple[str, ...]) -> None:
    table = schema.metadata.tables[name]
    for column in table.c:
        if isinstance(column.type, String) and column.name not in leave:
            bad = f"CAST({column.name} AS BLOB) || x'ff'"
            for rest, value in ((0, f"CAST({bad} AS TEXT)"), (1, bad)):
                connection.execute(
                    f'UPDATE "{name}" SET {column.name} = {value} WHERE rowid % 3 = {rest}'  # noqa: S608
                )


def _named(path: Path, figure: Figure) -> dict[Param, str] | None:
    """Return a subject for each parameter of a figure; None: it needs others."""
    if not set(figure.needs) <= set(SUBJECTS):
        return None
    with closing(sqlite3.connect(path)) as connection:
        read = 'SELECT key FROM "{}" LIMIT 1'.format
        return {
            param: connection.execute(read(SUBJECTS[param])).fetchone()[0] for param in figure.needs
        }


async def test_a_name_is_shown_with_what_is_no_text_marked(tmp_path: Path) -> None:
    def write(hand: Hand) -> None:
        hand.training("t")
        hand.person("text", "Ana")
        hand.person("blob", "Ben")
        hand.person("whole", "Cho")
        for person in ("text", "blob", "whole"):
            hand.enrol(person, "t", at="2026-03-01")

    path = await make_store(tmp_path, write)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE person SET name = CAST(x'416e61ff' AS TEXT) WHERE name = 'Ana'")
        connection.execute("UPDATE person SET name = x'42656ec3' WHERE name = 'Ben'")
        connection.commit()
    store = await open_store(path)
    try:
        period = parse_period("all", store.info.now, store.info.coverage)
        training = await resolve(store, Scope(), Param.TRAINING, "t")
        request = Request(period).with_entity(Param.TRAINING, training)
        table = await run_figure(store, "training.learners", request)
        hits = await search(store, Scope(), "Ben")
    finally:
        await store.close()
    assert sorted(map(str, table.column("learner"))) == ["Ana\ufffd", "Ben\ufffd", "Cho"]
    assert [hit.entity.name for hit in hits] == ["Ben\ufffd"]


@pytest.mark.slow
async def test_every_figure_can_be_computed_and_written(poisoned: Path) -> None:
    store = await open_store(poisoned)
    computed = 0
    try:
        everything = Request(parse_period("all", store.info.now, store.info.coverage))
        for figure in figures().values():
            subjects = _named(poisoned, figure)
            if subjects is None:
                continue
            request = everything
            for param, key in subjects.items():
                training = request.entity(Param.TRAINING)
                entity = await resolve(store, Scope(), param, key, training)
                request = request.with_entity(param, entity)
            table = await run_figure(store, figure.id, request)
            written = to_csv(table) + to_json(table) + to_text(table)
            written.encode()
            assert "b'" not in written and 'b\\"' not in written, figure.id
            computed += 1
    finally:
        await store.close()
    assert computed > 90


def test_it_can_be_copied_cut_and_checked(poisoned: Path, tmp_path: Path) -> None:
    target = tmp_path / "snapshot.db"
    base = ["--store", str(poisoned)]
    assert cli.main([*base, "snapshot", str(target), "--pseudonyms"]) == EXIT_OK
    assert cli.main(["check", "--store", str(target)]) == EXIT_OK
