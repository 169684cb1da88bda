"""How OppiaMobile cuts time and writes numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from termstats.data.model.period import add_months
from termstats.data.platform_pages import PageCell

OTHER = "Other"
"""What a pie calls everything behind its largest pieces."""


@dataclass(frozen=True)
class Window:
    """The days between the two dates of a page's form."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield every day, both ends included."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def months(self) -> Iterator[str]:
        """Yield the months that Home and monthly active users step through.

        From the first day a month at a time: the last month is lost where the window ends on an
        earlier day of the month than it begins. A day that a month does not have becomes its last,
        and the steps go on from there.
        """
        day, number = self.first, 0
        while day <= self.last:
            yield month_of(add_months(self.first, number))
            day, number = add_months(day, 1), number + 1

    @property
    def reach(self) -> tuple[date, date]:
        """Return first and last day of the months that the window touches."""
        ends = add_months(self.last.replace(day=1), 1) - timedelta(days=1)
        return self.first.replace(day=1), ends


def month_of(day: date) -> str:
    """Return `2016-05`."""
    return f"{day:%Y-%m}"


def fixed(value: float, places: int = 1) -> str:
    """Return a number with that many decimals, rounded half up, as templates of Django do."""
    step = Decimal(1).scaleb(-places)
    return str(Decimal(f"{value:.15g}").quantize(step, ROUND_HALF_UP))


def short(value: float, places: int = 1) -> str:
    """Return a number rounded half up, without zeros at its end: `90`, `97.5`."""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


_QUIZ_SCORES = tuple(f"quiz_{name}" for name in ("max", "min", "first", "latest", "avg"))
_DECIMALS = frozenset(("pretest", "pretest_first", "learner_pretest", *_QUIZ_SCORES))
_TWO_DECIMALS = frozenset(("completion", "learner_completion"))
_SHORT = {
    **dict.fromkeys(("language", "country", "active_course"), 1),
    **{"question_difficulty": 2, "question_discrimination": 2},
}
"""Figure -> the most decimals."""
_PRETESTS = ("pretest", "pretest_first")


def written(figure: str, value: float | None) -> str:
    """Return a value of a figure as the pages print it."""
    if figure in _QUIZ_SCORES and not value:
        return "--"
    if value is None:
        return "-" if figure in _PRETESTS else ""
    if figure == "course_completion":
        return f"{fixed(value)}%"
    if figure in _DECIMALS:
        return fixed(value)
    if figure in _TWO_DECIMALS:
        return fixed(value, 2)
    if figure == "quiz_average" or figure.endswith("_percent"):
        return str(int(value))
    if figure in _SHORT:
        return short(value, _SHORT[figure])
    # Halves go to the even neighbour.
    return str(round(value))


def cell(page: str, figure: str, key: str, value: float | None) -> PageCell:
    """Return the cell of a number; None: the page shows none."""
    raw = None if value is None else float(value)
    return PageCell(page, figure, key, written(figure, value), raw)


def pieces(hits: Mapping[str, float], most: int) -> dict[str, float]:
    """Return value -> percent of the largest values, and of the others as one."""
    total = sum(hits.values())
    ranked = sorted(hits.items(), key=lambda pair: (-pair[1], pair[0]))
    shares = {name: 100 * count / total for name, count in ranked[:most]} if total else {}
    if rest := ranked[most:]:
        shares[OTHER] = 100 * sum(count for _name, count in rest) / total
    return shares
