"""The CSV files that Kolibri exports: session and summary logs, added up, with their faults."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.kolibri_class import number
from termstats.data.platform_pages.kolibri_school import School


@dataclass(frozen=True)
class LogLine:
    """One row of a log, before it is repeated for roles."""

    facility: str
    user: str
    """Empty for a visitor."""
    channel: str
    """Its name."""
    kind: str
    start: str
    """Stamp in UTC."""
    seconds: float
    completed: bool = False


def export_page(
    school: School, sessions: Iterable[LogLine], summaries: Iterable[LogLine], first: str, last: str
) -> list[PageCell]:
    """Return sums of both logs; `first`, `last`: stamps in UTC, both included as Kolibri does."""
    cells: list[PageCell] = []
    for name, lines in (("session", sessions), ("summary", summaries)):
        inside = [line for line in lines if first <= line.start <= f"{last}.000000"]
        for facility in sorted({line.facility for line in inside}):
            mine = [line for line in inside if line.facility == facility]
            cells += _sums(school, name, facility, mine)
    return cells


def _sums(school: School, name: str, facility: str, lines: list[LogLine]) -> Iterator[PageCell]:
    rows = [(line, type_) for line in lines for type_ in user_types(school, line.user)]
    yield number("export", f"{name}_rows", facility, len(rows))
    yield number("export", f"{name}_time", facility, _printed(line for line, _type in rows))
    for figure, values in (
        ("usertype", Counter(type_ for _line, type_ in rows)),
        ("kind", Counter(line.kind for line, _type in rows)),
        ("channel", Counter(line.channel for line, _type in rows)),
    ):
        for value, count in sorted(values.items()):
            yield number("export", f"{name}_rows_{figure}", f"{facility}/{value}", count)
    by_user: dict[str, list[LogLine]] = defaultdict(list)
    for line, _type in rows:
        by_user[school.users[line.user]["username"] if line.user else ""].append(line)
    for user, mine in sorted(by_user.items()):
        key = f"{facility}/{user}" if user else facility
        yield number("export", f"{name}_rows_user", key, len(mine))
        yield number("export", f"{name}_time_user", key, _printed(mine))
        if name == "summary":
            done = sum(line.completed for line in mine)
            yield number("export", f"{name}_completed_user", key, done)


def _printed(lines: Iterable[LogLine]) -> float:
    """Return the sum of the seconds as the CSV prints them: each with one digit."""
    return round(sum(round(line.seconds, 1) for line in lines), 1)


def user_types(school: School, user: str) -> list[str]:
    """Return what a person is called in each row of theirs: one row a role."""
    kinds = [r["kind"] for r in school.roles if r["user"] == user] if user else []
    if user and school.users[user]["superuser"]:
        name = "Super admin"
    else:
        name = next((words for kind, words in _TYPES if kind in kinds), "Learner")
    return [name] * max(1, len(kinds))


_TYPES = (
    ("admin", "Facility admin"),
    ("classroom assignable coach", "Class coach"),
    ("coach", "Facility coach"),
)
"""Role -> what the CSV calls who has it, first wins."""
