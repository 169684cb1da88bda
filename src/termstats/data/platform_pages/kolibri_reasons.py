"""Why Kolibri's number differs from ours: which of its faults is at work, in plain words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.kolibri_school import Raw, School

LIBRARY, FORMER, POPULATION, DELETED, ENDED, REOPENED = 1, 2, 3, 4, 5, 6
AGAIN, OVER, FLAG, DEVICES, CLOCK, ROLES = 7, 8, 9, 10, 11, 12
VISITORS, MIDNIGHT, CRASH, EMPTY, LOST, WHOLE = 13, 14, 15, 16, 17, 18
WORDS: Mapping[int, str] = {
    LIBRARY: "work outside lessons and quizzes never reaches a page of a class; here every visit "
    "counts, in its channel",
    FORMER: "who left the class is on none of its pages, though their tries are kept; here they "
    "are listed as former members",
    POPULATION: "Kolibri adds up the right answers of everybody who tried, but the tries of "
    "members only; here both are of the learners it is for",
    DELETED: "deleted learners stay in Kolibri's number of tries; here they do not count",
    ENDED: "ending the quiz made open tries complete, though they were never submitted",
    REOPENED: "the quiz was ended and opened again: tries that this made complete stay so, and "
    "their learners may not go on",
    AGAIN: "trying again sets Kolibri's progress back, so that what was completed is so no more; "
    "here completed once is completed",
    OVER: "Kolibri wants a progress of exactly 1; here more than 1 is complete too",
    FLAG: "Kolibri's flags of who needs help are those of one device, written in lessons and "
    "courses only; here they are worked out from all answers",
    DEVICES: "of two devices Kolibri keeps the time of one, and visits of many hours count in "
    "full; here it is the sum of all visits up to 8 hours",
    CLOCK: "a clock was impossible (before 2000 or in the future); here such times are left out",
    ROLES: "Kolibri repeats a row for every role of its person; here once",
    VISITORS: "Kolibri calls visitors learners without a name; here they are nobody in particular",
    MIDNIGHT: "Kolibri takes the midnight after the last day too, and summaries by when a content "
    "was first opened; here whole days, by visit",
    CRASH: "without dates the command ends in an error, and its number of lines is of all "
    "facilities and dates",
    EMPTY: "Kolibri finds no activity in an empty submission; here it is dated by its end",
    LOST: "the lesson names a resource that the device does not have, so that Kolibri can never "
    "complete it; here the resources it has count",
    WHOLE: "Kolibri cuts each partly right answer to whole points; here they count in full",
}
"""Fault (numbers of the platform document) -> what it does, and what termstats does instead."""
_NEAR = 0.05
"""Seconds by which sums of rounded times may differ."""
LEARNERS = "Kolibri counts staff and administrators too; here learners"
NO_NUMBER = "termstats has no number of the same meaning"
RULES = "Kolibri adds up what it stores; here visits and results of learners who count"
NO_FLAGS = (
    "the second file of the device, notifications.sqlite3, is not in this import: nobody is shown "
    "as needing help; here it is worked out from all answers"
)


@dataclass(frozen=True)
class Causes:
    """The faults that are at work, by what they touch."""

    of_work: Mapping[tuple[str, str], frozenset[int]]
    """(person, content) -> faults."""
    of_training: Mapping[str, frozenset[int]]
    """Lesson or quiz -> faults."""
    has_flags: bool

    def of(self, people: Iterable[str], contents: Collection[str]) -> frozenset[int]:
        """Return the faults at work for some people at some contents."""
        return frozenset().union(
            *(self.of_work.get((user, each), frozenset()) for user in people for each in contents)
        )


def reason_of(school: School, causes: Causes, cell: PageCell) -> str:
    """Return why a number differs; the general rule where no fault is found."""
    faults = faults_of(school, causes, cell)
    words = [WORDS[fault] for fault in sorted(faults)]
    if FLAG in faults and not causes.has_flags:
        words[sorted(faults).index(FLAG)] = NO_FLAGS
    if words:
        return "; ".join(words)
    if cell.page == "facility" or cell.figure.startswith("users_rows"):
        return LEARNERS
    return RULES


def faults_of(school: School, causes: Causes, cell: PageCell) -> frozenset[int]:
    """Return the faults that touch a number."""
    first, _, rest = cell.key.partition("/")
    if cell.page == "export":
        return _of_export(cell)
    if cell.figure == "try_correct":
        return frozenset((WHOLE,))
    if cell.figure.startswith(("question", "difficult")):
        return frozenset(
            causes.of_training.get(first, frozenset()) & {POPULATION, DELETED, ENDED}
        ) or frozenset((POPULATION,))
    if cell.figure.startswith("quiz"):
        of_quiz = causes.of_training.get(first, frozenset()) - {POPULATION}
        return of_quiz | causes.of([rest] if rest else (), [first])
    lessons = {lesson["id"]: lesson for lesson in school.lessons}
    if first in lessons:
        return _of_lesson(school, causes, lessons[first], cell)
    if rest:
        return causes.of([rest], [first])
    if cell.figure.startswith("learner_"):
        contents = {content for user, content in causes.of_work if user == first}
        return causes.of([first], contents)
    return frozenset()


def _of_lesson(school: School, causes: Causes, lesson: Raw, cell: PageCell) -> frozenset[int]:
    own, _, rest = cell.key.partition("/")
    contents = [each["content"] for each in lesson["resources"]]
    by_node = {each["node"]: each["content"] for each in lesson["resources"]}
    if rest in by_node:
        return causes.of(school.recipients(own), [by_node[rest]])
    people = [rest] if rest in school.users else school.recipients(own)
    if rest and rest not in school.users:
        contents = [rest.partition("/")[0]]
    return causes.of(people, contents) | causes.of_training.get(own, frozenset())


def _of_export(cell: PageCell) -> frozenset[int]:
    if cell.figure.startswith("users") or cell.figure == "user_classes":
        return frozenset()
    faults = {MIDNIGHT, ROLES}
    if cell.figure.startswith("summary_time"):
        faults.add(DEVICES)
    if cell.key.endswith("/Learner"):
        faults |= {VISITORS}
    return frozenset(faults)


def causes_of(school: School, ours: School) -> Causes:
    """Return the faults at work: where what Kolibri goes by and what termstats goes by differ."""
    work: dict[tuple[str, str], set[int]] = defaultdict(set)
    flagged = {(f["user"], f["node"]) for f in school.flags if f["event"] == "HelpNeeded"}
    needing = {(f["user"], f["node"]) for f in ours.flags}
    for user, node in flagged ^ needing:
        if node in school.nodes:
            work[user, school.nodes[node]["content"]].add(FLAG)
    for pair, summary in school.summaries.items():
        work[pair] |= _of_sum(summary, ours.summaries[pair])
    for content, tries in school.tries.items():
        for each in tries:
            if each.complete and not each.answers:
                work[each.user, content].add(EMPTY)
    trainings = {row["id"]: _of_quiz(school, row) for row in school.quizzes}
    for lesson in school.lessons:
        is_lost = any(each["node"] not in school.nodes for each in lesson["resources"])
        trainings[lesson["id"]] = frozenset((LOST,)) if is_lost else frozenset()
    return Causes(
        {pair: frozenset(found) for pair, found in work.items() if found},
        trainings,
        school.has_flags,
    )


def _of_sum(summary: Raw, ours: Raw) -> set[int]:
    """Return the faults of what Kolibri sums up of a person and a content."""
    found, progress = set(), summary["progress"] or 0
    if summary["completion"] and progress < 1:
        found.add(AGAIN)
    if progress > 1:
        found.add(OVER)
    if summary["end"] != ours["end"]:
        found.add(CLOCK)
    elif abs((summary["seconds"] or 0) - ours["seconds"]) > _NEAR:
        found.add(DEVICES)
    return found


def _of_quiz(school: School, quiz: Raw) -> frozenset[int]:
    tries = school.tries.get(quiz["id"], [])
    recipients = set(school.recipients(quiz["id"]))
    found = set()
    if any(each.user not in recipients for each in tries):
        found |= {FORMER, POPULATION}
    if any(school.is_deleted(each.user) for each in tries):
        found.add(DELETED)
    if any(each.complete and not each.row["completion"] for each in tries):
        found.add(ENDED if quiz["archive"] else REOPENED)
    return frozenset(found)
