"""Singular and plural: `1 learner`, `2 learners`, `1 person`. The only place that knows how."""

from __future__ import annotations

import re

_IRREGULAR = {"person": "people", "quiz": "quizzes", "series": "series", "status": "statuses"}
_REGULAR = {plural: noun for noun, plural in _IRREGULAR.items()}
_VERBS = {"are": "is", "were": "was", "have": "has"}
_NO_PLURAL = re.compile(r"(?:ss|[aiou]s|always|does)$")
"""How a word ends that is no plural, though it ends with s."""
_ONE_OF_MANY = re.compile(r"(?<![\d.,])1 ([a-z]{3,})(?: (are|were|have))?\b")


def plural(noun: str) -> str:
    """Return the plural of an English noun in lower case."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def counted(number: int, noun: str) -> str:
    """Return a number of things: `1 row`, `1,200 rows`; `noun` is the singular."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def singular(words: str) -> str:
    """Return a phrase with `1 trainings were` put right as `1 training was`."""
    return _ONE_OF_MANY.sub(_one, words)


def _one(found: re.Match[str]) -> str:
    word, verb = found[1], found[2]
    noun = noun_of(word)
    if verb is None or noun == word:
        return f"1 {noun}" + (f" {verb}" if verb else "")
    return f"1 {noun} {_VERBS[verb]}"


def noun_of(word: str) -> str:
    """Return the singular of a plural; any other word as it is."""
    if word in _REGULAR:
        return _REGULAR[word]
    if not word.endswith("s") or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
