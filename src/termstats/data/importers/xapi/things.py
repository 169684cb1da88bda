"""What a statement is about: activities, the course and the part of it that they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi import verbs

_COURSE_KEY = re.compile(r"(?:course|ccx)-v1:[^/?#\s@]+?(?=\+type@|[/?#\s]|$)")
_BLOCK_KEY = re.compile(r"block-v1:[^/?#\s]+")
_COURSE_OF_BLOCK = re.compile(r"block-v1:(?!course-v1:|ccx-v1:)([^+/]+\+[^+/]+\+[^+/@]+)")
_LENGTH = "https://w3id.org/xapi/video/extensions/length"
_DROPPED = frozenset(("Agent", "Group", "SubStatement", "StatementRef"))
_MOST_PATTERNS = 20


class Thing(NamedTuple):
    """An activity as a statement names it."""

    key: str
    """The IRI; of Open edX the key in it."""
    name: str = ""
    kind: str = "other"
    """One of the kinds of `verbs`."""
    type: str = ""
    """The last part of the IRI of its type."""
    interaction: str = ""
    """Type of a question."""
    correct: str = ""
    """The right answers to a question."""
    length: float | None = None
    """Of a video, seconds."""


def thing_of(value: Any, language: str, context: dict[str, Any] | None = None) -> Thing | None:
    """Return an object of a statement; None: it is no activity, or has no id."""
    if not isinstance(value, dict) or value.get("objectType") in _DROPPED:
        return None
    own = cells.text(value.get("id")).strip()
    if not own:
        return None
    definition = value.get("definition")
    if not isinstance(definition, dict):
        definition = {}
    object_type = cells.text(definition.get("type"))
    kind = verbs.kind_of(object_type, own)
    key = course_key(own) or own if kind == verbs.COURSE else block_key(own) or own
    patterns = definition.get("correctResponsesPattern")
    return Thing(
        key,
        chosen(definition.get("name"), language),
        kind,
        verbs.word_of(object_type) if object_type else "",
        cells.text(definition.get("interactionType")),
        _answers(patterns) if isinstance(patterns, list) else "",
        _length(context, key),
    )


def _length(context: dict[str, Any] | None, key: str) -> float | None:
    extensions = context.get("extensions") if context else None
    seconds = cells.number(extensions.get(_LENGTH)) if isinstance(extensions, dict) else None
    # Aspects keeps whole seconds of the videos of Open edX.
    return seconds and (float(int(seconds)) if key.startswith("block-v1:") else seconds)


def _answers(patterns: list[Any]) -> str:
    listed = [cells.text(each).replace("[,]", "; ") for each in patterns[:_MOST_PATTERNS]]
    return " or ".join(listed)


@lru_cache(maxsize=16_384)
def course_key(text: str) -> str:
    """Return the key of an Open edX course that an id holds; nothing where it holds none."""
    match = _COURSE_KEY.search(text)
    return match[0] if match else ""


@lru_cache(maxsize=16_384)
def block_key(text: str) -> str:
    """Return the key of an Open edX block that an id holds; nothing where it holds none."""
    match = _BLOCK_KEY.search(text)
    return match[0] if match else ""


def help_of(text: str) -> str | None:
    """Return what was asked for, by the id of a block of Open edX: hint, answer; None: nothing."""
    block = block_key(text)
    return text.partition(block)[2].strip("/").partition("/")[0] or None if block else None


def course_of(
    thing: Thing | None, parents: Sequence[Thing], context: dict[str, Any], language: str
) -> tuple[Thing | None, bool]:
    """Return (the course of a statement or None, whether only an id tells of it)."""
    if thing is not None and thing.kind == verbs.COURSE:
        return thing, False
    for each in parents:
        if each.kind == verbs.COURSE:
            return each, False
    for each in activities(context, "grouping", language):
        if each.kind == verbs.COURSE:
            return each, False
    if thing is None:
        return None, False
    key = course_key(thing.key)
    if not key and (match := _COURSE_OF_BLOCK.search(thing.key)):
        key = f"course-v1:{match[1]}"
    return (Thing(key, kind=verbs.COURSE), True) if key else (None, False)


def holder_of(thing: Thing | None, parents: Sequence[Thing]) -> Thing | None:
    """Return what holds an activity: the quiz of a question, else the first that is no course."""
    if thing is None or thing.kind == verbs.COURSE:
        return None
    others = [each for each in parents if each.kind != verbs.COURSE and each.key != thing.key]
    quizzes = [each for each in others if each.kind == verbs.QUIZ]
    return next(iter(quizzes or others), None)


def activities(context: dict[str, Any], name: str, language: str) -> list[Thing]:
    """Return the activities of a context, which old producers give as one object."""
    around = context.get("contextActivities")
    found = around.get(name) if isinstance(around, dict) else None
    listed = [found] if isinstance(found, dict) else found
    if not isinstance(listed, list):
        return []
    return [thing for each in listed if (thing := thing_of(each, language)) is not None]


def chosen(value: Any, language: str) -> str:
    """Return the words of a language map: in `language`, else in English, else the first."""
    if isinstance(value, str):
        return cells.text(value)
    if not isinstance(value, dict) or not value:
        return ""
    for wanted in (language.lower(), language.lower().partition("-")[0], "en"):
        for tag, words in value.items():
            if tag.lower() == wanted or tag.lower().startswith(f"{wanted}-"):
                return cells.text(words)
    return cells.text(next(iter(value.values())))
