"""The class level: its trainings, its learners, and the class beside the others."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from termstats.data.figures.definition.doors import door_to, doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import (
    ACTIVE_SHARE,
    BADGES,
    COMPLETED,
    COMPLETION,
    ENROLMENTS,
    POINTS,
    PROGRESS,
    SCORE,
    TIME_SPENT,
)
from termstats.data.figures.definition.phrases import before_data, in_period
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import amount
from termstats.data.figures.learning.behind.rewards import badges_door, points_door
from termstats.data.figures.learning.enrolment_rows import (
    LEARNER_COLUMNS,
    STATE_COLUMNS,
    TRAINING_COLUMNS,
    enrolment_rows,
    state_columns,
)
from termstats.data.figures.learning.groups import (
    NO_ACTIVITY,
    Dimension,
    activity_by,
    enrolments_by,
    timed_sources,
)
from termstats.data.figures.learning.history import NOBODY
from termstats.data.figures.learning.leaderboard import leaderboard
from termstats.data.figures.learning.published import count_trainings, note_unpublished
from termstats.data.figures.learning.site.classes import DOORS, SUB_CLASSES, classes
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, Gauge, count, day, ident, words
from termstats.data.query.query import Query
from termstats.data.store import schema

_THE_PAIR = (("learner", "learner_id"), ("training", "training_id"))
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))
_OF_TRAINING = (ENROLMENTS, COMPLETED, COMPLETION, PROGRESS, SCORE, TIME_SPENT)
_OF_MEMBER = (ENROLMENTS, COMPLETED, PROGRESS, SCORE)
MEMBER_COLUMNS = (
    *LEARNER_COLUMNS,
    ENROLMENTS.column("trainings", "Trainings"),
    *(each.column() for each in (COMPLETED, PROGRESS, SCORE, POINTS, BADGES)),
    day("last_activity", "Last activity"),
)
"""What is said of a member over all trainings of the class."""
_NO_LEARNERS = "No learner of this class is enrolled in its trainings at the end of {period}."


@figure(
    "class.trainings",
    record=Record.ENROLMENTS,
    title="Trainings of the class",
    level=Level.CLASS,
    columns=(
        *TRAINING_COLUMNS,
        ENROLMENTS.column("learners", "Learners"),
        *(each.column() for each in (COMPLETED, COMPLETION, PROGRESS, SCORE, TIME_SPENT)),
    ),
    chart=Gauge("training", "progress"),
    row_opens=Destination("training", (("training", "training_id"),)),
    behind=doors_to(
        {
            **{"learners": ENROLMENTS, "completed": COMPLETED, "completion": COMPLETION},
            **{"progress": PROGRESS, "score": SCORE},
        },
        params=(("training", "training_id"),),
    ),
    lead=("training", "progress", "completion", "score"),
)
async def trainings(q: Query) -> Rows:
    """One row per training of the class and its sub-classes, of their current members only.

    Learners are the members enrolled by the end of the period; completed, completion, progress and
    score are their states then. Score is the mean over those who have one. Time is that of the
    period, in this training. Trainings without enrolled members are rows with 0 learners.
    """
    table = q.roster.trainings()
    enrolments = await enrolments_by(q, Dimension.TRAINING)
    activity = await activity_by(q, Dimension.TRAINING)
    timed = timed_sources(q)
    rows: list[tuple[Cell, ...]] = []
    for training in await q.fetch(select(table, q.key_of(table).label("shown_key"))):
        sums: dict[str, float | None] = {
            **enrolments.get(training.id, NOBODY),
            **activity.get(training.id, NO_ACTIVITY),
        }
        if training.source_id not in timed or not training.has_activity:
            sums["seconds"] = None
        measured = [measure.of(sums) for measure in _OF_TRAINING]
        rows.append((training.shown_key, training.title, *measured))
    before_data(q)
    counted = await count_trainings(q)
    note_unpublished(q, counted)
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "This class has no trainings.",
        summary=counted.words if rows else "",
    )


@figure(
    "class.learners",
    record=Record.ENROLMENTS,
    title="Learners by training",
    level=Level.CLASS,
    row="enrolment",
    columns=(*LEARNER_COLUMNS, *TRAINING_COLUMNS, *STATE_COLUMNS),
    chart=Gauge("learner", "progress"),
    row_opens=_TO_LEARNER,
    behind=(("points", points_door(_THE_PAIR)), ("badges", badges_door(_THE_PAIR))),
    lead=("learner", "training", "state", "progress", "score", "last_activity", "time_spent"),
    pane="learner.modules",
)
async def learners(q: Query) -> Rows:
    """One row per member and training of the class: everybody enrolled, never started ones too.

    States are those at the end of the period; time, points and badges are everything in that
    training up to it. Members of sub-classes are listed with the trainings of their sub-class. By
    name, then training.
    """
    rows = await enrolment_rows(q)
    return Rows(
        [(*row.learner, *row.training, *row.state) for row in rows],
        columns=(*LEARNER_COLUMNS, *TRAINING_COLUMNS, *state_columns(q)),
        empty="" if rows else _NO_LEARNERS.format(period=q.period.describe()),
        summary=f"{len(rows):,} enrolments" if rows else "",
    )


@figure(
    "class.members",
    record=Record.ENROLMENTS,
    title="Members",
    level=Level.CLASS,
    columns=MEMBER_COLUMNS,
    chart=Gauge("learner", "progress"),
    row_opens=_TO_LEARNER,
    behind=(
        *doors_to(
            {"trainings": ENROLMENTS, "completed": COMPLETED, "score": SCORE},
            params=(("learner", "learner_id"),),
        ),
        ("progress", door_to(PROGRESS, params=(("learner", "learner_id"),), action="enrolments")),
        ("points", points_door((("learner", "learner_id"),))),
        ("badges", badges_door((("learner", "learner_id"),))),
    ),
    lead=("learner", "progress", "completed", "score", "last_activity"),
)
async def members(q: Query) -> Rows:
    """One row per current member of the class and its sub-classes, over the class's trainings.

    Trainings are those of the class that the member is enrolled in by the end of the period;
    progress and score are the plain means over them, no value without any. Points, badges and last
    activity are everything in the trainings of the class up to the end of the period, enrolled or
    not, as on the leaderboard. By name.
    """
    enrolments = await enrolments_by(q, Dimension.LEARNER)
    earned = {row[0]: row[2:4] for row in (await leaderboard(q.asking(top=None, quiet=True))).rows}
    days = q.days.person_sums(ever=True, each_training=True, measures=())
    last_days = {
        row.person_id: row.last_day
        for row in await q.fetch(
            select(days.c.person_id, func.max(days.c.last_day).label("last_day")).group_by(
                days.c.person_id
            )
        )
    }
    table, person = q.people.members(), schema.person
    people = select(table.c.person_id).distinct().subquery("people_of_class")
    listed = await q.fetch(
        select(person.c.id, q.key_of(person).label("shown_key"), person.c.name).join(
            people, people.c.person_id == person.c.id
        )
    )
    rows: list[tuple[Cell, ...]] = []
    for member in listed:
        sums = enrolments.get(member.id, NOBODY)
        rows.append(
            (
                member.shown_key,
                member.name,
                *(measure.of(sums) for measure in _OF_MEMBER),
                *earned.get(member.shown_key, (0, 0)),
                last_days.get(member.id),
            )
        )
    rows.sort(key=lambda row: (str(row[1]).casefold(), str(row[1]), str(row[0])))
    return Rows(
        rows,
        empty="" if rows else f"This class has no learners {in_period(q)}.",
        summary=f"{len(rows):,} members" if rows else "",
    )


@figure(
    "class.comparison",
    record=Record.CLASSES,
    title="Beside the other classes",
    level=Level.CLASS,
    columns=(
        ident("class_id"),
        words("class", "Class"),
        words("this", "", "which row is the class of this screen"),
        count("learners", "Learners"),
        ACTIVE_SHARE.column("active", help="share of the learners active in the period"),
        *(each.column() for each in (PROGRESS, COMPLETION, SCORE)),
        SUB_CLASSES,
    ),
    lead=("class", "this", SUB_CLASSES.name, "learners", "active", "progress", "completion"),
    chart=Gauge("class", "progress"),
    row_opens=Destination("class", (("class", "class_id"),)),
    # The share opens who is active: it is made of them, and no number of them.
    behind=tuple(
        (name, replace(door, counts=None, of_share=True) if name == "active" else door)
        for name, door in DOORS
    ),
)
async def comparison(q: Query) -> Rows:
    """This class first, then the other classes that you may see, the most progress first.

    The numbers are those of the list of classes on the global screen: the members of a class and of
    its sub-classes, in the trainings of each; progress, completion and score are plain means over
    their enrolments at the end of the period. Active is the share of the members with activity in
    those trainings in the period.
    """
    focus = q.request.entity(Param.CLASS)
    if focus is None:
        raise AssertionError("class.comparison needs a class")
    wide = q.asking(focus=set(Param) - {Param.CLASS}, quiet=True)
    table = q.people.classes()
    own = await q.fetch(select(q.key_of(table).label("key")).where(table.c.id == focus.id))
    key = own[0].key if own else None
    rows: list[tuple[Cell, ...]] = []
    for row in (await classes(wide)).rows:
        class_id, title, people, active, progress, completion, score, _time, parts = row
        share = ACTIVE_SHARE.of({"active": amount(active), "people": amount(people)})
        this = "this class" if class_id == key else None
        rows.append((class_id, title, this, people, share, progress, completion, score, parts))
    rows.sort(key=lambda row: (row[2] is None, -amount(row[5]), row[5] is None, str(row[1])))
    return Rows(
        rows,
        empty="" if rows else "There are no classes here.",
        summary=f"beside {len(rows) - 1:,} other classes" if rows else "",
    )
