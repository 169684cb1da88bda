"""What people did in OppiaMobile: the event log, completions and enrolments."""

from __future__ import annotations

import json
from typing import Any

from termstats.data.importers.oppia.base import EVENT_LIMIT, OppiaRun, is_secret, parse_object
from termstats.data.importers.oppia.content import write_old_module
from termstats.data.importers.sources import cells
from termstats.data.store import schema

_KINDS = ("page", "quiz", "media", "resource", "download", "search", "login")
_QUIZ_TYPES = ("quiz", "feedback")
_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_DEEPEST = 20
"""Levels of nested data that are kept."""
_NETWORK = ("ip", "agent", "useragent", "user_agent")


async def write_events(run: OppiaRun, countries: dict[str, str]) -> None:
    """Write the event log; note first completions, first events and attempts' modules.

    `countries` maps an IP address to its country, also where the address itself is not kept.
    """
    seen: set[int] = set()
    with_network = run.context.options.with_network_data
    async for row in run.rows("oppia_tracker"):
        key, user, course, digest, kind, event, device, server, completed, time_taken = row[:10]
        version, uuid, language, points, title, section, data, ip, agent = row[10:]
        at, received, flags = run.place(device, server)
        if at is None:
            run.refuse("oppia_tracker", "no usable date", row[:10])
            continue
        person = run.people.get(user)
        training = run.trainings.get(course)
        kind = None if kind is None else cells.text(kind)
        event, digest = cells.text(event), cells.text(digest)
        module = run.digests.get((course, digest)) if digest else None
        if module is None and digest and training and kind in _QUIZ_TYPES:
            module = write_old_module(run, course, digest, kind, run.title(title))
        seconds = cells.number(time_taken)
        if seconds is not None and not 0 <= seconds <= EVENT_LIMIT:
            flags |= schema.FLAG_OUTLIER
        if uuid:
            # Hashes instead of texts: a log of millions has to fit into memory.
            same = hash((user, uuid, kind, str(device)))
            if same in seen:
                flags |= schema.FLAG_DUPLICATE
            seen.add(same)
        data = cells.text(data)
        found = parse_object(data)
        detail = run.title(title) or (module.title if module else "") or None
        missed = 0
        if kind == "search":
            term = (found or {}).get("query")
            detail = cells.text(str(term)) if isinstance(term, str | int | float) else None
            missed = int(found is not None and cells.number(found.get("results_count")) == 0)
        if module and found and kind in _QUIZ_TYPES and found.get("instance_id"):
            run.instances[str(found["instance_id"])] = module
        extra = {
            "section": run.title(section),
            "digest": digest if module is None else None,
            "points": cells.number(points),
            "data": _data(data, found, with_network=with_network),
            # What the store cannot point to.
            "user": user if person is None else None,
            "course": course if training is None else None,
        }
        extra = {name: value for name, value in extra.items() if value}
        run.writer.add_event(
            at,
            key,
            {
                "key": str(key),
                "server_at": received,
                "person_id": person,
                "action_id": run.writer.action(*_action(kind, event)),
                "training_id": training,
                "module_id": module.id if module else None,
                "activity_id": module.activity_id if module else None,
                "seconds": seconds,
                "active": int(bool(kind) and training is not None),
                "flags": flags,
                "completed": int(cells.flag(completed)),
                "missed": missed,
                "language": cells.text(language) or None,
                "country": countries.get(cells.text(ip)),
                "version": cells.text(version) or None,
                "detail": detail,
                "error": _error(found) if event == "media_missing" else None,
                "extra": cells.text(_to_json(extra)) if extra else None,
                "ip": cells.text(ip) or None if with_network else None,
                "agent": cells.text(agent) or None if with_network else None,
            },
        )
        if person is None or training is None:
            continue
        if kind != "download":
            first = run.enrolled.get((training, person))
            run.enrolled[training, person] = at if first is None else min(first, at)
        if module and module.activity_id and cells.flag(completed):
            done = (training, person, module.activity_id)
            run.completions[done] = min(at, run.completions.get(done, at))


def _action(kind: str | None, event: str) -> tuple[str, str]:
    """Return (kind, name) of an event's action.

    Events without a type are the app's own messages, no learning. An empty type is the device's
    copy of a download that the server has logged already.
    """
    name = event or kind or "untyped"
    if kind is None:
        return ("error" if event == "media_missing" else "api"), name
    return (kind if kind in _KINDS else "other"), name


def _error(found: dict[str, Any] | None) -> str:
    """Return the group of a missing-media message: its file."""
    name = (found or {}).get("filename")
    return cells.text(f"media missing: {name}") if isinstance(name, str) else "media missing"


def _data(data: str, found: dict[str, Any] | None, *, with_network: bool) -> object:
    """Return the data of an event as it may be kept: without secrets; None for nothing."""
    if found is None:
        return data if data and not is_secret(data) else None
    return _open_part(found, () if with_network else _NETWORK) or None


def _open_part(value: object, hidden: tuple[str, ...], depth: int = 0) -> object:
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, list):
        return [_open_part(item, hidden, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            name: _open_part(item, hidden, depth + 1)
            for name, item in value.items()
            if not is_secret(name) and name.lower() not in hidden
        }
    return value


def write_completions(run: OppiaRun) -> None:
    """Write when each person first completed each current activity."""
    for (training, person, activity), at in sorted(run.completions.items()):
        run.writer.add(
            schema.completion,
            {"training_id": training, "person_id": person, "activity_id": activity, "at": at},
        )


def write_enrolments(
    run: OppiaRun,
    roster: dict[tuple[int, int], int | None],
    reported: dict[tuple[int, int], float],
) -> None:
    """Write who is in which training: the source has no roster of its own.

    Enrolled is who has an event other than a download there, and who is a student of a cohort
    (`roster`: (training, person) -> its start). `reported` is the platform's number of completed
    activities by (training, person).
    """
    done: dict[tuple[int, int], list[int]] = {}
    for (training, person, activity), at in run.completions.items():
        if activity in run.path.get(training, ()):
            done.setdefault((training, person), []).append(at)
    for pair in sorted(run.enrolled.keys() | roster.keys()):
        training, person = pair
        moments = [at for at in (run.enrolled.get(pair), roster.get(pair)) if at is not None]
        total = len(run.path.get(training, ()))
        times = done.get(pair, [])
        row: dict[str, object] = {
            "training_id": training,
            "person_id": person,
            "enrolled_at": min(moments, default=None),
            "completed_at": max(times) if total and len(times) >= total else None,
            "implied": int(pair not in roster),
        }
        if pair in reported and total:
            row["reported_progress"] = 100.0 * reported[pair] / total
            row["reported_state"] = "completed" if reported[pair] >= total else "in progress"
        run.writer.add(schema.enrolment, row)
