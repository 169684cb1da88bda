"""Who is in which training of Kolibri, what they completed, and their points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from termstats.data.importers.kolibri.base import CHANNEL, QUIZ, KolibriRun
from termstats.data.importers.kolibri.logs import Visits
from termstats.data.importers.kolibri.tries import POINTS, SCORED, Summary, Try
from termstats.data.model.plural import counted
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

ENDED, COMPLETED, STARTED, NOT_STARTED = (
    *("ended by the coach", "completed", "started", "not started"),
)
"""States of an enrolment as they are reported."""
_Done = dict[tuple[str, str], dict[str, Second]]
"""(training, person) -> content -> first completion."""


def write_results(
    run: KolibriRun, summaries: Mapping[str, Summary], tries: Sequence[Try], visits: Visits
) -> None:
    """Write enrolments, completions and points.

    Recipients are enrolled when their lesson, quiz or course was made: the platform knows no
    other date. Who worked in a channel is enrolled in it by their first visit. A former member,
    who has tries or visits in what is not for them now, is not enrolled: a note counts them.
    """
    worked = _worked(run, tries, visits)
    former = {pair for pair in worked if _is_former(run, *pair)}
    if former:
        run.context.report.notes.append(
            f"{counted(len({user for _, user in former}), 'person')} worked in lessons, quizzes or "
            "courses that are not for them now: former members, out of the counts there"
        )
    enrolled = {
        (training, user) for training, users in run.recipients.items() for user in users
    } | (worked.keys() - former)
    done = _done(run, summaries, enrolled)
    _write_completions(run, done)
    last: dict[tuple[str, str], Try] = {}
    for each in tries:
        last[each.training, each.user] = each
    sums = {(s.content, s.user): s for s in summaries.values()}
    for pair in sorted(enrolled):
        training, user = pair
        if run.kinds[training] == CHANNEL:
            _enrol(
                run, pair, enrolled_at=min(worked[pair]), implied=1, **_completion(run, pair, done)
            )
            continue
        row: dict[str, object] = _completion(run, pair, done)
        if run.kinds[training] == QUIZ:
            row |= _of_quiz(last.get(pair), sums.get((training, user)))
        made = run.made.get(training)
        first = min(worked[pair], default=None) if pair in worked else None
        moments = [at for at in (made, first) if at is not None]
        is_implied = int(training not in run.recipients)
        _enrol(run, pair, enrolled_at=min(moments, default=None), implied=is_implied, **row)
    for table, people in run.unknown.items():
        run.context.report.notes.append(
            f"{table} that no device knows, named by their id: {people:,}"
        )
    _offer_channels(run, worked.keys())
    _write_points(run, summaries, tries)


def _offer_channels(run: KolibriRun, pairs: Iterable[tuple[str, str]]) -> None:
    """Write which facilities use which channels: their coaches see that use."""
    used = {
        (run.classes[run.facilities[user]], run.trainings[training])
        for training, user in pairs
        if run.kinds[training] == CHANNEL and run.facilities.get(user) in run.classes
    }
    for class_id, training_id in sorted(used):
        run.writer.add(schema.class_training, {"class_id": class_id, "training_id": training_id})


def _is_former(run: KolibriRun, training: str, user: str) -> bool:
    """Return whether somebody worked in what is for others now; of lost rosters nobody knows."""
    return training in run.recipients and user not in run.recipients[training]


def _enrol(run: KolibriRun, pair: tuple[str, str], **values: object) -> None:
    training, user = pair
    run.writer.add(
        schema.enrolment,
        {
            "training_id": run.trainings[training],
            "person_id": run.person(user),
            **values,
        },
    )


def _worked(
    run: KolibriRun, tries: Sequence[Try], visits: Visits
) -> dict[tuple[str, str], list[Second]]:
    """Return (training, person) -> when they visited or tried it."""
    worked: dict[tuple[str, str], list[Second]] = defaultdict(list)
    for visit in visits.by_id.values():
        if visit.user:
            worked[visit.training, visit.user].append(
                run.as_of if visit.started is None else visit.started
            )
    for each in tries:
        worked[each.training, each.user].append(each.started_at or run.as_of)
    return worked


def _of_quiz(newest: Try | None, summary: Summary | None) -> dict[str, object]:
    """Return what Kolibri says of a recipient of a quiz."""
    if newest is None:
        return {"reported_state": NOT_STARTED}
    state = COMPLETED if newest.finished_at is not None else STARTED
    return {
        "reported_state": ENDED if newest.ended_by_coach else state,
        "reported_score": newest.score,
        "reported_progress": min(100.0, 100 * summary.progress) if summary else None,
        "reported_seconds": summary.seconds if summary else None,
    }


def _done(
    run: KolibriRun, summaries: Mapping[str, Summary], enrolled: set[tuple[str, str]]
) -> _Done:
    """Return what people completed: a content is complete in every training of theirs with it."""
    done: _Done = defaultdict(dict)
    for summary in summaries.values():
        if summary.completed_at is None:
            continue
        for training in run.holding.get(summary.content, ()):
            if (training, summary.user) in enrolled:
                done[training, summary.user][summary.content] = summary.completed_at
    return done


def _write_completions(run: KolibriRun, done: _Done) -> None:
    rows: dict[tuple[RowId, RowId, RowId], Second] = {}
    for (training, user), contents in done.items():
        for content, at in contents.items():
            for activity in run.activities[training, content]:
                rows[run.trainings[training], run.person(user), activity] = at
    for (training_id, person, activity), at in sorted(rows.items()):
        run.writer.add(
            schema.completion,
            {"training_id": training_id, "person_id": person, "activity_id": activity, "at": at},
        )


def _completion(run: KolibriRun, pair: tuple[str, str], done: _Done) -> dict[str, object]:
    """Return when somebody completed a training: the last of all that can be completed in it."""
    path = run.path.get(pair[0], set())
    mine = done.get(pair, {})
    if not path or not path <= mine.keys():
        return {"completed_at": None}
    return {"completed_at": max(mine[content] for content in path)}


def _write_points(run: KolibriRun, summaries: Mapping[str, Summary], tries: Sequence[Try]) -> None:
    """Write the points: for every completed try, and every other resource that was completed."""
    for each in tries:
        if each.finished_at is not None:
            kind = "try" if each.place.kind in SCORED else "exercise"
            _give(run, f"try:{each.id}", each.user, each.finished_at, kind, each.place.training)
    for own, summary in sorted(summaries.items()):
        if summary.completed_at is not None and summary.kind not in ("exercise", "quiz"):
            training = run.trainings.get(summary.channel)
            _give(run, f"resource:{own}", summary.user, summary.completed_at, "resource", training)


def _give(
    run: KolibriRun, own: str, user: str, at: Second, kind: str, training: RowId | None
) -> None:
    run.writer.add(
        schema.point,
        {
            "key": own[:255],
            "person_id": run.person(user),
            "training_id": training,
            "at": at,
            "points": POINTS,
            "type": kind,
            "description": "completed",
        },
    )
