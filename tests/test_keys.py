"""The table of keys: no key means two things, and none needs AltGr."""

from __future__ import annotations

from collections import Counter

import pytest

from termstats.keys import (
    ALL,
    ANSWERS,
    APP,
    BACKOFFICE,
    LEARNER,
    LEVEL,
    RECONCILE,
    SCREEN,
    Key,
    bindings,
    key_of,
)

ALTGR = {
    "left_square_bracket",
    "right_square_bracket",
    "left_curly_bracket",
    "right_curly_bracket",
    "equals_sign",
}
"""Keys that need AltGr or Shift on French, German or Spanish keyboards."""
OVERRIDES = {"left_square_bracket", "minus", "right_square_bracket", "plus"}
"""On pages of attempts and months these go one attempt or month back and on, not one period."""


def keys_in(*groups: tuple[Key, ...]) -> Counter[str]:
    return Counter(name for group in groups for key in group for name in key.keys.split(","))


@pytest.mark.parametrize("group", [LEARNER, BACKOFFICE, ANSWERS, RECONCILE], ids=lambda g: g[0].id)
def test_no_key_means_two_things_on_one_screen(group: tuple[Key, ...]) -> None:
    twice = {name for name, count in keys_in(APP, SCREEN, LEVEL, group).items() if count > 1}
    assert twice <= (OVERRIDES if group in (ANSWERS, RECONCILE) else set())


def test_what_needs_altgr_has_a_second_key() -> None:
    for key in ALL:
        names = set(key.keys.split(","))
        assert not names & ALTGR or names - ALTGR, key.id


def test_every_id_is_there_once() -> None:
    assert max(Counter(key.id for key in ALL).values()) == 1


def test_footers_write_the_first_key_and_a_keymap_goes_before_it() -> None:
    assert key_of("level.group_on", {}) == "."
    assert key_of("level.group_on", {"level.group_on": "f6, n"}) == "f6"
    assert len(bindings(APP)) == len(APP)
