"""Who contributes what, in the layouts of 360Learning's exports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from termstats.data import schema
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.collaboration_totals import (
    as_reported,
    contributions,
    note_time,
    of_activities,
    of_trainings,
    records_reactions,
    score_of,
    sources_of_totals,
)
from termstats.data.figures.ranking import ranked
from termstats.data.figures.training_engagement import COMMENT, DOWNLOADABLE, DOWNLOADS, VIEWS
from termstats.data.query import Query
from termstats.data.reaction import band, relevance
from termstats.data.request import Param
from termstats.data.table import (
    KEY,
    Bars,
    Behind,
    Cell,
    Column,
    Drill,
    count,
    number,
    percent,
    words,
)
from termstats.data.text import show_number

_COUNTERS = ("Publications", "Comments", "Reactions")


def _words(*names: str) -> tuple[Column, ...]:
    return tuple(words(name, name) for name in names)


def _counts(*names: str) -> tuple[Column, ...]:
    return tuple(count(name, name) for name in names)


def _opens(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name.lower()) for name in names)


def _line(mine: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(mine.get(name.lower(), 0) for name in _COUNTERS)


def _layout(
    q: Query, columns: tuple[Column, ...], ours: tuple[Column, ...], rows: list[tuple[Cell, ...]]
) -> tuple[tuple[Column, ...], list[tuple[Cell, ...]]]:
    """Return columns and rows: the platform's own, and behind them ours where `--wide` asks."""
    if not q.request.wide:
        return columns, [row[: len(columns)] for row in rows]
    period = f"{q.period.first}..{q.period.last}"
    return (*columns, *ours, words("Period", "Period")), [(*row, period) for row in rows]


_USERS = (
    *_words("First name", "Last name", "Email", "Additional information"),
    *_counts(*_COUNTERS),
)


@figure(
    "collaboration.users",
    title="Contributions by user",
    level=Level.BACKOFFICE,
    columns=_USERS,
    unit="contributions",
    drill=Drill("learner", (("learner", KEY),)),
    behind=Behind("collaboration.contributions", (("learner", KEY),), _opens(*_COUNTERS)),
)
async def users(q: Query) -> Rows:
    """What every counted person contributed in the period, of one class where one is named.

    Publications are posts on their own; comments are answers to them and everything said in the
    forums of courses, private ones too; reactions are all given reactions. All of a person's
    contributions count, inside the class or not. People who contributed nothing are rows of
    zeros. The columns are those of a 360Learning export. By name.
    """
    numbers = await contributions(q)
    lines = await as_reported(q, "users")
    people = q.members() if q.class_sets() else None
    person = schema.person
    listed = select(
        *(person.c.id, person.c.source_id, person.c.key, person.c.name, person.c.email),
        q.key_of(person).label("shown_key"),
    )
    if people is None:
        population = q.people()
        listed = listed.where(person.c.id.in_(select(population.c.id)))
    else:
        listed = listed.where(person.c.id.in_(select(people.c.person_id)))
    field = schema.person_field
    found = await q.fetch(
        select(field.c.person_id, field.c.value).where(field.c.field == "Additional information")
    )
    about = {row.person_id: row.value for row in found}
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(listed):
        line = lines.get((row.source_id, row.key), {})
        first, _blank, last = row.name.rpartition(" ")
        first, last = line.get("First name", first), line.get("Last name", last)
        mine = _line(numbers.get(row.id, {}))
        rows.append((first, last, row.email, about.get(row.id), *mine, row.shown_key))
    rows.sort(key=lambda cells: [str(cell or "").casefold() for cell in (*cells[1::-1], cells[2])])
    note_time(q)
    total = sum(int(cell) for row in rows for cell in row[4:7] if isinstance(cell, int))
    keys = [str(row[7]) for row in rows]
    columns, rows = _layout(q, _USERS, _words("User ID"), rows)
    return Rows(
        rows,
        keys=keys,
        columns=columns,
        empty="" if rows else "Nobody is here to contribute.",
        summary=f"{len(rows):,} people · {total:,} contributions" if rows else "",
    )


_GROUPS = (*_words("Name"), *_counts(*_COUNTERS))


