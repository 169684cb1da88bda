"""A school of Kolibri as termstats counts it: the same pages of it are our numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select

from termstats.data.model.units import RowId
from termstats.data.platform_pages.kolibri_exports import LogLine
from termstats.data.platform_pages.kolibri_school import Raw, School, Try
from termstats.data.query.query import Query
from termstats.data.store import schema

_NEEDS_HELP = 4
"""Interactions without a right answer in one try, from which on a learner needs help."""
_TESTS = ("quiz", "pre_post_test")


@dataclass(frozen=True)
class Visit:
    """One visit to a content."""

    user: str
    """Empty for a visitor."""
    content: str
    channel: str
    """Its id; empty where there is none."""
    facility: str
    """Of a visitor; of others their account tells."""
    kind: str
    start: str
    """Stamp in UTC."""
    seconds: float
    is_possible: bool
    is_outlier: bool


@dataclass(frozen=True)
class Held:
    """What termstats goes by, from its own tables."""

    counted: frozenset[str]
    completed: frozenset[tuple[str, str]]
    """(person, content) that were completed once."""
    visits: Sequence[Visit]
    until: str
    """Stamp after which times are impossible."""


async def held_of(q: Query, source_id: RowId, completed: frozenset[tuple[str, str]]) -> Held:
    """Read who counts and every visit of a source. `completed`: as the import has kept it."""
    person, event, action = schema.person, schema.event, schema.action
    people = await q.fetch(
        select(person.c.key).where(person.c.source_id == source_id, person.c.counted == 1)
    )
    rows = await q.fetch(
        select(
            event.c.id,
            event.c.seconds,
            event.c.is_aggregate,
            event.c.flags,
            event.c.extra,
            action.c.name,
            person.c.key,
        )
        .select_from(event)
        .join(action, action.c.id == event.c.action_id)
        .outerjoin(person, person.c.id == event.c.person_id)
        .where(event.c.source_id == source_id, event.c.extra.like('%"content"%'))
    )
    visits = []
    for row in rows:
        extra = json.loads(row.extra)
        start = datetime.fromtimestamp(row.id >> schema.EVENT_SEQUENCE_BITS, UTC)
        visits.append(
            Visit(
                row.key or "",
                extra["content"],
                extra.get("channel", ""),
                extra.get("facility", ""),
                row.name,
                f"{start:%Y-%m-%d %H:%M:%S}",
                row.seconds or 0.0,
                not row.is_aggregate,
                bool(row.flags & schema.FLAG_OUTLIER),
            )
        )
    until = next(each.as_of for each in q.info.sources if each.id == source_id)
    last = f"{datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M:%S}.999999"
    return Held(frozenset(row.key for row in people), completed, visits, last)


def ours_of(school: School, held: Held) -> School:
    """Return the school as termstats counts it.

    Only learners who count; what was completed once is complete; time is the sum of possible
    visits; help is what answers tell; tries are those of whom a quiz is for; lessons are what the
    device has of them.
    """
    users = {
        user: row if user in held.counted else {**row, "deleted": row["deleted"] or 0}
        for user, row in school.users.items()
    }
    mine = replace(school, users=users)
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    for visit in held.visits:
        if visit.is_possible and not visit.is_outlier:
            seconds[visit.user, visit.content] += visit.seconds
    return replace(
        mine,
        lessons=[_known(school, lesson) for lesson in school.lessons],
        summaries={
            pair: _sum(row, held, seconds.get(pair, 0.0)) for pair, row in school.summaries.items()
        },
        tries={content: _tries(mine, content, tries) for content, tries in school.tries.items()},
        flags=_flags(school, held),
        has_flags=True,
    )


def _known(school: School, lesson: Raw) -> Raw:
    known = [each for each in lesson["resources"] if each["node"] in school.nodes]
    return {**lesson, "resources": known}


def _sum(row: Raw, held: Held, seconds: float) -> Raw:
    """Return what somebody did with a content, by their visits."""
    is_done = (row["user"], row["content"]) in held.completed
    stamps = (at for at in (row["end"], row["start"]) if "2000" <= at <= held.until)
    progress = 1 if is_done else min(row["progress"] or 0.0, 0.99)
    return {**row, "progress": progress, "seconds": seconds, "end": next(stamps, "")}


def _tries(school: School, content: str, tries: Sequence[Try]) -> list[Try]:
    """Return the tries that count: of a quiz those of its recipients."""
    recipients = None
    if any(quiz["id"] == content for quiz in school.quizzes):
        recipients = set(school.recipients(content))
    kept = []
    for each in tries:
        if school.is_deleted(each.user) or (recipients is not None and each.user not in recipients):
            continue
        last = each.row["last_answer"] or each.row["completion"] or each.row["end"]
        kept.append(replace(each, row={**each.row, "last_answer": last}))
    return kept


def _flags(school: School, held: Held) -> list[Raw]:
    """Return who needs help by the rule, whatever the work was for, as flags of every page."""
    trainings = [(lesson["id"], "") for lesson in school.lessons]
    trainings += [("", course["id"]) for course in school.courses]
    nodes: dict[str, list[str]] = defaultdict(list)
    for node in school.nodes.values():
        if node["kind"] == "exercise":
            nodes[node["content"]].append(node["id"])
    flags: list[Raw] = []
    for content, tries in school.tries.items():
        for each in tries:
            is_exercise = each.row["type"] not in _TESTS
            if not is_exercise or each.row["wrong"] < _NEEDS_HELP:
                continue
            if (each.user, content) not in held.completed:
                flags += [
                    {"user": each.user, "node": node, "event": "HelpNeeded", "at": each.row["end"]}
                    | {"lesson": lesson, "course": course}
                    for node in nodes[content]
                    for lesson, course in trainings
                ]
    return flags


def session_lines(
    school: School, visits: Sequence[Visit], channels: Mapping[str, str]
) -> list[LogLine]:
    """Return the visits as rows of the session log: those with a channel only."""
    return [
        LogLine(
            school.users[visit.user]["facility"] if visit.user else visit.facility,
            visit.user,
            channels.get(visit.channel, visit.channel),
            visit.kind,
            visit.start,
            visit.seconds,
        )
        for visit in visits
        if visit.channel and (not visit.user or visit.user in school.users)
    ]


def summary_lines(school: School, channels: Mapping[str, str]) -> list[LogLine]:
    """Return what Kolibri sums up as rows of the summary log."""
    return [
        LogLine(
            school.users[user]["facility"],
            user,
            channels.get(row["channel"], row["channel"]),
            row["kind"],
            row["start"],
            row["seconds"] or 0.0,
            bool(row["completion"]),
        )
        for (user, _content), row in school.summaries.items()
        if row["channel"] and user in school.users
    ]
