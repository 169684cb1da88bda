"""Tries at exercises, quizzes and tests of Kolibri, with their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.importers.kolibri.base import (
    CHANNEL,
    LONGEST,
    PRACTICE,
    QUIZ,
    UNIT_TEST,
    KolibriRun,
    Place,
)
from termstats.data.importers.kolibri.content import write_question
from termstats.data.importers.kolibri.devices import Row
from termstats.data.importers.kolibri.logs import Visit, Visits
from termstats.data.importers.kolibri.tables import key, parsed, stamp
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import score_percent
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

SCORED = (QUIZ, PRACTICE, UNIT_TEST)
"""Kinds of modules whose tries have a score; an exercise is mastered, or not yet."""
POINTS = 500.0
"""What Kolibri gives for a completed try, or a completed resource of another kind."""


@dataclass(frozen=True)
class Try:
    """One try as it is written."""

    id: str
    user: str
    training: str
    content: str
    place: Place
    started_at: Second | None
    finished_at: Second | None
    """None: still open."""
    ended_by_coach: bool
    """A quiz that was ended while the try was open: complete, but never submitted."""
    score: float | None


@dataclass(frozen=True)
class Summary:
    """What a person did with a content altogether, as Kolibri sums it up."""

    id: str
    user: str
    content: str
    """As the store knows it."""
    channel: str
    kind: str
    completed_at: Second | None
    progress: float
    seconds: float


def read_summaries(run: KolibriRun, rows: list[Row], visits: Visits) -> dict[str, Summary]:
    """Read the sums by person and content, and keep them: they are the platform's own numbers."""
    summaries = {}
    for row in rows:
        own, user, content, channel, kind, start, end, completion, spent, progress = row
        at, _moved = run.time(completion, end, start)
        done = cells.number(progress) or 0.0
        is_done = bool(stamp(completion)) or done >= 1
        summaries[own] = Summary(
            *(own, key(user), visits.contents.get(key(content), key(content)), key(channel)),
            *(cells.text(kind), (at or run.as_of) if is_done else None, done),
            cells.number(spent) or 0.0,
        )
        run.keep_row(
            "contentsummarylog",
            id=own,
            user=key(user),
            content=key(content),
            channel=key(channel),
            kind=cells.text(kind),
            start=stamp(start),
            end=stamp(end),
            completion=stamp(completion),
            seconds=cells.number(spent),
            progress=cells.number(progress),
        )
    return summaries


def write_tries(
    run: KolibriRun,
    rows: list[Row],
    answers: list[Row],
    summaries: Mapping[str, Summary],
    visits: Visits,
) -> list[Try]:
    """Write every try with its answers; return the tries in the order of their start."""
    by_try: dict[str, list[Row]] = defaultdict(list)
    for answer in answers:
        by_try[key(answer[2])].append(answer)
    _refuse_lost(run, by_try, {row[0] for row in rows}, visits)
    written: list[Try] = []
    numbers: dict[tuple[str, RowId], int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: (stamp(row[5]), row[0])):
        mine = sorted(by_try.get(row[0], []), key=lambda a: (stamp(a[5]), a[0]))
        visit = _visit_of(row, mine, visits)
        summary = summaries.get(key(row[2]))
        if summary is None and visit is None:
            run.refuse("logger_masterylog", "of a content that did not arrive", row)
            for answer in mine:
                run.refuse("logger_attemptlog", "of a try that did not arrive", answer)
            continue
        place, which = _place_of(run, summary, visit, parsed(row[3], dict))
        numbers[key(row[1]), place.module] += 1
        number = numbers[key(row[1]), place.module]
        written.append(_write_try(run, row, mine, (place, *which, number)))
    return written


def _refuse_lost(
    run: KolibriRun, by_try: Mapping[str, list[Row]], known: set[str], visits: Visits
) -> None:
    """Refuse answers whose try is missing; those of visitors, who have none, count in the visit."""
    for own in sorted(by_try.keys() - known):
        for answer in by_try[own]:
            visit = visits.by_id.get(key(answer[3]))
            if not own and visit is not None:
                visit.answers += 1
                visit.right += cells.number(answer[7]) or 0.0
            else:
                run.refuse("logger_attemptlog", "of a try that did not arrive", answer)


def _visit_of(row: Row, answers: list[Row], visits: Visits) -> Visit | None:
    """Return the visit in which a try began."""
    for answer in answers:
        if visit := visits.by_id.get(key(answer[3])):
            return visit
    level = cells.whole(row[4])
    return None if level is None else visits.by_level.get((key(row[1]), level))


def _place_of(
    run: KolibriRun, summary: Summary | None, visit: Visit | None, criterion: dict[str, object]
) -> tuple[Place, tuple[str, str]]:
    """Return the module of a try, and (training, content): those of its visit, or summary."""
    content = summary.content if summary else visit.content if visit else ""
    channel = summary.channel if summary else visit.channel if visit else ""
    if visit is not None:
        training, kind = visit.training, visit.kind
    elif channel and not criterion.get("coach_assigned"):
        training, kind = channel, CHANNEL
    else:
        training, kind = content, QUIZ
    run.training(training, kind)
    shown = summary.kind if summary else "exercise"
    place = run.place(training, content, QUIZ if kind == QUIZ else shown)
    return place, (training, content)


