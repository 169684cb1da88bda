"""The roster: who is enrolled, how far they got, what they tried and were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Subquery,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from termstats.data.model.request import EVERY_VERSION
from termstats.data.model.units import Second
from termstats.data.query.narrowing import only_counted, population_of, restricted
from termstats.data.query.question import Question
from termstats.data.query.standing import (
    EVERY_ROW,
    Facts,
    activity_of,
    facts_of,
    first_active_day,
    last_day,
)
from termstats.data.store import schema


@dataclass(frozen=True)
class Roster:
    """Selectables of how far people got, narrowed to the question."""

    question: Question

    def trainings(self) -> Subquery:
        """Return the trainings in scope and focus."""
        training = schema.training
        conditions = [training.c.id.in_(sorted(ids)) for ids in self.question.training_sets()]
        if self.question.class_sets():
            offered = schema.class_training
            for classes in self.question.class_sets():
                inside = select(offered.c.training_id).where(
                    offered.c.class_id.in_(sorted(classes.ids))
                )
                conditions.append(training.c.id.in_(inside))
        if self.question.people_sets():
            enrolment = schema.enrolment
            mine = [enrolment.c.person_id.in_(sorted(ids)) for ids in self.question.people_sets()]
            conditions.append(training.c.id.in_(select(enrolment.c.training_id).where(*mine)))
        return select(training).where(*conditions).subquery("trainings")

    def enrolments(self) -> Subquery:
        """Return the roster: enrolments of the population, in scope and focus, made before T."""
        enrolment = schema.enrolment
        return (
            select(enrolment)
            .where(
                or_(enrolment.c.enrolled_at.is_(None), enrolment.c.enrolled_at < self.question.end),
                population_of(self.question, enrolment.c.person_id),
                *restricted(self.question, enrolment.c.person_id, enrolment.c.training_id),
            )
            .subquery("enrolments")
        )

    def states(self) -> Subquery:
        """Return the roster with its state at T.

        Columns: training_id, person_id, enrolled_at, completed_at, withdrawn_at, ended_at,
        valid_until (each NULL unless before T, valid_until always), implied, started (0/1),
        completed (0/1), progress (0-100), score (0-100 or NULL), modules_passed, attempts,
        reported_state, reported_progress, reported_score, state (text of figures.md).
        """
        return self._states(facts_of(self.question, self.enrolments()))

    def states_once(self) -> Subquery:
        """Return `states` for statements that need most columns, or name some of them again."""
        states = self._states(facts_of(self.question, self.enrolments(), once=True))
        return select(states).limit(EVERY_ROW).subquery("states_once")

    def _states(self, facts: Facts) -> Subquery:
        end, roster = self.question.end, facts.roster
        completed = _is_past(roster.c.completed_at, end)
        started = or_(completed, facts.first_day.is_not(None))
        withdrawn = _is_past(roster.c.withdrawn_at, end)
        ended = _is_past(roster.c.ended_at, end)
        progress = case(
            (completed, literal(100.0)),
            else_=func.coalesce(facts.progress, roster.c.progress, literal(0.0)),
        )
        return (
            select(
                roster.c.training_id,
                roster.c.person_id,
                roster.c.enrolled_at,
                case((completed, roster.c.completed_at)).label("completed_at"),
                case((withdrawn, roster.c.withdrawn_at)).label("withdrawn_at"),
                case((ended, roster.c.ended_at)).label("ended_at"),
                roster.c.valid_until,
                roster.c.implied,
                case((started, 1), else_=0).label("started"),
                case((completed, 1), else_=0).label("completed"),
                progress.label("progress"),
                func.coalesce(facts.score, roster.c.score).label("score"),
                func.coalesce(facts.modules_passed, 0).label("modules_passed"),
                func.coalesce(facts.attempts, 0).label("attempts"),
                roster.c.reported_state,
                roster.c.reported_progress,
                roster.c.reported_score,
                _state(self.question, facts, progress, started).label("state"),
            )
            .select_from(facts.rows)
            .subquery("states")
        )

    def first_active_day(self, rows: Subquery) -> ScalarSelect[int]:
        """Return the first day of activity of the enrolments in `rows`; see `standing`."""
        return first_active_day(self.question, rows)

    def last_day(self, rows: Subquery) -> ColumnElement[int]:
        """Return the last day with an event of the enrolments in `rows`; see `standing`."""
        return last_day(self.question, rows)

    def activity(self) -> Subquery:
        """Return what the enrolled did in their trainings; see `standing`."""
        return activity_of(self.question)

    def endings(self) -> Subquery:
        """Return the roster with what its states are made of, whenever they are asked for.

        Columns: enrolled_at, completed_at, valid_until, ended_at, withdrawn_at, first_active_day,
        full_day (the first with a progress of 100), judged_by_progress (0/1: who has done all and
        not passed has failed).
        """
        facts, step = facts_of(self.question, self.enrolments()), schema.enrolment_day.alias("full")
        roster = facts.roster
        full_day = (
            select(func.min(step.c.day))
            .where(
                step.c.training_id == roster.c.training_id,
                step.c.person_id == roster.c.person_id,
                step.c.progress >= 100,
            )
            .scalar_subquery()
        )
        moments = ("enrolled_at", "completed_at", "valid_until", "ended_at", "withdrawn_at")
        return (
            select(
                *(roster.c[name] for name in moments),
                facts.first_day.label("first_active_day"),
                full_day.label("full_day"),
                case((_is_judged_by_progress(self.question, facts), 1), else_=0).label(
                    "judged_by_progress"
                ),
            )
            .select_from(facts.rows)
            .subquery("endings")
        )

    def steps(self) -> Subquery:
        """Return the history of the roster: rows of `enrolment_day` up to the period's end."""
        step = schema.enrolment_day
        return (
            select(step)
            .where(
                step.c.day <= self.question.last_day,
                population_of(self.question, step.c.person_id),
                *restricted(self.question, step.c.person_id, step.c.training_id),
            )
            .subquery("steps")
        )

    def progress_days(self) -> Subquery:
        """Return the changes per training and day up to the period's end; not `by_person`."""
        table = schema.progress_day
        return (
            select(table)
            .where(
                table.c.day <= self.question.last_day,
                only_counted(self.question, table),
                *restricted(self.question, None, table.c.training_id),
            )
            .subquery("progress_days")
        )

    def attempts(self) -> Subquery:
        """Return attempts of the population in scope and focus, finished or begun before T.

        By the server's clock `finished_at` is when the server received what is finished. Where a
        version of the training is asked about, attempts are those made in it.
        """
        attempt = schema.attempt
        finished: ColumnElement[Any] = attempt.c.finished_at
        if self.question.clock == schema.CLOCK_SERVER:
            received = func.coalesce(attempt.c.server_at, finished)
            finished = case((finished.is_not(None), received))
        moment = func.coalesce(finished, attempt.c.started_at)
        columns = [c if c is not attempt.c.finished_at else finished for c in attempt.c]
        narrowed = self.question.training_sets() or self.question.class_sets()
        version = self.question.request.version
        return (
            select(*(c.label(a.name) for c, a in zip(columns, attempt.c, strict=True)))
            .add_columns(moment.label("moment"))
            .where(
                or_(moment.is_(None), moment < self.question.end),
                true() if version in (None, EVERY_VERSION) else attempt.c.version == version,
                population_of(self.question, attempt.c.person_id),
                *restricted(
                    self.question, attempt.c.person_id, attempt.c.training_id if narrowed else None
                ),
            )
            .subquery("attempts")
        )

    def completions(self) -> Subquery:
        """Return completed activities of the population in scope and focus, before T."""
        done = schema.completion
        return (
            select(done)
            .where(
                done.c.at < self.question.end,
                population_of(self.question, done.c.person_id),
                *restricted(self.question, done.c.person_id, done.c.training_id),
            )
            .subquery("completions")
        )

    def of_people(self, table: Table) -> Subquery:
        """Return the rows of `award`, `point` or `session` of the population, scope and focus.

        Sessions know no trainings: who sees some trainings of people only, sees none.
        """
        narrowed = "training_id" in table.c and (
            self.question.training_sets() or self.question.class_sets()
        )
        return (
            select(table)
            .where(
                table.c.person_id.is_not(None),
                true() if "training_id" in table.c or not self.question.is_cut else false(),
                population_of(self.question, table.c.person_id),
                *restricted(
                    self.question, table.c.person_id, table.c.training_id if narrowed else None
                ),
            )
            .subquery(table.name)
        )


