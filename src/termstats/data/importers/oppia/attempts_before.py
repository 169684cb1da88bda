"""Attempts that earlier imports wrote: which are read again, and what new events tell of the rest.

They are only ever added at the server. Those that arrived within a day before an import are read
again by the next one, as trackers are: their devices may be ahead of the clock.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from termstats.data.importers.oppia.base import OppiaModule, OppiaRun, Pair, may_change
from termstats.data.importers.writing.base import TableReport
from termstats.data.importers.writing.writer import EverythingNeeded
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

ATTEMPTS = "quiz_quizattempt"
Group = tuple[RowId, object]
"""(person, module), or (person, ("quiz", quiz)) of an attempt of no module."""
Written = tuple[RowId, int, OppiaModule | None]
"""Id of an attempt, its person's at the source, its module."""
Try = tuple[Second, int]
"""When an attempt was finished, and its id at the source."""


def resume_attempts(run: OppiaRun) -> int | None:
    """Take up the attempts where the last import left them; None: all are read."""
    last, log = run.context.last, run.attempts
    if last is None:
        return None
    marks = last.marks["attempts"]
    above = log.begins_after = int(marks["mark"])
    log.feedbacks.update(marks["feedbacks"])
    log.waiting = {instance: (key, quiz) for instance, key, quiz in marks["waiting"]}
    log.unplaced = dict(marks["unplaced"])
    log.kept_rows = marks["kept_rows"]
    run.context.report.tables[ATTEMPTS] = TableReport(**marks["rows"])
    run.writer.reuse_ids(schema.attempt, above)
    where = "source_id = ? AND CAST(key AS INTEGER) > ?"
    log.stored = run.writer.stored(schema.attempt, where, (run.writer.source_id, above))
    return above


def note_instance(run: OppiaRun, instance: str, module: OppiaModule, version: str) -> None:
    """Note what an event tells of the attempt with that `instance_id`.

    Raises:
        EverythingNeeded: an attempt that is not read again was told otherwise before.
    """
    last, told = run.context.last, (module, version)
    is_settled = last is not None and instance in last.marks["instances"]
    if is_settled and run.instances[instance] != told:
        raise EverythingNeeded("events of attempts have come again otherwise")
    run.instances[instance] = told


def note_attempt(run: OppiaRun, key: int, received: Second | None) -> None:
    """Note that the attempt with that id comes next, before it tells of anything."""
    log = run.attempts
    if log.mark is None and may_change(run, received):
        set_attempts_mark(run, key - 1)


def set_attempts_mark(run: OppiaRun, mark: int) -> None:
    """Note what is known now; attempts with larger ids are read again by the next import."""
    log, counts = run.attempts, run.context.report.table(ATTEMPTS)
    log.mark = mark
    log.refused, log.examples = dict(counts.refused), dict(counts.examples)


def check_modules(run: OppiaRun) -> None:
    """Check that the attempts that are not read again are of the modules that they were of.

    Raises:
        EverythingNeeded: some have moved.
    """
    last, log = run.context.last, run.attempts
    if last is None:
        return
    now = dict(modules_of_quizzes(run))
    moved = any(
        now.get(quiz, [])[: len(before)] != before for quiz, before in last.marks["quizzes"]
    )
    placed = any(now.get(quiz) for quiz in log.unplaced.values() if quiz is not None)
    told = log.waiting.keys() & run.instances.keys()
    if moved or placed or any(log.waiting[instance][1] is None for instance in told):
        raise EverythingNeeded("attempts have moved to other quizzes")
    for instance in told:
        _tell_version(run, instance)


def _tell_version(run: OppiaRun, instance: str) -> None:
    """Write the version that an event tells of an attempt that came long before it."""
    key, quiz = run.attempts.waiting[instance]
    by_event, version = run.instances[instance]
    attempt = (run.writer.source_id, str(key))
    connection = run.writer.connection
    is_here = "source_id = ? AND key = ?"
    stored = connection.execute(f"SELECT module_id FROM attempt WHERE {is_here}", attempt)  # noqa: S608
    modules = run.quizzes[quiz].modules if quiz in run.quizzes else []
    module = by_event if by_event in modules else next(iter(modules), None)
    if stored.fetchone() != (module.id if module else None,):
        raise EverythingNeeded("attempts have moved to other quizzes")
    if version:
        sql = f"UPDATE attempt SET version = ? WHERE {is_here}"  # noqa: S608
        connection.execute(sql, (version, *attempt))


