"""Answers in words: signs beside words, points, the line about an attempt, a ticket's summary."""

from __future__ import annotations

from rich.text import Text

from termstats.data.model.table import Cell, Kind, Row, Table, show
from termstats.data.model.text import NO_VALUE
from termstats.widgets.text import fit

COLUMNS = ("#", "Question", "Answer", "", "Correct", "Points")
STATES = {
    "correct": ("✓", "+", "right"),
    "wrong": ("✗", "x", "wrong"),
    "partly": ("~", "~", "partly"),
    "pending": ("…", ".", "waiting"),
    "unanswered": ("-", "-", "none"),
}
"""State -> sign, sign in ASCII, word."""
NOT_KEPT = "the platform kept the points, not what was answered"
LOOKS = {"correct": "better", "wrong": "worse", "partly": "alert"}
NUMBER, STATE, POINTS = 3, 9, 9
"""Cells of the columns that do not give way."""


def widths(width: int) -> tuple[int, ...]:
    """Return the cells of each column on a screen of `width` cells."""
    room = max(24, width - NUMBER - STATE - POINTS - 2 * len(COLUMNS) - 2)
    answer = room * 3 // 10
    return (NUMBER, room - 2 * answer, answer, STATE, answer, POINTS)


def value(table: Table, row: Row, name: str) -> Cell:
    """Return one cell by the name of its column."""
    return row[table.position(name)]


def is_wrong(table: Table, row: Row) -> bool:
    """Return whether the answer cost points."""
    return value(table, row, "state") in ("wrong", "partly")


def is_not_kept(table: Table, row: Row) -> bool:
    """Return whether the answer was marked but its words are not in the source."""
    marked = value(table, row, "state") in ("correct", "wrong", "partly")
    return marked and value(table, row, "answer") is None


def state_words(state: Cell, plain: bool) -> str:
    """Return the sign and the word of a state."""
    sign, ascii_sign, word = STATES.get(str(state), ("?", "?", str(state)))
    return f"{ascii_sign if plain else sign} {word}"


def points_words(table: Table, row: Row) -> str:
    """Return `2 / 5`; `-` where a teacher has not marked yet."""
    points = show(value(table, row, "points"), Kind.NUMBER)
    most = show(value(table, row, "max"), Kind.NUMBER)
    return f"{points} / {most}"


def cells_of(table: Table, row: Row, room: tuple[int, ...], plain: bool) -> list[Text]:
    """Return the cells of one answer, fitted to their columns."""
    state = value(table, row, "state")
    correct = value(table, row, "correct_answer")
    if correct is None and state == "pending":
        correct = "marked by a teacher"
    texts = (
        show(value(table, row, "position"), Kind.COUNT),
        _text(value(table, row, "question")),
        _text(value(table, row, "answer")),
        state_words(state, plain),
        _text(correct),
        points_words(table, row),
    )
    cells = [Text(fit(text, width), no_wrap=True) for text, width in zip(texts, room, strict=True)]
    cells[3].stylize(LOOKS.get(str(state), ""))
    cells[5].justify = "right"
    return cells


def _text(cell: Cell) -> str:
    return NO_VALUE if cell is None else str(cell)


def attempt_numbers(attempts: Table | None) -> list[str]:
    """Return the ids of the attempts, first to last."""
    if attempts is None:
        return []
    rows = sorted(attempts.rows, key=lambda row: _number(value(attempts, row, "number")))
    return [str(value(attempts, row, "attempt_id")) for row in rows]


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def module_row(modules: Table | None, key: str) -> dict[str, Cell] | None:
    """Return the module's row by column name."""
    return _row_of(modules, "module_id", key)


def _row_of(table: Table | None, column: str, key: str) -> dict[str, Cell] | None:
    if table is None:
        return None
    names = [c.name for c in table.columns]
    for row in table.rows:
        if str(value(table, row, column)) == key:
            return dict(zip(names, row, strict=True))
    return None


def attempt_words(attempts: Table | None, key: str, module: dict[str, Cell] | None) -> str:
    """Return `attempt 1 of 2 · 7 of 20 points · 35 % (pass 50 %) · failed · 2026-11-12 14:03`."""
    attempt = _row_of(attempts, "attempt_id", key)
    if attempts is None or attempt is None:
        return "attempt"
    parts = [f"attempt {show(attempt['number'], Kind.COUNT)} of {len(attempts.rows)}"]
    if attempt.get("max") is not None:
        points, most = (show(attempt[name], Kind.NUMBER) for name in ("points", "max"))
        parts.append(f"{points} of {most} points")
    score = show(attempt.get("score"), Kind.PERCENT)
    mark = module.get("pass_mark") if module else None
    parts.append(f"{score} (pass {show(mark, Kind.PERCENT)})" if mark is not None else score)
    if attempt.get("state"):
        parts.append(str(attempt["state"]))
    if attempt.get("started") is not None:
        spent = attempt.get("time_spent")
        took = f", {show(spent, Kind.SECONDS)}" if spent is not None else ""
        parts.append(f"{show(attempt['started'], Kind.MOMENT)}{took}")
    return " · ".join(parts)


def summary(answers: Table, path: str, attempt: str) -> str:
    """Return the attempt as plain text, fit for a support ticket."""
    lines = [path, attempt, ""]
    for row in answers.rows:
        position = show(value(answers, row, "position"), Kind.COUNT)
        state = state_words(value(answers, row, "state"), plain=True)[2:]
        lines.append(f"{position}. {_text(value(answers, row, 'question'))}")
        lines.append(f"   answer:  {_text(value(answers, row, 'answer'))}")
        lines.append(f"   correct: {_text(value(answers, row, 'correct_answer'))}")
        lines.append(f"   {state}, {points_words(answers, row)} points")
    lines.append("")
    lines.append(f"{answers.as_of}, zone {answers.zone}")
    return "\n".join(lines) + "\n"