@figure(
    "collaboration.groups",
    title="Contributions by group",
    level=Level.BACKOFFICE,
    columns=_GROUPS,
    chart=Bars("Name", "Comments"),
    unit="contributions",
    drill=Drill("class", (("class", KEY),)),
    behind=Behind("collaboration.people", (("class", KEY),), _opens(*_COUNTERS)),
)
async def groups(q: Query) -> Rows:
    """What the learners of every class contributed in the period, inside the class or not.

    Members in another role than learner do not count. Somebody in two classes counts in both, so
    the lines must not be added up: the sum over all people is in the title. A class whose members
    are not known shows the totals that the platform reports. The columns are those of a
    360Learning export. By name.
    """
    numbers = await contributions(q)
    lines = await as_reported(q, "groups")
    member, table = q.members(), q.classes()
    classes: dict[int, set[int]] = defaultdict(set)
    for row in await q.fetch(select(member.c.class_id, member.c.person_id)):
        classes[row.class_id].add(row.person_id)
    rows: list[tuple[Cell, ...]] = []
    reported = 0
    listed = select(
        *(table.c.id, table.c.source_id, table.c.key, table.c.title),
        q.key_of(table).label("shown_key"),
    )
    for row in await q.fetch(listed):
        line = lines.get((row.source_id, row.key))
        if line and not classes[row.id]:
            reported += 1
            cells = [line.get(name, "").strip() for name in _COUNTERS]
            told = (int(float(cell)) if cell else None for cell in cells)
            rows.append((row.title, *told, row.shown_key))
        else:
            mine: Counter[str] = Counter()
            for person in classes[row.id]:
                mine.update(numbers.get(person, {}))
            rows.append((row.title, *_line(mine), row.shown_key))
    times = Counter(person for people in classes.values() for person in people)
    several = sum(1 for number_ in times.values() if number_ > 1)
    if several:
        q.note(f"People in several groups: {several:,}; the lines must not be added up.")
    if reported:
        q.note(f"As the platform reports them, for no members are known: {reported:,} groups.")
    note_time(q)
    total: Counter[str] = Counter()
    for mine in numbers.values():
        total.update(mine)
    said = ", ".join(f"{total[name.lower()]:,} {name.lower()}" for name in _COUNTERS)
    rows.sort(key=lambda cells: (str(cells[0]).casefold(), str(cells[0])))
    keys = [str(row[4]) for row in rows]
    columns, rows = _layout(q, _GROUPS, _words("Group ID"), rows)
    return Rows(
        rows,
        keys=keys,
        columns=columns,
        empty="" if rows else "There are no groups or classes here.",
        summary=f"all people: {said}" if rows else "",
    )


_REACTION_COLUMNS = ("likes", "learned", "outdated", "question", "useful", "irrelevant")
_REACTION_NAMES = (
    *("Likes", "Learned something", "Outdated", "Have a question", "Useful", "Irrelevant"),
)
_TYPES = {"Documents": "document", "Cheat sheets": "cheat sheet", "Questions": "question"}
_TAGS = {
    "Author": "author",
    "Co-authors": "co-author",
    "Source language": "",
    "Available translation languages": "translated",
    "Unavailable translation languages": "untranslated",
    "Tags": "tag",
    "Group": "group",
}
"""Column -> kind of its tags; several are joined by `|`."""


_OURS_OF_COURSES = (
    *_counts("Comments"),
    percent("Relevance", "Relevance"),
    *_words("Band"),
    *_counts("People"),
)
_COURSES = (
    *_words("Course Name", "Course ID", "Author", "Co-authors"),
    *_counts("Views"),
    *_words("Status", "Creation date", "Last update"),
    number("Reaction Score", "Reaction Score"),
    *_counts(*_REACTION_NAMES, *_TYPES),
    *_words(*list(_TAGS)[2:]),
)


@figure(
    "collaboration.courses",
    title="Courses and reactions",
    level=Level.BACKOFFICE,
    columns=_COURSES,
    chart=Bars("Course Name", "Views"),
    drill=Drill("collaboration.activities", (("training", KEY),)),
    behind=Behind(
        "collaboration.people",
        (("training", KEY),),
        _opens("Views", *_REACTION_NAMES, "Comments", "People"),
    ),
)
async def courses(q: Query) -> Rows:
    """One row per training in the 23 columns of a 360Learning export, most viewed first.

    Views are openings in the period, the same person again counts again. The reaction score is our
    own, 100 x (likes, learned, useful - outdated, question, irrelevant) / views, rounded and within
    -100..100, no value without views, or where nobody ever reacts; a score that the platform
    reports is never shown in its place. Documents, cheat sheets and questions are numbers of
    activities. Lists are joined by |.
    """
    numbers = await of_trainings(q)
    lines = await as_reported(q, "courses")
    tags, types = await _tags(q), await _types(q)
    table, owner = q.trainings(), schema.person
    scored = await records_reactions(q)
    from_totals = {source.id for source in sources_of_totals(q)}
    active = await q.active_by_training() if q.request.wide else {}
    listed = await q.fetch(
        select(table, q.key_of(table).label("shown_key"), owner.c.name.label("owner")).outerjoin(
            owner, owner.c.id == table.c.owner_id
        )
    )
    rows: list[tuple[Cell, ...]] = []
    for row in listed:
        line = lines.get((row.source_id, row.key), {})
        mine = numbers.get(row.id, Counter())
        # Known by the file of its activities only: its own totals are unknown, not zero.
        known = bool(line or mine or row.source_id not in from_totals)
        texts = {
            name: line.get(name) or "|".join(tags[row.id, kind]) for name, kind in _TAGS.items()
        }
        texts["Author"] = texts["Author"] or row.owner or ""
        texts["Source language"] = line.get("Source language") or row.language or ""
        made = {name: types[row.id, kind] for name, kind in _TYPES.items()}
        rows.append(
            (
                row.title,
                row.shown_key,
                *(texts[name] or None for name in ("Author", "Co-authors")),
                mine[VIEWS] if known else None,
                _status(row.status, row.published),
                line.get("Creation date") or _moment(q, row.created_at),
                line.get("Last update") or _moment(q, row.updated_at),
                score_of(mine) if scored else None,
                *(mine[name] if known else None for name in _REACTION_COLUMNS),
                *(_whole(line.get(name)) if line.get(name) else made[name] for name in _TYPES),
                *(texts[name] or None for name in list(_TAGS)[2:]),
                mine[COMMENT] if known else None,
                relevance(mine["useful"], mine["irrelevant"]),
                band(score_of(mine)) if scored else None,
                len(active.get(row.id, ())),
            )
        )
    note_time(q)
    order: list[tuple[Cell, ...]] = [tuple(row) for row in ranked(rows, by=4, name=0, key=1)]
    columns, shown = _layout(q, _COURSES, _OURS_OF_COURSES, order)
    return Rows(
        shown,
        keys=[str(row[1]) for row in order],
        columns=columns,
        empty="" if rows else "There are no trainings here.",
        summary=f"{len(rows):,} courses" if rows else "",
    )


