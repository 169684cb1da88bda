"""Records what users get, so that a change of the house can be proven to change nothing.

`python -m benchmarks.recording make FOLDER` imports the shared sources and asks every figure of
every store, as CSV and JSON, for three periods and both populations, with filters and buckets too.
It goes through the command line alone, so it outlives every move of code.
`python -m benchmarks.recording compare BEFORE AFTER` names what differs.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
SAMPLE = ROOT / "sample_data" / "sample.sqlite3"
PERIODS = ("all", "30d", "last 36 hours")
SOURCES: dict[str, tuple[str, ...]] = {
    "opigno": ("opigno", "opigno/site-1.sql.gz", "--as-of", "2026-09-16T12:00:02Z"),
    "oppia": ("oppia", "oppia/oppia.sqlite3", "--zone", "Europe/London", "--as-of", "latest"),
    "oppia-versions": ("oppia", "oppia/versions.sqlite3", "--as-of", "latest"),
    "oulad": ("oulad", "oulad", "--only", "AAA_2013J", "--as-of", "latest"),
}
"""Store -> platform, source, options of the import."""
_SUBJECTS = {
    "training": "SELECT t.key FROM enrolment e JOIN training t ON t.id = e.training_id "
    "GROUP BY t.key ORDER BY count(*) DESC, t.key",
    "class": "SELECT c.key FROM class_member m JOIN class c ON c.id = m.class_id "
    "GROUP BY c.key ORDER BY count(*) DESC, c.key",
    "learner": "SELECT p.key FROM person_day d JOIN person p ON p.id = d.person_id "
    "WHERE d.training_id = 0 AND p.counted = 1 GROUP BY p.key ORDER BY sum(d.events) DESC, p.key",
    "module": "SELECT m.key FROM attempt a JOIN module m ON m.id = a.module_id "
    "GROUP BY m.key ORDER BY count(*) DESC, m.key",
    "attempt": "SELECT a.key FROM answer w JOIN attempt a ON a.id = w.attempt_id "
    "GROUP BY a.key ORDER BY count(*) DESC, a.key",
    "activity": "SELECT a.key FROM event e JOIN activity a ON a.id = e.activity_id "
    "GROUP BY a.key ORDER BY count(*) DESC, a.key",
    "function": "SELECT o.key FROM event e JOIN object o ON o.id = e.object_id "
    "WHERE o.kind = 'function' GROUP BY o.key ORDER BY count(*) DESC, o.key",
    "object": "SELECT o.key FROM event e JOIN object o ON o.id = e.object_id "
    "WHERE o.kind <> 'function' GROUP BY o.key ORDER BY count(*) DESC, o.key",
    "user": "SELECT p.key FROM event e JOIN person p ON p.id = e.person_id "
    "JOIN action a ON a.id = e.action_id "
    "WHERE a.kind IN ('admin', 'error', 'function', 'api', 'view', 'edit') "
    "GROUP BY p.key ORDER BY count(*) DESC, p.key",
}
_ONLY: tuple[tuple[str, ...], ...] = (
    ("weekday=monday",),
    ("weekday=tuesday", "weekday=sunday"),
    ("days=last 7 days",),
    ("days=2026-03-10 09:00..2026-03-12 17:30",),
)
"""Filters that hold in every store; more are taken from the store's own names."""
_NAMES = {
    "person": _SUBJECTS["user"],
    "group": _SUBJECTS["class"],
    "object": _SUBJECTS["object"],
    "function": _SUBJECTS["function"],
    "package": "SELECT key FROM object WHERE kind = 'package' ORDER BY id",
    "action": "SELECT a.name FROM action a JOIN event e ON e.action_id = a.id "
    "WHERE a.kind = 'admin' GROUP BY a.name ORDER BY count(*) DESC, a.name",
    "error": "SELECT error FROM event WHERE error <> '' GROUP BY error "
    "ORDER BY count(*) DESC, error",
    "domain": "SELECT domain FROM place WHERE domain <> '' ORDER BY id",
}


def run(*words: str) -> tuple[int, str, str]:
    """Run a command of termstats in this process; return its exit code and what it printed."""
    (command,) = entry_points(group="console_scripts", name="termstats")
    main: Callable[[Sequence[str]], int] = command.load()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


