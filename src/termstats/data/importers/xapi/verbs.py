"""What the verbs of xAPI mean, and what the types of activities are."""

from __future__ import annotations

import re
from functools import lru_cache

VOID = "void"
ENROL, UNENROL = "enrol", "unenrol"
START, VIEW, INTERACT, SUBMIT, GRADE = "start", "view", "interact", "submit", "grade"
PROGRESS, COMPLETE, AWARD, REVOKE = "progress", "complete", "award", "revoke"
PASS, FAIL, SATISFIED, SESSION = "pass", "fail", "satisfied", "session"
SOCIAL, DOWNLOAD, OTHER = "social", "download", "other"
ENDS = frozenset((PASS, FAIL, GRADE, COMPLETE, SATISFIED, SUBMIT))
"""What may end an attempt and give it a score."""
BY_OTHERS = frozenset((ENROL, UNENROL, GRADE, AWARD, REVOKE))
"""What the platform or its staff do: it makes nobody active on that day."""

_ADL = "http://adlnet.gov/expapi/verbs/"
_TC = "http://id.tincanapi.com/verb/"
_VIDEO = "https://w3id.org/xapi/video/verbs/"
_ACROSSX = "https://w3id.org/xapi/acrossx/verbs/"
_TLA = "https://w3id.org/xapi/tla/verbs/"
_LMS = "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/"
_OPEN_EDX = "https://w3id.org/xapi/openedx/verb/"
_CMI5 = "https://w3id.org/xapi/adl/verbs/"
_STREAMS = "http://activitystrea.ms/schema/1.0/"
_DOD = "https://w3id.org/xapi/dod-isd/verbs/"
_WORDS = {
    ENROL: ((_LMS, "enrolled"), (_ADL, "registered")),
    UNENROL: ((_TC, "unregistered"),),
    START: ((_ADL, "launched initialized attempted"), (_STREAMS, "start")),
    VIEW: (
        (_TC, "viewed"),
        (_ADL, "experienced attended"),
        (_DOD, "navigated"),
        (_VIDEO, "played"),
    ),
    INTERACT: ((_ADL, "interacted asked"), (_VIDEO, "paused seeked")),
    SUBMIT: ((_ADL, "answered"), (_ACROSSX, "evaluated"), (_STREAMS, "submit")),
    GRADE: ((_TLA, "scored"), (_DOD, "assessed"), (_TC, "earned")),
    PROGRESS: ((_ADL, "progressed"),),
    COMPLETE: ((_ADL, "completed"),),
    AWARD: ((_TLA, "achieved"),),
    REVOKE: ((_LMS, "uncompleted"), (_TLA, "forfeited")),
    PASS: ((_ADL, "passed"),),
    FAIL: ((_ADL, "failed"),),
    SATISFIED: ((_CMI5, "satisfied waived"),),
    SOCIAL: (
        *((_ACROSSX, "posted edited reported"), (_OPEN_EDX, "voted unreported")),
        *((_ADL, "commented"), (_TC, "replied"), (_STREAMS, "send")),
        (_LMS, "subscribed unsubscribed"),
    ),
    DOWNLOAD: ((_TC, "downloaded"),),
    SESSION: ((_LMS, "login logout"), (_ADL, "terminated"), (_TLA, "suspended resumed")),
    VOID: ((_ADL, "voided"),),
}
_MEANING = {
    prefix + word: meaning
    for meaning, listed in _WORDS.items()
    for prefix, words in listed
    for word in words.split()
}
EVALUATED, ANSWERED = f"{_ACROSSX}evaluated", f"{_ADL}answered"
ATTEMPTED, EARNED, ASKED = f"{_ADL}attempted", f"{_TC}earned", f"{_ADL}asked"
_LOGINS = (f"{_LMS}login", f"{_LMS}logout")
_COURSE_ONLY = (ENROL, UNENROL)

COURSE, QUIZ, QUESTION, SECTION = "course", "quiz", "question", "section"
PAGE, MEDIA, RESOURCE, FORUM, REWARD = "page", "media", "resource", "forum", "reward"
_KINDS = {
    QUIZ: "assessment quiz test exam performance simulation assignment",
    QUESTION: "cmi.interaction question interaction",
    SECTION: "module section chapter unit topic block subsection",
    PAGE: "lesson page webpage slide",
    MEDIA: "video audio media film",
    RESOURCE: "file link resource document book article image attachment",
    REWARD: "certificate badge",
    FORUM: "forum discussion thread comment message forum-topic post",
}
_KIND_OF_WORD = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_BLOCKS = {
    **{"chapter": SECTION, "sequential": "subsection", "vertical": PAGE, "video": MEDIA},
    **{"problem": QUESTION, "course": COURSE},
}
"""Type of a block of Open edX -> what it is; all others are resources."""
_BLOCK_TYPE = re.compile(r"type@([\w-]+)\+block@")
SECTIONS = (SECTION, "subsection")
_LONGEST_WORD = 60


@lru_cache(maxsize=4_096)
def meaning_of(verb: str) -> str:
    """Return what the IRI of a verb means, as one of the words above."""
    if verb.startswith("http://activitystrea.ms/") and not verb.startswith(_STREAMS):
        verb = _STREAMS + verb.removeprefix("http://activitystrea.ms/")
    return _MEANING.get(verb, OTHER)


@lru_cache(maxsize=4_096)
def word_of(iri: str) -> str:
    """Return the last part of an IRI, which people read: `played`."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1][:_LONGEST_WORD] or iri[:_LONGEST_WORD]


def event_of(verb: str, *, is_course: bool) -> str:
    """Return what a verb means of its object: only a course is enrolled in."""
    meaning = meaning_of(verb)
    return OTHER if meaning in _COURSE_ONLY and not is_course else meaning


@lru_cache(maxsize=65_536)
def kind_of(object_type: str, object_id: str) -> str:
    """Return what an activity is by its type, or by its id in Open edX; else `other`."""
    if is_course_type(object_type):
        return COURSE
    block = _BLOCK_TYPE.search(object_id)
    if block:
        return _BLOCKS.get(block[1], RESOURCE)
    return _KIND_OF_WORD.get(word_of(object_type).lower(), "other")


def is_course_type(object_type: str) -> bool:
    """Return whether a type of activity is that of a course."""
    return object_type.endswith(("/activities/course", "/cmi5/activitytype/course"))


def store_kind(verb: str, meaning: str, kind: str) -> str:
    """Return the kind of a learner's event in the store: one of `schema.KINDS`."""
    if meaning in (DOWNLOAD, SOCIAL):
        return "download" if meaning == DOWNLOAD else "forum"
    if verb in _LOGINS:
        return "login"
    if meaning in BY_OTHERS or kind == COURSE:
        return "other"
    if kind in (QUIZ, QUESTION):
        return "quiz"
    if kind in SECTIONS or word_of(verb) == "navigated":
        return "page"
    return kind if kind in (PAGE, MEDIA, RESOURCE, FORUM) else "other"
