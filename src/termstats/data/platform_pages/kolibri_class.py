"""The pages of a class in Kolibri: lessons, quizzes and learners, with their faults."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.kolibri_school import (
    COMPLETED,
    NOT_STARTED,
    STARTED,
    STATES,
    Raw,
    School,
    Try,
    duration,
    lesson_state,
    newest_try,
    resource_state,
    whole_percent,
    written_at,
)

_DIFFICULT = 0.8
_QUIZ = "QUIZ"


def number(page: str, figure: str, key: str, value: float) -> PageCell:
    """Return a cell that prints a number."""
    return PageCell(page, figure, key, f"{value:g}", float(value))


def word(page: str, figure: str, key: str, value: str) -> PageCell:
    """Return a cell that prints words."""
    return PageCell(page, figure, key, value, None)


def class_page(school: School, room: str) -> list[PageCell]:
    """Return all numbers of the pages of a class."""
    lessons = [row for row in school.lessons if row["collection"] == room]
    quizzes = [row for row in school.quizzes if row["collection"] == room]
    flags = [f for f in school.flags if f["lesson"] in {row["id"] for row in lessons}]
    cells = [*_people(school, room)]
    for lesson in lessons:
        cells += _lesson(school, lesson, flags)
    cells += _resources(school, room, lessons, flags)
    for quiz in quizzes:
        cells += _quiz(school, room, quiz)
    for draft in school.drafts:
        if draft["collection"] == room:
            cells.append(number("class", "quiz_draft", draft["title"], 1))
    return [*cells, *_learners(school, room, lessons, quizzes, flags)]


def _people(school: School, room: str) -> Iterator[PageCell]:
    coaches = {r["user"] for r in school.roles if r["collection"] == room and r["kind"] == "coach"}
    yield number("class", "learners", "", len(school.people(room)))
    yield number("class", "coaches", "", len(coaches))
    groups = school.below(room, "learnergroup")
    yield number("class", "groups", "", len(groups))
    for group in groups:
        yield number("class", "group_members", group, len(school.people(group)))


# ---- lessons -------------------------------------------------------------------------------------


def _lesson(school: School, lesson: Raw, flags: Sequence[Raw]) -> Iterator[PageCell]:
    own, recipients = lesson["id"], school.recipients(lesson["id"])
    yield number("class", "lesson_recipients", own, len(recipients))
    yield number("class", "lesson_visible", own, lesson["active"])
    by_user: dict[str, list[str]] = defaultdict(list)
    for resource in lesson["resources"]:
        node = school.nodes.get(resource["node"])
        states = {
            user: NOT_STARTED if node is None else resource_state(school, user, node, flags)
            for user in recipients
        }
        for user, state in states.items():
            by_user[user].append(state)
        key = f"{own}/{resource['node']}"
        done = sum(
            (school.summaries.get((user, resource["content"])) or {}).get("progress") == 1
            for user in recipients
        )
        yield number("class", "lessonreport_completed", key, done)
        if node is not None:
            yield from _resource(school, key, node, states)
            yield from _questions(school, own, node)
    totals = Counter({state: 0 for state in STATES})
    for user in recipients:
        state = lesson_state(by_user[user])
        totals[state] += 1
        yield word("class", "lesson_learner_status", f"{own}/{user}", state)
    for state, count in totals.items():
        yield number("class", f"lesson_{state}", own, count)
    yield number("class", "lessonreport_learners", own, len(recipients))


def _resource(school: School, key: str, node: Raw, states: dict[str, str]) -> Iterator[PageCell]:
    for state in STATES:
        count = sum(each == state for each in states.values())
        yield number("class", f"resource_{state}", key, count)
    spent = [
        school.summaries[user, node["content"]]["seconds"] or 0.0
        for user, state in states.items()
        if state != NOT_STARTED
    ]
    if not spent:
        yield word("class", "resource_avg_time", key, "")
        yield word("class", "resource_avg_time_text", key, "")
        return
    mean = sum(spent) / len(spent)
    yield number("class", "resource_avg_time", key, mean)
    yield word("class", "resource_avg_time_text", key, duration(mean))


def _questions(school: School, lesson: str, node: Raw) -> Iterator[PageCell]:
    """Give the answers to an exercise by question; of a practice quiz those of the latest tries."""
    if node["kind"] != "exercise":
        return
    users = school.recipients(lesson)
    tries = [each for each in school.tries.get(node["content"], ()) if each.user in users]
    name = "exercise_question"
    if node["modality"] == _QUIZ:
        name, latest = "practice_question", dict[str, Try]()
        for each in sorted(tries, key=lambda t: (t.row["end"], t.id)):
            if each.complete:
                latest[each.user] = each
        tries = list(latest.values())
    right, total = _by_item(tries)
    for item in sorted(total):
        key = f"{lesson}/{node['content']}/{item}"
        yield number("class", f"{name}_correct", key, right[item])
        count = len(tries) if node["modality"] == _QUIZ else total[item]
        yield number("class", f"{name}_total", key, count)


def _by_item(tries: Sequence[Try]) -> tuple[dict[str, float], dict[str, int]]:
    right: dict[str, float] = defaultdict(float)
    total: dict[str, int] = defaultdict(int)
    for each in tries:
        for item, points in each.answers:
            right[item] += points
            total[item] += 1
    return right, total


def _nodes(school: School, lessons: Sequence[Raw]) -> dict[str, Raw]:
    """Return content -> the node of it in the first of some lessons that has it."""
    nodes: dict[str, Raw] = {}
    for lesson in lessons:
        for resource in lesson["resources"]:
            if node := school.nodes.get(resource["node"]):
                nodes.setdefault(node["content"], node)
    return nodes


def _resources(
    school: School, room: str, lessons: Sequence[Raw], flags: Sequence[Raw]
) -> Iterator[PageCell]:
    """Give what each learner of a class did with each resource of its lessons."""
    for content, node in _nodes(school, lessons).items():
        for user in school.people(room):
            summary = school.summaries.get((user, content))
            if summary is None:
                continue
            key, tries = f"{content}/{user}", school.tries_of(user, content)
            state = resource_state(school, user, node, flags)
            yield word("class", "resource_learner_status", key, state)
            yield number("class", "resource_learner_time", key, summary["seconds"] or 0.0)
            yield number("class", "resource_learner_tries", key, len(tries))
            yield word("class", "resource_learner_last", key, written_at(summary["end"]))
            if node["modality"] == _QUIZ and (newest := newest_try(tries)):
                yield number("class", "practice_num_correct", key, newest.correct)
                yield number("class", "practice_num_answered", key, len(newest.answers))
                before = [each for each in tries if each.row["end"] < newest.row["end"]]
                previous = newest_try(before)
                points = previous.correct if previous else 0
                yield number("class", "practice_previous_num_correct", key, points)


# ---- quizzes -------------------------------------------------------------------------------------


def _quiz(school: School, room: str, quiz: Raw) -> Iterator[PageCell]:
    own, recipients = quiz["id"], school.recipients(quiz["id"])
    totals, scores = Counter({state: 0 for state in STATES}), []
    for user in recipients:
        newest = newest_try(school.tries_of(user, own))
        key = f"{own}/{user}"
        state = NOT_STARTED if newest is None else COMPLETED if newest.complete else STARTED
        totals[state] += 1
        yield word("class", "quiz_learner_status", key, state)
        if newest is None:
            continue
        score = newest.correct / quiz["count"] if newest.complete and quiz["count"] else None
        scores += [score] if score is not None else []
        shown = "" if score is None else whole_percent(score)
        yield PageCell("class", "quiz_learner_score", key, shown, score)
        yield word("class", "quiz_learner_last", key, written_at(_last_answer(newest)))
        if newest.answers:
            yield number("class", "quiz_learner_num_correct", key, newest.correct)
            yield number("class", "quiz_learner_num_answered", key, len(newest.answers))
        else:
            yield word("class", "quiz_learner_num_correct", key, "")
            yield word("class", "quiz_learner_num_answered", key, "")
    yield number("class", "quiz_recipients", own, len(recipients))
    for state, count in totals.items():
        yield number("class", f"quiz_{state}", own, count)
    mean = sum(scores) / len(scores) if scores else None
    shown = "" if mean is None else whole_percent(mean)
    yield PageCell("class", "quiz_avg_score", own, shown, mean)
    yield number("class", "quiz_active", own, quiz["active"])
    yield number("class", "quiz_ended", own, quiz["archive"])
    yield from _quiz_questions(school, room, quiz)


def _last_answer(newest: Try) -> str:
    return str(newest.row["last_answer"])


def _quiz_questions(school: School, room: str, quiz: Raw) -> Iterator[PageCell]:
    """Give the answers by question: right ones of everybody, out of the tries of members."""
    own = quiz["id"]
    tries = [t for t in school.tries.get(own, ()) if t.complete or not quiz["active"]]
    items = {item for each in tries for item, _points in each.answers}
    right, _ = _by_item([each for each in tries if not school.is_deleted(each.user)])
    total = sum(each.user in school.members.get(room, ()) for each in tries)
    difficult = 0
    for item in sorted(items):
        yield number("class", "question_correct", f"{own}/{item}", right[item])
        yield number("class", "question_total", f"{own}/{item}", total)
        if total and right[item] / total < _DIFFICULT:
            difficult += 1
            missed = f"{total - right[item]:g} of {total}"
            yield word("class", "difficult_question", f"{own}/{item}", missed)
    yield number("class", "difficult_questions", own, difficult)
    for group in school.below(room, "learnergroup"):
        inside = [each for each in tries if each.user in school.members.get(group, ())]
        right_there, _ = _by_item([t for t in inside if not school.is_deleted(t.user)])
        for item in sorted({item for each in inside for item, _points in each.answers}):
            key = f"{own}/{group}/{item}"
            yield number("class", "question_group_correct", key, right_there[item])
            yield number("class", "question_group_total", key, len(inside))


# ---- learners ------------------------------------------------------------------------------------


def _learners(
    school: School,
    room: str,
    lessons: Sequence[Raw],
    quizzes: Sequence[Raw],
    flags: Sequence[Raw],
) -> Iterator[PageCell]:
    nodes = _nodes(school, lessons)
    for user in school.people(room):
        scores, stamps = [], []
        for quiz in quizzes:
            newest = newest_try(school.tries_of(user, quiz["id"]))
            if newest is None:
                continue
            stamps.append(_last_answer(newest))
            if newest.complete and quiz["count"]:
                scores.append(newest.correct / quiz["count"])
        done = viewed = 0
        for content, node in nodes.items():
            state = resource_state(school, user, node, flags)
            if node["kind"] == "exercise":
                done += state == COMPLETED
            else:
                viewed += state != NOT_STARTED
            if (user, content) in school.summaries:
                stamps.append(school.summaries[user, content]["end"])
        mean = sum(scores) / len(scores) if scores else None
        shown = "" if mean is None else whole_percent(mean)
        yield PageCell("class", "learner_avg_score", user, shown, mean)
        yield number("class", "learner_exercises_completed", user, done)
        yield number("class", "learner_resources_viewed", user, viewed)
        yield word("class", "learner_last_activity", user, written_at(max(stamps, default="")))
