"""A store in which everything carries a mark of its own, and what each viewer may see of it.

Marks end in `.q`; each stands in the texts of one person, training, class, object, or of what one
person did in one training. What is in scope is written down here by hand, from the grants, classes
and enrolments below: the query layer under test has no part in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from termstats.data.store import schema
from tests.data.figures.hand_store import Hand, make_store, when

NOWHERE = "none"
"""Stands for a training, of what belongs to none."""
ENROLLED = {
    "alpha": ("ana", "ben", "cho", "eli"),
    "beta": ("ana", "cho"),
    "gamma": ("ben", "fay", "mia"),
    "delta": ("ana", "dee"),
}
ALSO_ACTS = {"alpha": ("dee",)}
"""Who did something in a training without being enrolled."""
TAKEN_BY = {"north": ("alpha", "beta"), "night": ("alpha",), "south": ("alpha", "gamma")}
MEMBERS = {"north": ("ana", "fay"), "night": ("cho",), "south": ("ben",)}
"""Now; eli has left north, and night is a sub-class of north."""
STAFF = ("sam",)
BLOCKED = ("zoe",)
PEOPLE = ("ana", "ben", "cho", "dee", "eli", "fay", "mia", "tom", *STAFF, *BLOCKED)
OF_PERSON = ("name", "username", "email", "field")
OF_TRAINING = ("title", "code", "module", "activity", "question", "right", "tag", "kind")
OF_PAIR = (
    *("detail", "term", "act", "session", "attempt", "answer"),
    *("badge", "skill", "diploma", "point", "enrolled"),
)
OF_PLATFORM = tuple(
    f"{each}.q"
    for each in (
        *("dataset", "page", "package", "function", "edit", "call", "run", "fault", "domain"),
        *("subdomain", "diff", "reported", "setting", "author"),
    )
)
"""Marks of platform use, of the platform's own numbers, and of authors known by name only."""


def mark(kind: str, *owners: str) -> str:
    """Return the mark of one sort of text of a person, training, class, or person and training."""
    return ".".join((kind, *owners, "q"))


@dataclass(frozen=True)
class Seen:
    """What one viewer may see."""

    viewer: str | None
    people: frozenset[str]
    trainings: frozenset[str]
    classes: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    """(person, training) whose deeds are in scope."""
    platform: bool = False
    sessions: bool = True
    """Whether sessions as recorded are shown: they know no trainings."""

    def allowed(self) -> set[str]:
        """Return the marks that may appear."""
        marks = {mark(kind, who) for who in self.people for kind in (*OF_PERSON, "id")}
        marks |= {mark(kind, what) for what in self.trainings for kind in (*OF_TRAINING, "id")}
        marks |= {mark("class", each) for each in self.classes}
        kinds = [kind for kind in OF_PAIR if self.sessions or kind != "session"]
        marks |= {mark(kind, *pair) for pair in self.pairs for kind in kinds}
        if self.viewer is not None:
            marks |= {mark("username", self.viewer), mark("name", self.viewer)}
        return marks | (set(OF_PLATFORM) if self.platform else set())

    def forbidden(self) -> set[str]:
        """Return the marks that may appear nowhere."""
        return EVERYTHING.allowed() - self.allowed()


def _pairs(people: tuple[str, ...], training: str) -> set[tuple[str, str]]:
    return {(person, training) for person in people}


