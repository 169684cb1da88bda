"""Small random stores of platform use, and random questions about it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, make_store, when

PEOPLE: dict[str, dict[str, Any]] = {
    **{"u0": {}, "u1": {}, "u2": {"staff": 1}},
    **{"u3": {"bot": 1}, "u4": {"anonymous": 1}},
}
OBJECTS = {"d0": "dataset", "d1": "dataset", "p0": "page", "f0": "function", "f1": "function"}
PLACES = (("", ""), ("one", ""), ("one", "sub"), ("two", "sub"))
ACTIONS = ("edit", "add")
START, DAYS, AS_OF = when("2026-02-20"), 30, "2026-03-20 12:00"
PARTS = (
    *("person=u1", "person=u0 person=u3", "group=team", "domain=one", "subdomain=sub"),
    *("action=edit", "action=e*", "weekday=mon", "weekday=sat weekday=sun", "object=d0"),
    *("days=2026-03-02..2026-03-09", "object=p0", "function=f0"),
)
"""Filters, as typed, that bitmaps can answer."""


@dataclass(frozen=True)
class Use:
    """One event of platform use."""

    hour: int
    """Hours after START."""
    person: str | None
    kind: str
    action: str
    objects: tuple[str, ...]
    place: tuple[str, str]
    weight: int
    flags: int
    seconds: float | None
    error: str | None
    missed: bool
    extra: str | None

    def write(self, hand: Hand) -> None:
        """Write it; a run is of one function at most, as platforms log it."""
        objects = self.objects[:1] if self.kind == "function" else self.objects
        hand.event(
            START + 3600 * self.hour,
            self.person,
            self.kind,
            action=self.action,
            place=self.place,
            weight=self.weight,
            flags=self.flags,
            seconds=self.seconds,
            error=self.error,
            missed=int(self.missed),
            extra=self.extra,
            further=objects[1:],
            **({"object": objects[0]} if objects else {}),
        )


uses = st.lists(
    st.builds(
        Use,
        hour=st.integers(0, 24 * DAYS - 1),
        person=st.sampled_from((None, *PEOPLE)),
        kind=st.sampled_from(schema.PLATFORM_KINDS),
        action=st.sampled_from(ACTIONS),
        objects=st.lists(st.sampled_from(tuple(OBJECTS)), unique=True, max_size=3).map(tuple),
        place=st.sampled_from(PLACES),
        weight=st.sampled_from((1, 1, 2, 7)),
        flags=st.sampled_from((0, 0, schema.FLAG_OUTLIER, schema.FLAG_DUPLICATE)),
        seconds=st.sampled_from((None, 0.0, 0.25, 3.0, 90.5)),
        error=st.sampled_from((None, None, "E", "F")),
        missed=st.booleans(),
        extra=st.sampled_from((None, '{"handled": true}', '{"handled": false}', "[1")),
    ),
    min_size=1,
    max_size=40,
)


@contextlib.asynccontextmanager
async def store_of(events: list[Use], zone: str) -> AsyncIterator[Store]:
    """Write a store of these events and open it."""

    def fill(hand: Hand) -> None:
        for key, flags in PEOPLE.items():
            hand.person(key, **flags)
        for key, kind in OBJECTS.items():
            hand.object(key, kind)
        hand.class_("team")
        for key in ("u1", "u2", "u3"):
            hand.member("team", key)
        # What filters name is there, whatever happened.
        Use(0, "u0", "admin", "edit", (), ("one", "sub"), 1, 0, None, None, False, None).write(hand)
        for event in events:
            event.write(hand)

    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(await make_store(Path(folder), fill, zone=zone, as_of=AS_OF))
        try:
            yield store
        finally:
            await store.close()
