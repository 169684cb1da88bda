"""Answers in words: signs beside words, points, the line about an attempt, a ticket's summary."""

from __future__ import annotations

from rich.text import Text

from termstats.data.model.plural import counted
from termstats.data.model.table import Cell, Kind, Row, Table, show
from termstats.data.model.text import NO_VALUE
from termstats.widgets.tables.cells import share_bar
from termstats.widgets.text import clipped

COLUMNS = ("#", "Question", "Answer", "Result", "Right answer", "Points")
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
NUMBER, STATE, POINTS = 2, 9, 8
"""Cells of the columns that do not give way."""
WITH_RIGHT = 100
"""Columns of a screen from which the right answers stand in the list; below it they always do."""
GAUGE = 38
"""Cells of the bar of an attempt's score."""


def widths(width: int, points: int = POINTS) -> tuple[int, ...]:
    """Return the cells of each column on a screen of `width` cells; 0: it is left out.

    `points` are the cells that the longest points need.
    """
    has_right = width >= WITH_RIGHT
    room = max(24, width - NUMBER - STATE - points - 2 * (len(COLUMNS) - (not has_right)) - 3)
    answer = room * 3 // 10
    right = answer if has_right else 0
    return (NUMBER, room - right - answer, answer, STATE, right, points)


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
    """Return `2 of 5`; `-` where a teacher has not marked yet."""
    points = show(value(table, row, "points"), Kind.NUMBER)
    most = show(value(table, row, "max"), Kind.NUMBER)
    return f"{points} of {most}"


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
    cells = [
        Text(clipped(text, width), no_wrap=True) for text, width in zip(texts, room, strict=True)
    ]
    cells[0].justify = cells[5].justify = "right"
    cells[3].stylize(LOOKS.get(str(state), ""), 0, 1)
    return [cell for cell, width in zip(cells, room, strict=True) if width]


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


def attempt_place(attempts: Table | None, key: str) -> str:
    """Return `attempt 1 of 2`."""
    attempt = _row_of(attempts, "attempt_id", key)
    if attempts is None or attempt is None:
        return "attempt"
    return f"attempt {show(attempt['number'], Kind.COUNT)} of {len(attempts.rows)}"


def attempt_words(attempts: Table | None, key: str, module: dict[str, Cell] | None) -> str:
    """Return `failed · 7 of 20 points · 35 %, pass mark 50 % · 2026-11-12 14:03, 5 min`."""
    attempt = _row_of(attempts, "attempt_id", key)
    if attempt is None:
        return ""
    parts = [str(attempt["state"])] if attempt.get("state") else []
    if attempt.get("max") is not None:
        points, most = (show(attempt[name], Kind.NUMBER) for name in ("points", "max"))
        parts.append(f"{points} of {most} points")
    score = show(attempt.get("score"), Kind.PERCENT)
    mark = module.get("pass_mark") if module else None
    parts.append(f"{score}, pass mark {show(mark, Kind.PERCENT)}" if mark is not None else score)
    if attempt.get("started") is not None:
        spent = attempt.get("time_spent")
        took = f", {show(spent, Kind.SECONDS)}" if spent is not None else ""
        parts.append(f"{show(attempt['started'], Kind.MOMENT)}{took}")
    return " · ".join(parts)


def gauge_line(
    attempts: Table | None,
    key: str,
    module: dict[str, Cell] | None,
    mean: Cell,
    *,
    plain: bool,
) -> Text:
    """Return the score as a bar with what it is measured by: `(pass 50 %, all 71 %)`."""
    attempt = _row_of(attempts, "attempt_id", key)
    score = attempt.get("score") if attempt else None
    if not isinstance(score, (int, float)):
        return Text()
    line = share_bar(score, GAUGE, plain=plain)
    line.append(f"  {show(score, Kind.PERCENT)}", "heading")
    mark = module.get("pass_mark") if module else None
    beside = (("pass", mark), ("all", mean))
    marks = [f"{word} {show(cell, Kind.PERCENT)}" for word, cell in beside if cell is not None]
    return line.append(f"  ({', '.join(marks)})" if marks else "", "muted")


def state_counts(answers: Table) -> str:
    """Return `4 questions · 1 right, 1 partly, 1 wrong, 1 waiting`."""
    states = [str(cell) for cell in answers.column("state")]
    counts = [(states.count(state), word) for state, (_, _, word) in STATES.items()]
    each = ", ".join(f"{number} {word}" for number, word in counts if number)
    questions = counted(len(states), "question")
    return f"{questions} · {each}" if each else questions


def full_answer(answers: Table, row: Row, all_answers: Table | None, *, plain: bool) -> Text:
    """Return the question in full, what was answered, what is right, and how all answered it."""
    state = value(answers, row, "state")
    words = NOT_KEPT if is_not_kept(answers, row) else _text(value(answers, row, "answer"))
    right = value(answers, row, "correct_answer")
    full = Text().append(f"{_text(value(answers, row, 'question'))}\n", "heading")
    full.append("Answer  ", "muted")
    full.append(f"{state_words(state, plain)[:1]} ", LOOKS.get(str(state), ""))
    full.append(f"{words}\n").append("Right   ", "muted")
    if right is None:
        full.append("a teacher marks it\n" if state == "pending" else "not known\n")
    else:
        full.append(f"{STATES['correct'][1 if plain else 0]} ", "better").append(f"{right}\n")
    of_all = _row_of(all_answers, "position", str(value(answers, row, "position")))
    lines = [_compared(of_all, *of, plain=plain) for of in (("All", ""), ("Class", "class_"))]
    return full.append_text(Text("\n").join(line for line in lines if line))


def _compared(row: dict[str, Cell] | None, name: str, columns: str, *, plain: bool) -> Text:
    """Return `All  ━━━┄┄┄  31 % right of 118; 48 answered the same`; nothing of nobody."""
    share = row.get(f"{columns}right") if row else None
    line = Text()
    if row is None or not isinstance(share, (int, float)):
        return line
    line.append(f"{name:<8}", "muted").append_text(share_bar(share, GAUGE // 2, plain=plain))
    same, responses = (show(row[f"{columns}{each}"], Kind.COUNT) for each in ("same", "responses"))
    line.append(f"  {show(share, Kind.PERCENT)} right of {responses}")
    return line.append(f"; {same} answered the same" if row[f"{columns}same"] else "")