def _write_try(
    run: KolibriRun, row: Row, answers: list[Row], which: tuple[Place, str, str, int]
) -> Try:
    """Write one try; `which`: (module, training, content, number of the person's try at it)."""
    own, user, _summary, criterion, level, start, end, completion, complete, spent = row
    place, training, content, number = which
    is_complete = cells.flag(complete)
    started, is_moved = run.time(start)
    finished, _moved = run.time(completion, end) if is_complete else (None, False)
    points = sum(cells.number(answer[7]) or 0.0 for answer in answers)
    most = _most(run, place, training, answers)
    is_scored = place.kind in SCORED
    seconds = cells.number(spent)
    flags = schema.FLAG_MOVED | schema.FLAG_NO_ACTIVITY if is_moved else 0
    if seconds is not None and not 0 <= seconds <= LONGEST:
        flags |= schema.FLAG_OUTLIER
    score = score_percent(points, most) if is_scored and is_complete else None
    attempt = run.writer.add(
        schema.attempt,
        {
            "key": own,
            "person_id": run.person(key(user)),
            "training_id": place.training,
            "module_id": place.module,
            "number": number,
            "started_at": started,
            "finished_at": finished,
            "points": points,
            "max_points": most,
            "score": score,
            "passed": None if is_scored else int(is_complete),
            "seconds": seconds,
            "flags": flags,
            "in_score": int(is_scored),
        },
    )
    for answer in answers:
        _write_answer(run, attempt, place, answer)
    ended = place.kind == QUIZ and is_complete and not stamp(completion)
    run.keep_row(
        "masterylog",
        id=own,
        user=key(user),
        summary=key(row[2]),
        type=cells.text(parsed(criterion, dict).get("type")),
        test=cells.text(parsed(criterion, dict).get("test_type")),
        coach=int(bool(parsed(criterion, dict).get("coach_assigned"))),
        level=cells.whole(level),
        start=stamp(start),
        end=stamp(end),
        completion=stamp(completion),
        complete=int(is_complete),
        seconds=seconds,
        last_answer=max((stamp(answer[6]) for answer in answers), default=""),
        **_test_of(content),
        wrong=sum(map(_failures, answers)),
    )
    return Try(
        *(own, key(user), training, content, place),
        *(started, finished, ended, score),
    )


def _most(run: KolibriRun, place: Place, training: str, answers: list[Row]) -> float | None:
    """Return the points that a try may reach: one a question that was asked."""
    if place.kind == QUIZ and run.sizes.get(training):
        return float(run.sizes[training])
    if place.size:
        return place.size
    return float(len(answers)) or None


def _write_answer(run: KolibriRun, attempt: RowId, place: Place, row: Row) -> None:
    """Write one answer: partly right where its points are between 0 and 1."""
    item, correct = cells.text(row[4]), cells.number(row[7])
    hinted, failed = cells.flag(row[8]), cells.flag(row[9])
    question, position = write_question(
        run, place.key, place.module, place.activity, item, _asked(run, place, item)
    )
    run.writer.add(
        schema.answer,
        {
            "attempt_id": attempt,
            "question_id": question,
            "activity_id": place.activity,
            "position": position,
            "answer": _given(row, hinted=hinted, failed=failed),
            "state": _state(correct, failed=failed),
            "points": correct,
            "max_points": 1.0,
        },
    )


def _test_of(content: str) -> dict[str, str]:
    """Return course session and unit of a test of a unit; both empty for others."""
    session, _, rest = content.partition(":")
    return {"course": session if rest else "", "unit": rest.partition(":")[0]}


def _failures(answer: Row) -> int:
    """Return how often somebody was wrong, took a hint, or met an error at a question."""
    history = parsed(answer[12], list)
    return sum(isinstance(each, dict) and not each.get("correct") for each in history)


def _asked(run: KolibriRun, place: Place, item: str) -> str:
    """Return the title of a question that its quiz or exercise does not list now."""
    title = item
    exercise, _, question = item.rpartition(":")
    node = run.nodes.get(exercise)
    if node is not None:
        items = run.items.get(node.id, [])
        title = f"{node.title} ({items.index(question) + 1})" if question in items else node.title
    return title or place.key


def _given(row: Row, *, hinted: bool, failed: bool) -> str:
    """Return an answer as given, and what else happened at the question."""
    given = cells.text(row[10])
    if not given:
        answer = parsed(row[11], dict)
        given = "" if not answer or set(answer) == {"hint"} else cells.text(row[11])
    said = ["could not be shown"] if failed else ["with a hint"] if hinted else []
    return " ".join([given, *(f"({words})" for words in said)]).strip()


def _state(correct: float | None, *, failed: bool) -> str:
    if failed or correct is None:
        return "unanswered"
    if correct <= 0:
        return "wrong"
    return "correct" if correct >= 1 else "partly"