def first(store: Path, query: str) -> str | None:
    """Return the first cell of the query; None: there is none, or no such table."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute(f"{query} LIMIT 1").fetchone()
        except sqlite3.OperationalError:
            return None
    return None if row is None else str(row[0])


def subject_words(store: Path, needs: str, subjects: dict[str, str | None]) -> list[str] | None:
    """Return the options that a figure needs; None: the store has nothing of the sort."""
    words: list[str] = []
    for option in needs.split():
        name = option.removeprefix("--")
        key = subjects.get(name)
        if name == "action":
            key = first(store, _NAMES["action"])
        if key is None:
            return None
        words += [f"{option}={key}"]
    return words


def questions(store: Path) -> Iterator[tuple[str, list[str]]]:
    """Return (name of the answer's file, words of the command) for all that is asked of a store."""
    subjects = {name: first(store, query) for name, query in _SUBJECTS.items()}
    for figure in json.loads(run("figures", "--format", "json")[1]):
        name = figure["id"]
        base = subject_words(store, figure["needs"], subjects)
        if base is None:
            continue
        for period in PERIODS:
            for everybody in ([], ["--everybody"]):
                words = ["report", name, *base, "--period", period, *everybody]
                yield "_".join([name, period, *everybody]), words
        for by in ("week", "auto"):
            yield f"{name}_by-{by}", ["report", name, *base, "--period", "all", "--by", by]
        yield f"{name}_server", ["report", name, *base, "--period", "all", "--clock", "server"]
        if name.startswith("collaboration."):
            for extra in ("--wide", "--hide-archived"):
                yield f"{name}_{extra}", ["report", name, *base, "--period", "all", extra]
        if name.startswith("backoffice."):
            for number, only in enumerate(filters(store)):
                words = [word for each in only for word in ("--only", each)]
                yield f"{name}_only-{number}", ["report", name, *base, "--period", "all", *words]


def filters(store: Path) -> list[tuple[str, ...]]:
    """Return sets of filters that mean something in the store."""
    only_sets = list(_ONLY)
    for field, query in _NAMES.items():
        if key := first(store, query):
            only_sets.append((f"{field}={key}",))
    persons = [only for only in only_sets if only[0].startswith("person=")]
    return [
        *only_sets,
        *((*only, "weekday=monday", "days=2026-01-01..2026-12-31") for only in persons),
    ]


def contents(store: Path) -> str:
    """Return a line for each table of a store: its name, its rows, a digest of them."""
    lines = []
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        for name in names:
            # When an import ran is no part of what it read.
            left_out = ("imported_at", "import_seconds", "report")
            info = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            columns = ", ".join(f'"{row[1]}"' for row in info if row[1] not in left_out)
            rows = sorted(
                repr(row)
                for row in connection.execute(f'SELECT {columns} FROM "{name}"')  # noqa: S608
            )
            digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
            lines.append(f"{name} {len(rows)} {digest}")
    return "\n".join(lines) + "\n"


def make_store(folder: Path, name: str) -> Path | None:
    """Import one of the sources; None: the shared data are absent."""
    if name == "sample":
        return SAMPLE
    platform, source, *options = SOURCES[name]
    if not (SHARED / source).exists():
        return None
    store = folder / f"{name}.sqlite3"
    code, out, err = run(
        "import",
        platform,
        str(SHARED / source),
        "--store",
        str(store),
        "--format",
        "json",
        *options,
    )
    if code:
        sys.exit(f"{name}: {err}")
    (folder / f"{name}.report.json").write_text(out)
    (folder / f"{name}.contents").write_text(contents(store))
    return store


def make(folder: Path, names: Sequence[str]) -> None:
    """Record everything into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or ("sample", *SOURCES):
        store = make_store(folder, name)
        if store is None:
            print(f"{name}: no shared data, left out")
            continue
        answers = folder / name
        answers.mkdir(exist_ok=True)
        number = 0
        for file, words in questions(store):
            for format_ in ("csv", "json"):
                code, out, err = run(*words, "--store", str(store), "--format", format_)
                path = answers / f"{file.replace(' ', '-').replace('/', '-')}.{format_}"
                path.write_text(
                    out if code == 0 else f"exit {code}\n{err}".replace(str(folder), "")
                )
                number += 1
        print(f"{name}: {number:,} answers", flush=True)


def compare(before: Path, after: Path) -> int:
    """Print what differs between two recordings; return how many files do."""
    names = sorted(
        {
            path.relative_to(folder)
            for folder in (before, after)
            for path in folder.rglob("*")
            if path.suffix in (".csv", ".json", ".contents")
        }
    )
    different = [
        name
        for name in names
        if not (before / name).exists()
        or not (after / name).exists()
        or (before / name).read_bytes() != (after / name).read_bytes()
    ]
    for name in different:
        print(f"differs: {name}")
    print(f"{len(names):,} files compared, {len(different):,} differ")
    return len(different)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", target, *stores]:
            make(Path(target), stores)
        case ["compare", one, other]:
            sys.exit(compare(Path(one), Path(other)) > 0)
        case _:
            sys.exit(__doc__)