def _whole(cell: str | None) -> int | None:
    return int(float(cell)) if cell and cell.strip() not in ("", "-") else None


def _status(status: str | None, published: int) -> str:
    """Return one of the platform's three words."""
    if status and status.casefold() in ("active", "archived", "deleted"):
        return status.capitalize()
    return "Active" if published else "Archived"


def _moment(q: Query, second: int | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second, q.zone).isoformat()


async def _tags(q: Query) -> Mapping[tuple[int, str], list[str]]:
    """Return (training id, kind) -> its tags, sorted."""
    tag, table = schema.training_tag, q.trainings()
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in await q.fetch(
        select(tag).join(table, table.c.id == tag.c.training_id).order_by(tag.c.value)
    ):
        found[row.training_id, row.kind].append(row.value)
    return found


async def _types(q: Query) -> Counter[tuple[int, str]]:
    """Return (training id, type in lower case) -> how many activities."""
    activity, table = schema.activity, q.trainings()
    rows = await q.fetch(
        select(activity.c.training_id, activity.c.type)
        .join(table, table.c.id == activity.c.training_id)
        .where(activity.c.current == 1)
    )
    return Counter((row.training_id, row.type.lower().replace("_", " ")) for row in rows)


_ACTIVITIES = (
    *_words("Title"),
    *_counts("Views", *_REACTION_NAMES[:4], "Comments", "Downloads"),
    *_words("Type"),
)


@figure(
    "collaboration.activities",
    title="Engagement by activity",
    level=Level.BACKOFFICE,
    needs=(Param.TRAINING,),
    columns=_ACTIVITIES,
    chart=Bars("Title", "Views"),
    drill=Drill("collaboration.people", (("activity", KEY),)),
    behind=Behind(
        "collaboration.people",
        (("activity", KEY),),
        _opens("Views", *_REACTION_NAMES[:4], "Comments", "Downloads"),
    ),
)
async def activities(q: Query) -> Rows:
    """One row per activity of a training in the 9 columns of a 360Learning export.

    What counted people did in the period, most viewed first; views are openings, not people.
    Useful and irrelevant are said of whole courses only. Downloads have no value where nothing can
    be downloaded.
    """
    numbers = await of_activities(q)
    activity, table = schema.activity, q.trainings()
    listed = await q.fetch(
        select(
            *(activity.c.id, activity.c.title, activity.c.type, activity.c.current),
            q.key_of(activity).label("shown_key"),
        ).join(table, table.c.id == activity.c.training_id)
    )
    rows: list[tuple[Cell, ...]] = []
    downloads: list[int] = []
    for row in listed:
        mine = numbers.get(row.id, Counter())
        if not row.current and not mine:
            continue
        can_download = mine[DOWNLOADS] or row.type.lower() in DOWNLOADABLE
        downloads.extend([mine[DOWNLOADS]] if can_download else [])
        rows.append(
            (
                row.title,
                mine[VIEWS],
                *(mine[name] for name in _REACTION_COLUMNS[:4]),
                mine[COMMENT],
                mine[DOWNLOADS] if can_download else None,
                row.type,
                row.shown_key,
            )
        )
    note_time(q)
    mean = sum(downloads) / len(downloads) if downloads else None
    order: list[tuple[Cell, ...]] = [tuple(row) for row in ranked(rows, by=1, name=0, key=9)]
    columns, shown = _layout(q, _ACTIVITIES, _words("Activity ID"), order)
    return Rows(
        shown,
        keys=[str(row[9]) for row in order],
        columns=columns,
        empty="" if rows else "This training has no activities.",
        summary=f"mean downloads {show_number(mean)} over {len(downloads):,}" if downloads else "",
    )
