"""Takes statements in, through whichever door: each is staged, passed over, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.sources.refused import Refused
from termstats.data.importers.writing.base import Intake
from termstats.data.importers.xapi import staging as stages
from termstats.data.importers.xapi.content import Course
from termstats.data.importers.xapi.staging import Staging
from termstats.data.importers.xapi.statements import (
    SECOND,
    Reading,
    Statement,
    Unusable,
    statement_of,
)
from termstats.data.importers.xapi.summed import Summing
from termstats.data.model.errors import SourceError


@dataclass
class Told:
    """What a door tells beside statements."""

    profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Key of a person -> columns of `person`."""
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key of a person -> fields of the profile."""
    outline: Mapping[str, Course] = field(default_factory=dict)
    """Key of a training -> what it is made of."""
    same_as: Mapping[str, str] = field(default_factory=dict)
    """Key of somebody -> key of whom they are too."""
    fingerprint: Mapping[str, list[str]] | None = None
    """What tells whether the source has changed; None: it has to be read to tell."""
    summing: Summing | None = None
    """What was summed up of a log that stays; None: it is none."""


@dataclass
class StatementIntake:
    """Where all doors bring their statements."""

    staging: Staging
    reading: Reading
    intake: Intake

    def take(
        self, raw: Any, place: str, *, is_voided: bool = False, logged_at: int | None = None
    ) -> None:
        """Take a statement as JSON gives it, of which one row was counted as read.

        `place`: where it stands; `is_voided`: its store says so; `logged_at`: the moment, in
        microseconds, by which it has to be found again.

        Raises:
            SourceError: it would not be found.
        """
        if isinstance(raw, Refused):
            self.intake.refuse(raw.reason, raw.item, place=place)
            return

        def made() -> Statement:
            statement = statement_of(raw, self.reading)
            if logged_at is not None and not _lies_at(statement, logged_at):
                raise SourceError(
                    f"{place}: emission_time is not the time of the statement, by which its day is "
                    "found again; leave --log-stays out"
                )
            return statement

        self.take_made(made, raw, place, is_voided=is_voided)

    def take_made(
        self,
        make: Callable[[], Statement],
        row: Any,
        place: str,
        *,
        is_voided: bool = False,
        again: str = "the same statement again",
        weight: int = 1,
    ) -> None:
        """Take a statement that `make` makes of a row; `again`: why it is there twice.

        `weight`: how many statements it stands for.
        """
        try:
            statement = make()
        except Unusable as why:
            self.intake.refuse(str(why), row, found=why.found, place=place)
            return
        outcome = self.staging.add(statement, is_voided=is_voided, weight=weight)
        if outcome == stages.AGAIN:
            self.intake.pass_over(again)
        elif outcome == stages.OTHER_CONTENT:
            reason = "another statement with this id came before"
            self.intake.refuse(reason, row, found=statement.id, place=place)


def _lies_at(statement: Statement, micros: int) -> bool:
    """Return whether a log has a statement at its second; one that was moved is kept apart."""
    return statement.device_at is not None or statement.at // SECOND == micros // SECOND