def _is_past(moment: ColumnElement[Any], end: Second) -> ColumnElement[bool]:
    """Return whether a moment is known and before T."""
    return and_(moment.is_not(None), moment < end)


def _state(
    question: Question,
    facts: Facts,
    progress: ColumnElement[float],
    started: ColumnElement[bool],
) -> ColumnElement[str]:
    """Return the state of an enrolment at T, in the words of figures.md.

    What the platform says comes first; of leaving and failing the later. The figure
    training.endings says the same of every day.
    """
    end, roster = question.end, facts.roster
    completed = _is_past(roster.c.completed_at, end)
    ended = _is_past(roster.c.ended_at, end)
    withdrawn = _is_past(roster.c.withdrawn_at, end)
    all_done = and_(started, progress >= 100, _is_judged_by_progress(question, facts))
    return case(
        (and_(completed, _is_past(roster.c.valid_until, end)), literal("expired")),
        (completed, literal("passed")),
        (
            and_(ended, ~and_(withdrawn, roster.c.withdrawn_at > roster.c.ended_at)),
            literal("failed"),
        ),
        (withdrawn, literal("withdrawn")),
        (all_done, literal("failed")),
        (started, literal("in progress")),
        else_=literal("not started"),
    )


def _is_judged_by_progress(question: Question, facts: Facts) -> ColumnElement[bool]:
    """Return whether who has done everything and not passed has failed, without a platform's word.

    Nobody whom it passes later, or who waits for a result, and not before it publishes its results.
    """
    module, roster = schema.module, facts.roster
    judged = [source.id for source in question.info.sources if source.publishes_results]
    mandatory = roster.c.training_id.in_(
        select(module.c.training_id).where(module.c.mandatory == 1, module.c.current == 1)
    )
    return and_(
        roster.c.completed_at.is_(None),
        roster.c.source_id.not_in(judged),
        mandatory,
        ~facts.waits,
    )