def modules_of_quizzes(run: OppiaRun) -> list[tuple[int, list[list[object]]]]:
    """Return quiz -> what its attempts take from each of its modules, as marks hold it."""
    return [
        (quiz.id, [[m.id, m.training_id, m.kind, m.pass_mark] for m in quiz.modules])
        for quiz in run.quizzes.values()
    ]


def numbers_of(run: OppiaRun, groups: Iterable[tuple[Group, Try]]) -> dict[int, int]:
    """Return id -> number of each attempt among those of its person and module.

    Attempts of these groups that are not read again are counted too, and numbered anew.
    """
    of_group: dict[Group, list[Try]] = defaultdict(list)
    for group, each in groups:
        of_group[group].append(each)
    before = {} if run.context.last is None else _before(run, of_group)
    numbers: dict[int, int] = {}
    for tries in of_group.values():
        for number, (_at, key) in enumerate(sorted(tries), 1):
            if before.get(key, number) != number:
                run.writer.connection.execute(
                    "UPDATE attempt SET number = ? WHERE source_id = ? AND key = ?",
                    (number, run.writer.source_id, str(key)),
                )
            numbers[key] = number
    return numbers


def _before(run: OppiaRun, of_group: dict[Group, list[Try]]) -> dict[int, int]:
    """Add the attempts that are not read again to their groups; return id -> number."""
    people = json.dumps(sorted({person for person, _module in of_group}))
    before: dict[int, int] = {}
    for key, person, module, at, number in run.writer.connection.execute(
        "SELECT CAST(key AS INTEGER), person_id, module_id, finished_at, number FROM attempt "
        "WHERE person_id IN (SELECT value FROM json_each(?)) AND source_id = ? "
        "AND CAST(key AS INTEGER) <= ?",
        (people, run.writer.source_id, run.attempts.begins_after),
    ):
        group = person, module or ("quiz", run.attempts.unplaced.get(key))
        if group in of_group:
            of_group[group].append((at, key))
            before[key] = number
    return before


def attempt_before(run: OppiaRun, key: int) -> Written | None:
    """Return an attempt that is not read again, by its id at the source; None: there is none."""
    if run.context.last is None or not isinstance(key, int):
        return None
    row = run.writer.connection.execute(
        "SELECT a.id, p.key, a.module_id FROM attempt AS a JOIN person AS p ON p.id = a.person_id "
        "WHERE a.source_id = ? AND a.key = ?",
        (run.writer.source_id, str(key)),
    ).fetchone()
    if row is None:
        return None
    of_quizzes = (module for quiz in run.quizzes.values() for module in quiz.modules)
    modules = (m for m in (*run.digests.values(), *of_quizzes) if m.id == row[2])
    return row[0], int(row[1]), next(modules, None)


def note_settled(
    run: OppiaRun, key: int, quiz: int | None, instance: str, pair: Pair | None, at: Second
) -> None:
    """Note of an attempt up to the mark what the next import has to know.

    `pair`: its training and person; None: it has no module.
    """
    log, at_mark = run.attempts, run.log.at_mark
    if at_mark is None:
        raise AssertionError("the log has been read")
    if instance and instance not in at_mark.instances:
        log.waiting[instance] = key, quiz
    log.kept_rows = run.kept_rows[ATTEMPTS]
    if pair is None:
        log.unplaced[key] = quiz
    else:
        at_mark.enrolled[pair] = min(at, at_mark.enrolled.get(pair, at))


def marks_of_attempts(run: OppiaRun, read: int) -> dict[str, object]:
    """Return what the next import has to know of the attempts; `read`: how many there are."""
    log, told = run.attempts, run.log.at_mark.instances if run.log.at_mark else {}
    kept = read - sum(log.refused.values())
    return {
        "mark": log.mark,
        "kept_rows": log.kept_rows,
        "feedbacks": sorted(log.feedbacks),
        "waiting": [(name, *each) for name, each in log.waiting.items() if name not in told],
        "unplaced": list(log.unplaced.items()),
        "rows": {"read": read, "kept": kept, "refused": log.refused, "examples": log.examples},
    }
