"""People, trainings, classes and the roster, narrowed to what is asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from termstats.data.query.asked import Asked
from termstats.data.store import schema


class RosterQuery(Asked):
    """Selectables of people and of how far they got."""

    def everybody(self) -> Select[Any]:
        """Return all people in scope and focus, counted or not: columns of `person`."""
        person = schema.person
        statement = select(person)
        conditions: list[ColumnElement[bool]] = [
            person.c.id.in_(sorted(ids)) for ids in self.people_sets()
        ]
        conditions.extend(self.is_kept(person.c.id))
        if self.training_sets():
            member = schema.enrolment
            inside = self.restricted(member.c.person_id, member.c.training_id)
            conditions.append(
                person.c.id.in_(select(member.c.person_id).where(*inside).correlate(None))
            )
        elif self.class_sets():
            conditions.extend(self.restricted(person.c.id, None))
        return statement.where(*conditions)

    def people(self) -> Subquery:
        """Return the population: counted people (or everybody) in scope and focus."""
        statement = self.everybody()
        return statement.where(self.counts(schema.person)).subquery("people")

    def trainings(self) -> Subquery:
        """Return the trainings in scope and focus."""
        training = schema.training
        conditions = [training.c.id.in_(sorted(ids)) for ids in self.training_sets()]
        if self.class_sets():
            offered = schema.class_training
            for classes in self.class_sets():
                inside = select(offered.c.training_id).where(
                    offered.c.class_id.in_(sorted(classes))
                )
                conditions.append(training.c.id.in_(inside))
        if self.people_sets():
            enrolment = schema.enrolment
            mine = [enrolment.c.person_id.in_(sorted(ids)) for ids in self.people_sets()]
            conditions.append(training.c.id.in_(select(enrolment.c.training_id).where(*mine)))
        return select(training).where(*conditions).subquery("trainings")

    def classes(self) -> Subquery:
        """Return the classes in scope and focus."""
        table, offered = schema.class_, schema.class_training
        conditions = [table.c.id.in_(sorted(classes)) for classes in self.class_sets()]
        for ids in self.training_sets():
            inside = select(offered.c.class_id).where(offered.c.training_id.in_(sorted(ids)))
            conditions.append(table.c.id.in_(inside))
        if self.people_sets():
            member = schema.class_member
            mine = [member.c.person_id.in_(sorted(ids)) for ids in self.people_sets()]
            conditions.append(table.c.id.in_(select(member.c.class_id).where(*mine)))
        return select(table).where(*conditions).subquery("classes")

    def members(self, *, others: bool = False) -> Subquery:
        """Return (class_id, person_id) of current learners of the classes in scope and focus.

        `others`: of the members in any other role instead.
        """
        member, person = schema.class_member, schema.person
        conditions: list[ColumnElement[bool]] = [
            member.c.class_id.in_(sorted(classes)) for classes in self.class_sets()
        ]
        conditions.extend(member.c.person_id.in_(sorted(ids)) for ids in self.people_sets())
        conditions.extend(self.is_kept(member.c.person_id))
        return (
            select(member.c.class_id, member.c.person_id)
            .join(person, person.c.id == member.c.person_id)
            .where(
                member.c.role != "learner" if others else member.c.role == "learner",
                self.is_member(member),
                self.counts(person),
                *conditions,
            )
            .distinct()
            .subquery("members")
        )

    def enrolments(self) -> Subquery:
        """Return the roster: enrolments of the population, in scope and focus, made before T."""
        enrolment = schema.enrolment
        return (
            select(enrolment)
            .where(
                or_(enrolment.c.enrolled_at.is_(None), enrolment.c.enrolled_at < self.end),
                self.population_of(enrolment.c.person_id),
                *self.restricted(enrolment.c.person_id, enrolment.c.training_id),
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
        roster = self.enrolments()
        last, step = schema.enrolment_day.alias("last"), schema.enrolment_day.alias("step")
        newest = (
            select(func.max(step.c.day))
            .where(
                step.c.training_id == roster.c.training_id,
                step.c.person_id == roster.c.person_id,
                step.c.day <= self.last_day,
            )
            .scalar_subquery()
        )
        started = last.c.day.is_not(None)
        completed = and_(roster.c.completed_at.is_not(None), roster.c.completed_at < self.end)
        withdrawn = and_(roster.c.withdrawn_at.is_not(None), roster.c.withdrawn_at < self.end)
        ended = and_(roster.c.ended_at.is_not(None), roster.c.ended_at < self.end)
        expired = and_(roster.c.valid_until.is_not(None), roster.c.valid_until < self.end)
        progress = case(
            (completed, literal(100.0)),
            else_=func.coalesce(last.c.progress, roster.c.progress, literal(0.0)),
        )
        mandatory = roster.c.training_id.in_(
            select(schema.module.c.training_id).where(
                schema.module.c.mandatory == 1, schema.module.c.current == 1
            )
        )
        attempt = schema.attempt
        waiting = exists(
            select(literal(1)).where(
                attempt.c.training_id == roster.c.training_id,
                attempt.c.person_id == roster.c.person_id,
                attempt.c.in_score == 1,
                attempt.c.evaluated == 0,
            )
        )
        state = case(
            (and_(withdrawn, ~completed), literal("withdrawn")),
            (and_(completed, expired), literal("expired")),
            (completed, literal("passed")),
            (or_(ended, and_(progress >= 100, mandatory, ~waiting)), literal("failed")),
            (started, literal("in progress")),
            else_=literal("not started"),
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
                func.coalesce(last.c.score, roster.c.score).label("score"),
                func.coalesce(last.c.modules_passed, 0).label("modules_passed"),
                func.coalesce(last.c.attempts, 0).label("attempts"),
                roster.c.reported_state,
                roster.c.reported_progress,
                roster.c.reported_score,
                state.label("state"),
            )
            .select_from(
                roster.outerjoin(
                    last,
                    and_(
                        last.c.training_id == roster.c.training_id,
                        last.c.person_id == roster.c.person_id,
                        last.c.day == newest,
                    ),
                )
            )
            .subquery("states")
        )

    def steps(self) -> Subquery:
        """Return the history of the roster: rows of `enrolment_day` up to the period's end."""
        step = schema.enrolment_day
        return (
            select(step)
            .where(
                step.c.day <= self.last_day,
                self.population_of(step.c.person_id),
                *self.restricted(step.c.person_id, step.c.training_id),
            )
            .subquery("steps")
        )

    def progress_days(self) -> Subquery:
        """Return the changes per training and day up to the period's end; not `by_person`."""
        table = schema.progress_day
        return (
            select(table)
            .where(
                table.c.day <= self.last_day,
                self.only_counted(table),
                *self.restricted(None, table.c.training_id),
            )
            .subquery("progress_days")
        )

    def attempts(self) -> Subquery:
        """Return attempts of the population in scope and focus, finished or begun before T."""
        attempt = schema.attempt
        moment = func.coalesce(attempt.c.finished_at, attempt.c.started_at)
        narrowed = self.training_sets() or self.class_sets()
        return (
            select(attempt, moment.label("moment"))
            .where(
                or_(moment.is_(None), moment < self.end),
                self.population_of(attempt.c.person_id),
                *self.restricted(attempt.c.person_id, attempt.c.training_id if narrowed else None),
            )
            .subquery("attempts")
        )

    def completions(self) -> Subquery:
        """Return completed activities of the population in scope and focus, before T."""
        done = schema.completion
        return (
            select(done)
            .where(
                done.c.at < self.end,
                self.population_of(done.c.person_id),
                *self.restricted(done.c.person_id, done.c.training_id),
            )
            .subquery("completions")
        )

    def of_people(self, table: Table) -> Subquery:
        """Return the rows of `award`, `point` or `session` of the population, scope and focus."""
        narrowed = "training_id" in table.c and (self.training_sets() or self.class_sets())
        return (
            select(table)
            .where(
                table.c.person_id.is_not(None),
                self.population_of(table.c.person_id),
                *self.restricted(table.c.person_id, table.c.training_id if narrowed else None),
            )
            .subquery(table.name)
        )
