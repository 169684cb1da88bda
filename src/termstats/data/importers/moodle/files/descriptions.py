"""What the description of a row of a log says: the only place with ids, English everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from termstats.data.importers.moodle.files import words
from termstats.data.importers.sources import cells
from termstats.data.store import schema

_USERS = re.compile(r"\buser (?:with (?:the )?id )?'?(-?\d+)\b", re.I)
_BEGINS = re.compile(r"(?:the )?user (?:with (?:the )?id )?'?-?\d", re.I)
_COURSE = re.compile(r"\bcourse (?:with (?:the )?id )?'?(\d+)\b", re.I)
_MODULE = re.compile(r"\bcourse module (?:with )?(?:the )?(?:id )?'?(\d+)\b", re.I)
_KIND = re.compile(r"'([a-z][a-z0-9_]*)' activity")
_KIND_IN_WORDS = re.compile(r"\bthe ([a-z]+) (?:activity )?with (?:the )?course module id")
_ACTIONS = {
    r"updated the completion state": "course_module_completion_updated",
    r"completed the course": "course_completed",
    r"updated the grade": "user_graded",
    r"viewed the '\w+' activity": "course_module_viewed",
    r"viewed the course\b": "course_viewed",
    r"has logged in": "user_loggedin",
    r"has logged out": "user_loggedout",
    r"\bunenrolled the user": "user_enrolment_deleted",
    r"\benrolled the user": "user_enrolment_created",
    r"has started the attempt": "attempt_started",
    r"has submitted the attempt": "attempt_submitted",
    r"has submitted the submission": "assessable_submitted",
    r"has created the discussion": "discussion_created",
    r"has created the post": "post_created",
}
"""Words -> what Moodle's database calls the event; others keep the name that the file has."""
_TEACHING = re.compile(
    r"\b(?:created|updated|deleted|duplicated|restored|moved) (?:the |a |section number )?"
    r"(?:'\w+' activity|course module\b(?! completion)|section|course with id|backup|grade item|"
    r"question|group(?:ing)? with|override)|"
    r"\b(?:(?:has|manually) graded|(?:un)?assigned the role|viewed the (?:grader|grading|log|"
    r"participation|activity completion|progress) (?:report|table)|added an override)\b",
    re.I,
)
_WHOSE = ("user_graded", "user_enrolment_created", "user_enrolment_deleted")
"""Events that others cause: where they do, they teach."""
_LOGIN, _COMPLETION = ("user_loggedin", "user_loggedout"), "course_module_completion_updated"


@dataclass(frozen=True)
class Description:
    """A description, taken apart."""

    user: int | None = None
    """Who acted; None: it does not say."""
    related: int | None = None
    """To whom it was done, where it was somebody else."""
    course: int | None = None
    module: int | None = None
    """The course module."""
    module_kind: str = ""
    action: str = ""
    """As the database calls it; empty: the name in the file is all there is."""

    @property
    def is_teaching(self) -> bool:
        """Return whether it is what only teachers do."""
        return self._teaches or (self.action in _WHOSE and self.related is not None)

    _teaches: bool = False


@lru_cache(maxsize=65_536)
def described(text: str) -> Description:
    """Return what a description says."""
    users = [number for match in _USERS.findall(text) if (number := cells.whole(match)) is not None]
    acts = bool(_BEGINS.match(text))
    user = users[0] if acts and users else None
    others = [each for each in (users[1:] if acts else users) if each != user]
    course, module = _COURSE.search(text), _MODULE.search(text)
    action = next((name for said, name in _ACTIONS.items() if re.search(said, text, re.I)), "")
    return Description(
        user,
        others[0] if others else None,
        cells.whole(course[1]) if course else None,
        cells.whole(module[1]) if module else None,
        _kind(text),
        action,
        bool(_TEACHING.search(text)),
    )


def _kind(text: str) -> str:
    """Return Moodle's name of the kind of activity that a description names."""
    if match := _KIND.search(text):
        return match[1]
    match = _KIND_IN_WORDS.search(text)
    return words.KIND_LABELS.get(match[1], "") if match else ""


def kind_of_event(said: Description, module_kind: str) -> str:
    """Return the kind of an event; `module_kind`: Moodle's name of that of its activity."""
    if said.action in _LOGIN:
        return "login" if said.action == _LOGIN[0] else schema.OTHER_KIND
    if said.action == "course_viewed":
        return "page"
    if said.action == _COMPLETION:
        return schema.OTHER_KIND
    if said.action in ("discussion_created", "post_created"):
        return schema.SOCIAL_KIND
    kind = words.KINDS.get(module_kind)
    return kind or ("page" if said.action == "course_module_viewed" else schema.OTHER_KIND)