ALL_PAIRS = frozenset(
    {(who, what) for what, people in ENROLLED.items() for who in people}
    | {(who, what) for what, people in ALSO_ACTS.items() for who in people}
    | {(who, NOWHERE) for who in PEOPLE}
)
ATTEMPTED = frozenset(pair for pair in ALL_PAIRS if NOWHERE not in pair) - {("ana", "beta")}
"""Who attempted the module of which training: ana never that of beta."""
EVERYTHING = Seen(
    None, frozenset(PEOPLE), frozenset(ENROLLED), frozenset(MEMBERS), ALL_PAIRS, platform=True
)
VIEWERS = {
    "sam": Seen(
        "sam", frozenset(PEOPLE), frozenset(ENROLLED), frozenset(MEMBERS), ALL_PAIRS, platform=True
    ),
    # Manages alpha: whoever is enrolled there, in it, and the classes that take it.
    "mia": Seen(
        "mia",
        frozenset(("ana", "ben", "cho", "eli")),
        frozenset(("alpha",)),
        frozenset(("north", "night", "south")),
        frozenset(_pairs(("ana", "ben", "cho", "eli"), "alpha")),
        sessions=False,
    ),
    # Coaches north: its learners of now and those of night below it, in what their class takes.
    "tom": Seen(
        "tom",
        frozenset(("ana", "cho", "fay")),
        frozenset(("alpha", "beta")),
        frozenset(("north", "night")),
        frozenset((("ana", "alpha"), ("ana", "beta"), ("cho", "alpha"))),
        sessions=False,
    ),
    "ana": Seen(
        "ana",
        frozenset(("ana",)),
        frozenset(("alpha", "beta", "delta")),
        frozenset(("north",)),
        frozenset(("ana", what) for what in ("alpha", "beta", "delta", NOWHERE)),
    ),
}


def counted(viewer: str, training: str | None, class_: str | None) -> set[str]:
    """Return, by hand, the counted people that a figure about these things is about."""
    seen = VIEWERS[viewer]
    people = set(seen.people) - {*STAFF, *BLOCKED}
    if class_ is not None:
        inside = {"north": ("north", "night")}.get(class_, (class_,))
        people &= {who for each in inside for who in MEMBERS[each]} | (
            {"eli"} if class_ == "north" and viewer != "tom" else set()
        )
    if training is not None:
        people &= {who for who, what in seen.pairs if what == training}
    return people


def fill(hand: Hand) -> None:
    """Write the store."""
    for who in PEOPLE:
        person = hand.person(
            mark("id", who),
            mark("name", who),
            username=mark("username", who),
            email=mark("email", who),
            staff=int(who in STAFF),
            blocked=int(who in BLOCKED),
            joined_at=when("2026-01-05 08:09"),
        )
        row = {"person_id": person, "field": "Town", "value": mark("field", who)}
        hand.writer.add(schema.person_field, row)
    for what in ENROLLED:
        _training(hand, what)
    for what, people in ENROLLED.items():
        for who in people:
            hand.enrol(mark("id", who), mark("id", what), "2026-02-01")
            _did(hand, who, what)
    for what, people in ALSO_ACTS.items():
        for who in people:
            _did(hand, who, what)
    for who in PEOPLE:
        _did(hand, who, NOWHERE)
    _classes(hand)
    hand.grant(mark("id", "sam"), "administrator")
    hand.grant(mark("id", "zoe"), "administrator")
    hand.grant(mark("id", "mia"), "manager", training_id=hand.id("training", mark("id", "alpha")))
    hand.grant(mark("id", "tom"), "coach", class_id=hand.id("class", mark("class", "north")))
    _platform(hand)


def _training(hand: Hand, what: str) -> None:
    hand.training(
        mark("id", what),
        mark("title", what),
        code=mark("code", what),
        owner_id=hand.id("person", mark("id", "dee")),
    )
    tags = (("tag", mark("tag", what)), ("author", "author.q"), ("type", mark("kind", what)))
    for kind, value in tags:
        hand.tag(mark("id", what), kind, value)
    module = mark("module", what)
    hand.module(module, mark("id", what), mandatory=1, pass_mark=50.0, keep="best", max_score=10.0)
    hand.activity(mark("activity", what), mark("id", what), module, max_score=10.0)
    hand.question(
        mark("question", what),
        module,
        mark("activity", what),
        correct_answer=mark("right", what),
        max_score=10.0,
    )


