"""Reconciliation with Opendatasoft: its statistics pages as it counts them, beside ours."""

from __future__ import annotations

from dataclasses import replace

from termstats.data.figures.backoffice.api import api_values
from termstats.data.figures.backoffice.reading.platform_use import recorded_kinds
from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import ANY_FILTER, Counts, PlatformPages
from termstats.data.figures.definition.ranking import BACKOFFICE_TOP
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.reconcile.lines import ComparedLine, compared
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.figures.reconcile.ours import rows_of
from termstats.data.model.table import OTHERS, Cell, Kind
from termstats.data.query.query import Query

NO_OPENDATASOFT = (
    "No data of Opendatasoft are in this store, so there is no page of it to compare with. "
    "Import its exports with: termstats import opendatasoft FILE"
)
_ALL = 1_000_000
"""Rows of a ranking that is not cut off."""
_EVERYBODY = (
    "Opendatasoft counts bots and the account of nobody as users; termstats leaves them out"
)
_NOBODY = "a bot, or everybody without an account as one user: termstats ranks people only"
_OF_USERS = "a share of calls that is called one of users; termstats says of calls: API in numbers"
_CLASSES = ("analyze", "geo", "search")
_TOPS = (
    ("top_users", "backoffice.top-users", "user_id", "total"),
    ("top_datasets", "backoffice.top-datasets", "dataset_id", "actions"),
    ("top_pages", "backoffice.top-pages", "page_id", "actions"),
)
"""Figure of the page, ours, and the columns of ours that hold key and number."""


@figure(
    "reconcile.opendatasoft",
    title="What Opendatasoft shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    counts=Counts.ACTORS,
    filters=ANY_FILTER,
    pages=PlatformPages("opendatasoft", words="statistics pages"),
)
async def opendatasoft(q: Query) -> Rows:
    """The numbers of Opendatasoft's statistics pages for the period, as it counts, beside ours.

    Back office: the indicators from the activity log, its lists of five over all actions. Users and
    Actions: from the API log, where bots and everybody without an account, as one user, count and
    rank like people. Of rows tied with the fifth the platform shows some in an order of its own;
    here by name. Its estimated number of users has no published method and is left out. Empty where
    termstats has no number of the same meaning.
    """
    if not any(source.platform == "opendatasoft" for source in q.info.sources):
        return Rows((), empty=NO_OPENDATASOFT)
    if len(q.info.sources) > 1:
        q.note("Both sides count all sources of the store.")
    everybody = _asking(q, everybody=True, top=BACKOFFICE_TOP)
    people = _asking(q, everybody=q.request.everybody, top=_ALL)
    kinds = await recorded_kinds(q)
    lines: list[ComparedLine] = []
    if "admin" in kinds:
        lines += await _back_office(everybody, people)
    if "api" in kinds:
        lines += await _calls(everybody, people)
    if not any(line.platform for line in lines):
        return Rows((), empty=nothing_happened(q, "actions or calls"))
    return compared(lines)


def _asking(q: Query, *, everybody: bool, top: int) -> Query:
    """Return the same question about everybody or people only, and so many rows of a ranking."""
    return q.asking(quiet=True, everybody=everybody, top=top, by="day")


async def _totals(q: Query, figure_id: str) -> dict[str, Cell]:
    return {str(row["metric"]): row["value"] for row in await rows_of(q, figure_id)}


async def _back_office(everybody: Query, people: Query) -> list[ComparedLine]:
    page = "back office"
    theirs, ours = [await _totals(q, "backoffice.totals") for q in (everybody, people)]
    lines = [
        ComparedLine(page, name, "", theirs.get(name) or 0, ours.get(name), _EVERYBODY)
        for name in ("actions", "users")
    ]
    by_users, by_people = [await _by_users(q) for q in (everybody, people)]
    lines.append(ComparedLine(page, "actions_by_users", "", by_users, by_people, _EVERYBODY))
    for name, figure_id, key, number in _TOPS:
        mine = {row[key]: row[number] for row in await rows_of(people, figure_id)}
        for row in await rows_of(everybody, figure_id):
            if row[key] is not None:
                value = mine.get(row[key])
                lines.append(ComparedLine(page, name, str(row[key]), row[number], value, _NOBODY))
    shares = [
        {row["action"]: row["share"] for row in await rows_of(q, "backoffice.distribution")}
        for q in (everybody, people)
    ]
    for action, share in shares[0].items():
        line = ComparedLine(
            page, "distribution", str(action), share, shares[1].get(action), _EVERYBODY
        )
        lines.append(replace(line, kind=Kind.PERCENT))
    return lines


async def _by_users(q: Query) -> int:
    return sum(_whole_number(row["total"]) for row in await rows_of(q, "backoffice.top-users"))


async def _calls(everybody: Query, people: Query) -> list[ComparedLine]:
    theirs, ours = [await api_values(q) for q in (everybody, people)]
    lines = [
        ComparedLine("users", "activity", "", theirs["calls"], ours["calls"], _EVERYBODY),
        ComparedLine(
            *("users", "api_calls_per_user", "", theirs["calls_per_login"]),
            *(ours["calls_per_login"], _EVERYBODY, Kind.NUMBER),
        ),
        ComparedLine(
            *("users", "anonymous_users", "", theirs["anonymous_share"]),
            *(None, _OF_USERS, Kind.PERCENT),
        ),
    ]
    if "mobile_share" in theirs:
        mobile = theirs["mobile_share"], ours["mobile_share"]
        lines.append(ComparedLine("users", "mobile_users", "", *mobile, _EVERYBODY, Kind.PERCENT))
    mine = {row["user_id"]: row["total"] for row in await rows_of(people, "backoffice.api-users")}
    for row in await rows_of(everybody, "backoffice.api-users"):
        if row["user"] != OTHERS:
            value = mine.get(row["user_id"])
            lines.append(
                ComparedLine(
                    "users", "top_users", str(row["user_id"]), row["total"], value, _NOBODY
                )
            )
    calls = await rows_of(people, "backoffice.api-calls")
    for name in _CLASSES:
        number = sum(_whole_number(row[name]) for row in calls)
        lines.append(ComparedLine("actions", name, "", number, number, ""))
    names = (
        ("total_searches", "searches", Kind.COUNT),
        ("searches_without_results", "without_result", Kind.COUNT),
        ("bot_activity", "bot_share", Kind.PERCENT),
    )
    lines += [
        ComparedLine("actions", name, "", theirs[of], ours[of], _EVERYBODY, kind)
        for name, of, kind in names
    ]
    errors = await rows_of(people, "backoffice.api-errors")
    for name in list(errors[0])[1:-1] if errors else []:
        number = sum(_whole_number(row[name]) for row in errors)
        lines.append(ComparedLine("actions", "errors", name, number, number, ""))
    return lines


def _whole_number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
