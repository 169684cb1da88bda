"""Results of Opigno's face-to-face sessions (ILT) and live meetings."""

from __future__ import annotations

from typing import Any

from termstats.data.importers.opigno.base import ATTEMPT_LIMIT, OpignoRun, number_of
from termstats.data.importers.opigno.results import Presence, Results, note_first
from termstats.data.importers.opigno.structure import ILT, MEETING
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import is_passed
from termstats.data.store import schema


async def write_sessions(run: OpignoRun, results: Results) -> None:
    """Write results of face-to-face sessions and meetings as attempts at their step."""
    for kind, table, parent in (
        (ILT, "opigno_ilt", "opigno_ilt"),
        (MEETING, "opigno_moxtra_meeting", "meeting"),
    ):
        rows = {row.id: row for row in run.sessions[kind]}
        await run.table(f"{table}__members")  # for the record only
        best: dict[tuple[int, int], Any] = {}
        for row in await run.table(f"{table}_result"):
            session = rows.get(getattr(row, parent))
            training = run.trainings.get(session.training) if session else None
            if session is None or training is None or (kind, session.id) not in training.sessions:
                run.refuse(f"{table}_result", "unknown session or training", row)
                continue
            other = best.get((session.id, row.user_id))
            if other is None or (cells.flag(row.status), number_of(row.score)) > (
                cells.flag(other.status),
                number_of(other.score),
            ):
                best[session.id, row.user_id] = row
        for (session_id, _), row in best.items():
            _write_presence(run, kind, rows[session_id], row, results)


def _write_presence(run: OpignoRun, kind: str, session: Any, row: Any, results: Results) -> None:
    training = run.trainings[session.training]
    step = training.sessions[kind, session.id]
    person = run.person(row.user_id)
    started, ended = run.moment(session.date__value), run.moment(session.date__end_value)
    attended = cells.flag(row.status)
    score = float(min(max(number_of(row.score), 0), 100)) if attended else 0.0
    results.presence[training.gid, row.user_id, kind, session.id] = Presence(
        row.user_id, attended, score, ended
    )
    seconds: float | None = None
    if attended and started is not None and ended is not None:
        seconds = ended - started
    outlier = seconds is not None and not 0 <= seconds <= ATTEMPT_LIMIT
    flags = schema.FLAG_OUTLIER if outlier else 0 if attended else schema.FLAG_NO_ACTIVITY
    common = {"person_id": person, "training_id": training.id, "module_id": step.id}
    key = f"{kind}:{session.id}:{row.user_id}"
    run.writer.add(
        schema.attempt,
        {
            **common,
            "key": key,
            "started_at": started,
            "finished_at": ended,
            "points": score,
            "max_points": 100.0,
            "score": score,
            "passed": int(attended and bool(is_passed(score, step.min_score or 0.0))),
            "seconds": seconds,
            "evaluated": 1,
            "flags": flags,
        },
    )
    if not attended or ended is None:
        return
    results.seen(training.gid, row.user_id, ended)
    if step.presence is not None and seconds:
        note_first(results, training.id, person, step.presence, ended)
    run.writer.add_event(
        ended,
        key,
        {
            **common,
            "key": key,
            "activity_id": step.presence,
            "action_id": run.writer.action("other", f"{kind} attended"),
            "seconds": None if seconds is None else min(seconds, ATTEMPT_LIMIT),
            "value": score,
            "flags": flags,
        },
    )