def _did(hand: Hand, who: str, what: str) -> None:
    """Write what one person did in a training, or outside of all."""
    person, of = mark("id", who), (who, what)
    training = None if what == NOWHERE else mark("id", what)
    session = mark("session", *of)
    hand._add(  # noqa: SLF001
        schema.session,
        session,
        person_id=hand.id("person", person),
        started_at=when("2026-03-02 09:00"),
        ended_at=when("2026-03-02 12:00"),
    )
    where = {"training": training, "session": session}
    hand.event(
        "2026-03-02 10:00", person, "page", action=mark("act", *of), detail=mark("detail", *of),
        seconds=60.0, **where,
    )  # fmt: skip
    hand.event("2026-03-02 10:05", person, "search", detail=mark("term", *of), **where)
    if training is None:
        return
    hand.award(mark("badge", *of), person, "badge", training, "2026-03-03")
    hand.award(mark("skill", *of), person, "skill", training, "2026-03-03")
    hand.award(mark("diploma", *of), person, "certificate", training, "2026-03-03")
    hand._add(  # noqa: SLF001
        schema.point,
        mark("point", *of),
        person_id=hand.id("person", person),
        training_id=hand.id("training", training),
        points=5.0,
        at=when("2026-03-03"),
        description=mark("point", *of),
    )
    if who in ENROLLED[what]:
        row = {"field": "Note", "value": mark("enrolled", *of)}
        ids = {
            "person_id": hand.id("person", person),
            "training_id": hand.id("training", training),
        }
        hand.writer.add(schema.enrolment_field, {**row, **ids})
    if (who, what) not in ATTEMPTED:
        return
    attempt = mark("attempt", *of)
    hand.attempt(
        attempt, person, training, mark("module", what), number=1,
        started_at="2026-03-02 10:10", finished_at="2026-03-02 10:20", points=8.0,
        max_points=10.0, score=80.0, passed=1, evaluated=1,
    )  # fmt: skip
    hand.answer(
        attempt,
        mark("question", what),
        activity_id=hand.id("activity", mark("activity", what)),
        position=1,
        answer=mark("answer", *of),
        points=8.0,
        max_points=10.0,
    )
    hand.complete(person, training, mark("activity", what), "2026-03-02 10:20")


def _classes(hand: Hand) -> None:
    for name, trainings in TAKEN_BY.items():
        hand.class_(mark("class", name), tuple(mark("id", what) for what in trainings))
    hand.sub_class(mark("class", "night"), mark("class", "north"))
    for name, people in MEMBERS.items():
        for who in people:
            hand.member(mark("class", name), mark("id", who), from_at=when("2026-02-01"))
    hand.member(
        mark("class", "north"), mark("id", "eli"),
        from_at=when("2026-02-01"), to_at=when("2026-03-15"),
    )  # fmt: skip
    hand.member(mark("class", "north"), mark("id", "tom"), "coach")


def _platform(hand: Hand) -> None:
    """Write what administrators and programs did to the platform."""
    hand.object("package.q", "package")
    package = hand.id("object", "package.q")
    for key, kind in (("dataset.q", "dataset"), ("page.q", "page"), ("function.q", "function")):
        hand.object(key, kind, parent_id=package if kind == "function" else None)
    sam, place = mark("id", "sam"), ("domain.q", "subdomain.q")
    about: dict[str, Any] = {
        "place": place,
        "target": mark("id", "ben"),
        "diff": json.dumps({"to": "diff.q"}),
    }
    hand.event("2026-03-04 10:00", sam, "admin", action="edit.q", object="dataset.q", **about)
    hand.event("2026-03-04 10:01", sam, "admin", action="edit.q", object="page.q", place=place)
    hand.event("2026-03-04 10:02", sam, "api", action="call.q", object="dataset.q", place=place)
    hand.event(
        "2026-03-04 10:03", sam, "function", action="run.q", object="function.q",
        package="package.q", seconds=3.0, error="fault.q",
    )  # fmt: skip
    hand.event("2026-03-04 10:04", sam, "error", action="fault.q", error="fault.q")
    # A learner who used the platform itself: theirs, and nobody's else but an administrator's.
    hand.event("2026-03-04 11:00", mark("id", "ben"), "admin", action="edit.q", object="page.q")
    hand.writer.add(schema.reported, {"name": "logins", "day": 20500, "part": "reported.q"})
    row = {"name": "users", "key": "reported.q", "data": json.dumps({"Name": "reported.q"})}
    hand.writer.add(schema.reported_row, row)
    hand.writer.add(schema.source_setting, {"name": "site", "value": "setting.q"})


async def make_world(folder: Path) -> Path:
    """Write the store and return its path."""
    return await make_store(folder, fill)
