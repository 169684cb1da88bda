"""What happened, in one sentence: the headline numbers of a level put into words.

A figure declares wordings, the longest first; a wording is a row of clauses. In a clause `{name}`
is the value of a metric, `{name:change}` what it changed by since the period before, and
`{name:one|many}` one of two words by its value. A clause of a number that is not known is left out;
so is one, but the first, that would say 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from typing import TypeAlias

from termstats.data.model.table import Kind, Table, show

Wording: TypeAlias = tuple[str, ...]
"""Clauses, each with the mark that joins it to the one before."""
_CHANGE = "change"
_JOINTS = ",;: "


@dataclass(frozen=True)
class Part:
    """Some words; those that are a number name the metric whose number they are."""

    words: str
    metric: str = ""


@dataclass(frozen=True)
class Sentence:
    """One wording of what happened."""

    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """Return it as text."""
        return "".join(part.words for part in self.parts)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the metrics whose numbers stand in it, in order."""
        return tuple(part.metric for part in self.parts if part.metric)


def sentences(totals: Table, wordings: Sequence[Wording]) -> tuple[Sentence, ...]:
    """Return what the headline numbers say, the longest wording first.

    Args:
        totals: a table of `metric, value, previous, change`.
        wordings: as a figure declares them.
    """
    made = (_sentence(totals, wording) for wording in wordings)
    return tuple(dict.fromkeys(sentence for sentence in made if sentence.parts))


def _sentence(totals: Table, wording: Wording) -> Sentence:
    parts: list[Part] = []
    for clause in wording:
        if (said := _clause(totals, clause, is_first=not parts)) is not None:
            parts += said
    if not parts:
        return Sentence(())
    first = parts[0]
    opening = first.words[:1].upper() + first.words[1:]
    return Sentence((Part(opening, first.metric), *parts[1:], Part(".")))


def _clause(totals: Table, clause: str, *, is_first: bool) -> list[Part] | None:
    """Return the parts of a clause; None: it has nothing to say."""
    rows = {str(row[totals.position("metric")]): at for at, row in enumerate(totals.rows)}
    parts: list[Part] = []
    for words, metric, spec, _conversion in Formatter().parse(clause):
        plain = words.lstrip(_JOINTS) if is_first and not parts else words
        if plain:
            parts.append(Part(plain))
        if metric is None:
            continue
        row = rows.get(metric)
        value = totals.rows[row][totals.position("value")] if row is not None else None
        if row is None or not isinstance(value, (int, float)):
            return None
        if spec == _CHANGE:
            parts.append(Part(_change(totals, row)))
        elif spec:
            parts.append(Part(spec.split("|")[value != 1]))
        elif value or is_first:
            parts.append(Part(totals.shown(row, totals.position("value")), metric))
        else:
            return None
    return [part for part in parts if part.words]


def _change(totals: Table, row: int) -> str:
    """Return `, 38 more than before`; nothing where the two cannot be compared."""
    at = totals.position("change")
    change, kind = totals.rows[row][at], totals.kind(row, at)
    if not isinstance(change, (int, float)):
        return ""
    if kind is Kind.PERCENT:
        amount = show(abs(change), Kind.COUNT)
        amount = "0" if amount == "0" else f"{amount} {'point' if amount == '1' else 'points'}"
    else:
        amount = show(abs(change), kind)
    if not change or amount == "0":
        return f", {'as' if kind is Kind.PERCENT else 'as many as'} {totals.before}"
    less = "fewer" if kind is Kind.COUNT else "less"
    return f", {amount} {'more' if change > 0 else less} than {totals.before}"
