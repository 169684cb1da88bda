"""What learners of Opigno answered and what would have been right, in words, per activity type."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from termstats.data.importers.opigno.base import OpignoRun, number_of
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.markup import plain_text

_ITEMS, _PAIRS = "[,]", "[.]"
_OPTIONS = ("choices", "source", "target", "scale", "steps")
_RULES = re.compile(r"^(?:\{[a-z_]+=(?:true|false|[a-zA-Z-]+)\})+")
_TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}


async def read_answers(run: OpignoRun) -> dict[int, str]:
    """Return answer -> what was answered; fills `run.asked` from the questions found on the way."""
    answers: dict[int, str] = {}
    for table in ("opigno_answer__opigno_body", "opigno_answer__field_true_false"):
        for answer, value in (await run.field(table)).items():
            text = cells.text(value)
            answers[answer] = _truth(text) if table.endswith("true_false") else plain_text(text)
    await _files(run, answers)
    await _asked_texts(run)
    h5p = await _h5p(run)
    answers.update(h5p)
    answers.update(await _scorm(run))
    return answers


async def _files(run: OpignoRun, answers: dict[int, str]) -> None:
    files: dict[int, list[int]] = defaultdict(list)
    async for row in run.rows("opigno_answer__opigno_file"):
        files[row.entity_id].append(row.opigno_file_target_id)
    if not files:
        return
    wanted = {fid for fids in files.values() for fid in fids}
    names: dict[int, str] = {}
    async for row in run.rows("file_managed"):
        if row.fid in wanted:
            names[row.fid] = cells.text(row.filename)
    for answer, fids in files.items():
        answers[answer] = "; ".join(names.get(fid, f"file {fid}") for fid in fids)


async def _asked_texts(run: OpignoRun) -> None:
    for activity, value in (await run.field("opigno_activity__opigno_body")).items():
        run.asked[activity] = (plain_text(cells.text(value)) or None, None)
    for activity, value in (await run.field("opigno_activity__field_true_false")).items():
        title = run.asked.get(activity, (None, None))[0]
        run.asked[activity] = (title, _truth(cells.text(value)))


async def _h5p(run: OpignoRun) -> dict[int, str]:
    """Return answer -> its text from H5P's result trees, the leaves in their order."""
    table = "opigno_h5p_user_answer_results"
    rows: dict[int, list[Any]] = defaultdict(list)
    async for row in run.rows(table):
        rows[row.answer_id].append(row)
    answers: dict[int, str] = {}
    for answer, results in rows.items():
        parents = {row.parent_id for row in results}
        leaves = [row for row in results if row.id not in parents]
        read = [_leaf(row) for row in leaves]
        answers[answer] = "; ".join(text for text, _ in read if text)
        root = next((row for row in results if not row.parent_id), results[0])
        titles = [plain_text(cells.text(row.description)) for row in (root, *leaves)]
        title = titles[0] or "; ".join(filter(None, titles[1:]))
        correct = "; ".join(text for _, text in read if text)
        _ask(run, root.question_id, title, correct)
    return answers


def _ask(run: OpignoRun, activity: int, title: str, correct: str) -> None:
    """Keep what the results of an activity tell of its question."""
    told = run.asked.get(activity, (None, None))
    run.asked[activity] = (title or told[0], correct or told[1])


def _leaf(row: Any) -> tuple[str, str]:
    """Return (answered, correct) of one interaction."""
    kind = cells.text(row.interaction_type)
    options = _options(cells.text(row.additionals))
    answered = with_option_texts(cells.text(row.response), kind, options)
    alternatives = _alternatives(cells.text(row.correct_responses_pattern))
    correct = [with_option_texts(pattern, kind, options) for pattern in alternatives]
    return answered, " or ".join(text for text in correct if text)


def with_option_texts(pattern: str, kind: str, options: Mapping[str, Mapping[str, str]]) -> str:
    """Return a response or a correct pattern of H5P with the texts of its options.

    Items are joined by ", ", pairs by " - ". A fill-in pattern may begin with rules of comparison.
    """
    text = _RULES.sub("", pattern).strip()
    if not text:
        return ""
    if kind == "true-false":
        return _truth(text)
    if kind == "matching":
        sides = (options.get("source", {}), options.get("target", {}))
        pairs = (item.split(_PAIRS, 1) for item in text.split(_ITEMS))
        return ", ".join(
            " - ".join(side.get(part, part) for side, part in zip(sides, pair, strict=False))
            for pair in pairs
        )
    texts_by_option = next((options[name] for name in _OPTIONS if options.get(name)), {})
    return cells.text(", ".join(texts_by_option.get(item, item) for item in text.split(_ITEMS)))


def _alternatives(pattern: str) -> list[str]:
    try:
        patterns = json.loads(pattern) if pattern else []
    except (ValueError, RecursionError):
        return [pattern]
    return (
        [cells.text(item) for item in patterns]
        if isinstance(patterns, list)
        else [cells.text(patterns)]
    )


def _options(additionals: str) -> dict[str, dict[str, str]]:
    """Return option list -> id -> text, from the JSON that H5P stores beside an interaction."""
    try:
        lists = json.loads(additionals) if additionals else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(lists, dict):
        return {}
    options: dict[str, dict[str, str]] = {}
    for name in _OPTIONS:
        listed = lists.get(name)
        if isinstance(listed, list):
            options[name] = {
                cells.text(o.get("id")): _option_text(o) for o in listed if isinstance(o, dict)
            }
    return options


def _option_text(option: Mapping[str, Any]) -> str:
    described = option.get("description")
    if isinstance(described, dict):
        described = next(iter(described.values()), "")
    return plain_text(cells.text(described)) or cells.text(option.get("id"))


async def _scorm(run: OpignoRun) -> dict[int, str]:
    """Return answer -> the interactions of a SCORM package, in their order."""
    answers: dict[int, list[str]] = defaultdict(list)
    asked: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    async for row in run.rows("opigno_scorm_user_answer_results"):
        response = with_option_texts(cells.text(row.response), "", {})
        answers[row.answer_id].append(response or cells.text(row.result))
        alternatives = _alternatives(cells.text(row.correct_responses_pattern))
        correct = " or ".join(
            filter(None, (with_option_texts(item, "", {}) for item in alternatives))
        )
        title = plain_text(cells.text(row.description))
        asked[row.question_id, row.answer_id].append((title, correct))
    for (activity, _), parts in asked.items():
        title = "; ".join(filter(None, (title for title, _ in parts)))
        correct = "; ".join(filter(None, (correct for _, correct in parts)))
        _ask(run, activity, title, correct)
    return {answer: "; ".join(filter(None, parts)) for answer, parts in answers.items()}


def _truth(text: str) -> str:
    return _TRUTH.get(text.strip().lower(), text.strip())


def state_of(points: float, maximum: float | None, *, waits: bool) -> str | None:
    """Return the state of an answer; None where there is nothing to be right about."""
    if waits:
        return "pending"
    if not maximum:
        return None
    if points <= 0:
        return "wrong"
    return "correct" if points >= maximum else "partly"


def points_of(value: object, maximum: float | None) -> float:
    """Return points within 0 and the maximum."""
    points = float(number_of(value))
    return max(0.0, points if maximum is None else min(points, maximum))
